using System.Globalization;
using System.Net;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>The kernel's load balancer IPVS: its traffic, from /proc/net/ip_vs_stats, and its servers, from /proc/net/ip_vs.</summary>
internal sealed class IpvsCollector(HostOptions options) : NodeCollector("ipvs")
{
    internal static readonly NodeFlag BackendLabels = new(
        "collector.ipvs.backend-labels", NodeFlagKind.Text, string.Join(',', IpvsBackend.LabelNames), "Labels of each server, with commas between them.")
    {
        Check = text => IpvsBackend.Labels(text).FirstOrDefault(label => !IpvsBackend.LabelNames.Contains(label)) is { } unknown
            ? $"there is no label {unknown}; there are {string.Join(", ", IpvsBackend.LabelNames)}"
            : null,
    };

    private static readonly (string Name, string Help)[] Totals =
    [
        ("node_ipvs_connections_total", "The total number of connections made."),
        ("node_ipvs_incoming_packets_total", "The total number of incoming packets."),
        ("node_ipvs_outgoing_packets_total", "The total number of outgoing packets."),
        ("node_ipvs_incoming_bytes_total", "The total amount of incoming data."),
        ("node_ipvs_outgoing_bytes_total", "The total amount of outgoing data."),
    ];

    private readonly FileReader _reader = new();
    private readonly string _statsPath = Path.Combine(options.ProcPath, "net/ip_vs_stats");
    private readonly string _backendsPath = Path.Combine(options.ProcPath, "net/ip_vs");
    private readonly IReadOnlySet<string> _labels = IpvsBackend.Labels(options.Flags.Text(BackendLabels)).ToHashSet(StringComparer.Ordinal);

    public override void Collect(IMetricWriter writer)
    {
        if (!_reader.TryRead(_statsPath, out var text))
        {
            NothingHere("IPVS is not loaded");
            return;
        }
        // Two lines of headings, then the sums.
        var lines = new ByteText(text);
        lines.TryLine(out _);
        lines.TryLine(out _);
        lines.TryLine(out var line);
        var fields = new ByteText(line);
        foreach (var (name, help) in Totals)
        {
            writer.Counter(name, help, fields.Hexadecimal());
        }
        WriteBackends(writer, IpvsBackend.Parse(Encoding.UTF8.GetString(_reader.Read(_backendsPath)), _labels));
    }

    private static void WriteBackends(IMetricWriter writer, IReadOnlyCollection<IpvsBackend> backends)
    {
        Write("node_ipvs_backend_connections_active", "The current active connections by local and remote address.", backend => backend.Active);
        Write("node_ipvs_backend_connections_inactive", "The current inactive connections by local and remote address.", backend => backend.Inactive);
        Write("node_ipvs_backend_weight", "The current backend weight by local and remote address.", backend => backend.Weight);

        void Write(string name, string help, Func<IpvsBackend, double> value)
        {
            writer.Family(name, MetricType.Gauge, help);
            foreach (var backend in backends)
            {
                writer.Sample(value(backend), backend.LabelValues);
            }
        }
    }
}

/// <summary>The servers that share a set of labels.</summary>
internal sealed class IpvsBackend(string[] labels)
{
    public static IReadOnlyList<string> LabelNames { get; } = ["local_address", "local_port", "remote_address", "remote_port", "proto", "local_mark"];

    /// <summary>Names and values alternate.</summary>
    public string[] LabelValues { get; } = labels;

    public double Active { get; private set; }

    public double Inactive { get; private set; }

    public double Weight { get; private set; }

    public static IEnumerable<string> Labels(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Reads /proc/net/ip_vs: a line for each service, and below it one for each of its servers.</summary>
    /// <exception cref="FormatException">An address or a number is none.</exception>
    public static IReadOnlyCollection<IpvsBackend> Parse(string text, IReadOnlySet<string> labels)
    {
        var backends = new Dictionary<string, IpvsBackend>(StringComparer.Ordinal);
        var (protocol, mark, local) = ("", "", (Address: "", Port: "0"));
        foreach (var line in text.Split('\n'))
        {
            switch (line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                case ["TCP" or "UDP" or "SCTP", var address, ..] words:
                    (protocol, mark, local) = (words[0], "", AddressAndPort(address));
                    break;
                case ["FWM", var number, ..]:
                    (protocol, mark, local) = ("FWM", number, ("", "0"));
                    break;
                case ["->", var address, _, var weight, var active, var inactive, ..] when address != "RemoteAddress:Port":
                    var remote = AddressAndPort(address);
                    string[] values = [local.Address, local.Port, remote.Address, remote.Port, protocol, mark];
                    string[] pairs = [.. LabelNames.Zip(values).Where(label => labels.Contains(label.First)).SelectMany(label => (string[])[label.First, label.Second])];
                    var key = string.Join('\n', pairs);
                    if (!backends.TryGetValue(key, out var backend))
                    {
                        backends.Add(key, backend = new IpvsBackend(pairs));
                    }
                    backend.Weight += Number(weight);
                    backend.Active += Number(active);
                    backend.Inactive += Number(inactive);
                    break;
                default:
                    break;
            }
        }
        return backends.Values;
    }

    private static double Number(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary><c>C0A80016:0CEA</c>, or <c>[2620:0000:…:0001]:0050</c>.</summary>
    private static (string Address, string Port) AddressAndPort(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            throw new FormatException($"not an address and a port: {text}");
        }
        var host = text[..colon];
        var address = host.StartsWith('[') ? IPAddress.Parse(host.Trim('[', ']')) : new IPAddress(Convert.FromHexString(host));
        var port = ushort.Parse(text[(colon + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (address.ToString(), port.ToString(CultureInfo.InvariantCulture));
    }
}
