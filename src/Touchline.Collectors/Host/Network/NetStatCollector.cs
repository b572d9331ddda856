using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>What the protocols IP, ICMP, TCP and UDP count, from /proc/net/netstat, snmp and snmp6.</summary>
internal sealed class NetStatCollector(HostOptions options) : NodeCollector("netstat")
{
    internal static readonly NodeFlag Fields = new(
        "collector.netstat.fields", NodeFlagKind.Pattern,
        "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts"
        + "|TCPOFOQueue|TCPRcvQDrop)|Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|Udp6?_(InDatagrams|OutDatagrams|NoPorts"
        + "|RcvbufErrors|SndbufErrors))$",
        "Fields of /proc/net/netstat, snmp and snmp6 that are given on, as PROTOCOL_FIELD.");

    private readonly FileReader _reader = new();
    private readonly string _netstatPath = Path.Combine(options.ProcPath, "net/netstat");
    private readonly string _snmpPath = Path.Combine(options.ProcPath, "net/snmp");
    private readonly string _snmp6Path = Path.Combine(options.ProcPath, "net/snmp6");
    private readonly NameFilter _filter = NameFilter.Including(options, Fields);
    private readonly List<Heading> _headings = [];
    private readonly Dictionary<string, FamilyName?> _snmp6 = new(StringComparer.Ordinal);

    public override void Collect(IMetricWriter writer)
    {
        var block = WriteBlocks(writer, _reader.Read(_netstatPath), 0);
        WriteBlocks(writer, _reader.Read(_snmpPath), block);
        // Not there where IPv6 is switched off.
        if (_reader.TryRead(_snmp6Path, out var text))
        {
            WriteLines(writer, text);
        }
    }

    /// <summary>Blocks of two lines: the names of a protocol's fields, and their values.</summary>
    private int WriteBlocks(IMetricWriter writer, ReadOnlySpan<byte> text, int block)
    {
        var lines = new ByteText(text);
        while (lines.TryLine(out var names))
        {
            if (block == _headings.Count)
            {
                _headings.Add(new Heading());
            }
            var families = _headings[block++].Families(names, this);
            if (!lines.TryLine(out var values))
            {
                throw new FormatException("the last names have no values");
            }
            var fields = new ByteText(values);
            fields.TryField(out _);
            foreach (var family in families)
            {
                if (!fields.TryField(out var value))
                {
                    throw new FormatException("there are more names than values");
                }
                Write(writer, family, value);
            }
        }
        return block;
    }

    /// <summary>Lines of a name and its value: <c>Ip6InReceives 12</c>.</summary>
    private void WriteLines(IMetricWriter writer, ReadOnlySpan<byte> text)
    {
        Span<char> characters = stackalloc char[64];
        var lookup = _snmp6.GetAlternateLookup<ReadOnlySpan<char>>();
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var name) || name.Length > characters.Length || !fields.TryField(out var value))
            {
                continue;
            }
            var key = characters[..Encoding.UTF8.GetChars(name, characters)];
            if (!lookup.TryGetValue(key, out var family))
            {
                var protocol = key.IndexOf('6') + 1;
                family = protocol == 0 ? null : NameOf(key[..protocol].ToString(), key[protocol..].ToString());
                lookup[key] = family;
            }
            Write(writer, family, value);
        }
    }

    private static void Write(IMetricWriter writer, FamilyName? family, ReadOnlySpan<byte> value)
    {
        if (family is not null)
        {
            writer.Family(family.Name, MetricType.Unknown, family.Help);
            writer.Sample(ByteText.Number(value));
        }
    }

    /// <summary>Null where the field is not given on.</summary>
    private FamilyName? NameOf(string protocol, string field) =>
        _filter.Allows($"{protocol}_{field}") ? new FamilyName($"node_netstat_{protocol}_{field}", $"Statistic {protocol}{field}.") : null;

    private sealed record FamilyName(string Name, string Help);

    /// <summary>A line of names, taken apart again only when it changed, which it does with the kernel.</summary>
    private sealed class Heading
    {
        private byte[] _line = [];
        private List<FamilyName?> _families = [];

        public IReadOnlyList<FamilyName?> Families(ReadOnlySpan<byte> line, NetStatCollector collector)
        {
            if (!line.SequenceEqual(_line))
            {
                _line = line.ToArray();
                var names = Encoding.UTF8.GetString(line).Split(' ', StringSplitOptions.RemoveEmptyEntries);
                _families = [.. names.Skip(1).Select(field => collector.NameOf(names[0].TrimEnd(':'), field))];
            }
            return _families;
        }
    }
}
