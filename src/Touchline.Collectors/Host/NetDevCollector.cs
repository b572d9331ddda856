using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Traffic and errors of each network interface, from /proc/net/dev.</summary>
internal sealed class NetDevCollector(HostOptions options) : NodeCollector("netdev")
{
    /// <summary>The columns of the file, in its order, as node_exporter names them.</summary>
    private static readonly (string Name, string Help)[] Columns =
    [
        .. new[]
        {
            "receive_bytes", "receive_packets", "receive_errs", "receive_drop", "receive_fifo", "receive_frame", "receive_compressed",
            "receive_multicast", "transmit_bytes", "transmit_packets", "transmit_errs", "transmit_drop", "transmit_fifo", "transmit_colls",
            "transmit_carrier", "transmit_compressed",
        }.Select(name => ($"node_network_{name}_total", $"Network device statistic {name}.")),
    ];

    private readonly FileReader _reader = new();
    private readonly FileReader _statisticsReader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/dev");
    private readonly NameCache<Device> _known = new(name => new Device(name, options.SysPath));
    private readonly List<Device> _devices = [];

    public override void Collect(IMetricWriter writer)
    {
        ReadDevices();
        for (var column = 0; column < Columns.Length; column++)
        {
            writer.Family(Columns[column].Name, MetricType.Counter, Columns[column].Help);
            foreach (var device in _devices)
            {
                writer.Sample(device.Values[column], "device", device.Name);
            }
        }
        // The file has no such column; netlink and /sys have the number.
        writer.Family("node_network_receive_nohandler_total", MetricType.Counter, "Network device statistic receive_nohandler.");
        foreach (var device in _devices)
        {
            if (_statisticsReader.TryRead(device.NoHandlerPath, out var content))
            {
                writer.Sample(ByteText.Number(content), "device", device.Name);
            }
        }
    }

    private void ReadDevices()
    {
        _devices.Clear();
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            // Two lines of headings have no colon; names may hold one themselves (eth0:1), so the last one counts.
            var colon = line.LastIndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }
            var device = _known.Get(line[..colon].Trim((byte)' '));
            var fields = new ByteText(line[(colon + 1)..]);
            for (var column = 0; column < Columns.Length; column++)
            {
                device.Values[column] = fields.Number();
            }
            _devices.Add(device);
        }
    }

    private sealed class Device(string name, string sysPath)
    {
        public string Name { get; } = name;

        public string NoHandlerPath { get; } = Path.Combine(sysPath, "class/net", name, "statistics/rx_nohandler");

        public double[] Values { get; } = new double[Columns.Length];
    }
}
