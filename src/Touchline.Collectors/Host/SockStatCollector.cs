using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Sockets by protocol and state, from /proc/net/sockstat and sockstat6.</summary>
internal sealed class SockStatCollector(HostOptions options) : NodeCollector("sockstat")
{
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/sockstat");
    private readonly string _path6 = Path.Combine(options.ProcPath, "net/sockstat6");
    private readonly NameCache<NameCache<(string Name, string Help)>> _protocols = new(protocol =>
        new NameCache<(string, string)>(state => ($"node_sockstat_{protocol}_{state}", $"Number of {protocol} sockets in state {state}.")));

    public override void Collect(IMetricWriter writer)
    {
        Write(writer, _reader.Read(_path));
        // Not there where IPv6 is switched off.
        if (_reader.TryRead(_path6, out var content))
        {
            Write(writer, content);
        }
    }

    private void Write(IMetricWriter writer, ReadOnlySpan<byte> text)
    {
        var lines = new ByteText(text);
        while (lines.TryLine(out var line))
        {
            var colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }
            var protocol = line[..colon];
            var fields = new ByteText(line[(colon + 1)..]);
            while (fields.TryField(out var state))
            {
                var value = fields.Number();
                if (protocol.SequenceEqual("sockets"u8) && state.SequenceEqual("used"u8))
                {
                    writer.Family("node_sockstat_sockets_used", MetricType.Gauge, "Number of IPv4 sockets in use.");
                    writer.Sample(value);
                    continue;
                }
                var (name, help) = _protocols.Get(protocol).Get(state);
                writer.Family(name, MetricType.Gauge, help);
                writer.Sample(value);
                if (state.SequenceEqual("mem"u8))
                {
                    var (bytesName, bytesHelp) = _protocols.Get(protocol).Get("mem_bytes"u8);
                    writer.Family(bytesName, MetricType.Gauge, bytesHelp);
                    writer.Sample(value * Environment.SystemPageSize);
                }
            }
        }
    }
}
