using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Traffic and errors of each network interface, from /proc/net/dev.</summary>
internal sealed class NetDevCollector(HostOptions options) : NodeCollector("netdev")
{
    internal static readonly NodeFlag Include = new("collector.netdev.device-include", NodeFlagKind.Pattern, "", "Interfaces that are watched, no others.");

    internal static readonly NodeFlag Exclude = new("collector.netdev.device-exclude", NodeFlagKind.Pattern, "", "Interfaces that are not watched.")
    {
        Rival = Include,
    };

    internal static readonly NodeFlag AddressInfo = new(
        "collector.netdev.address-info", NodeFlagKind.Switch, "false", "Whether the addresses of interfaces are given on, as node_network_address_info.");

    internal static readonly NodeFlag Detailed = new(
        "collector.netdev.enable-detailed-metrics", NodeFlagKind.Switch, "false", "Whether errors are given on one by one, under other names.");

    internal static readonly NodeFlag IfAlias = new(
        "collector.netdev.label-ifalias", NodeFlagKind.Switch, "false", "Whether samples have the interface's alias as a label.");

    /// <summary>Taken and without effect: /proc and /sys have what netlink has.</summary>
    internal static readonly NodeFlag Netlink = new("collector.netdev.netlink", NodeFlagKind.Switch, "true", "Has no effect.");

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
    private readonly NameCache<Device?> _known = MakeDevices(options);
    private readonly bool _addresses = options.Flags.IsOn(AddressInfo);
    private readonly NetDevDetails? _details = options.Flags.IsOn(Detailed) ? new NetDevDetails() : null;
    private readonly bool _labelAlias = options.Flags.IsOn(IfAlias);
    private readonly List<Device> _devices = [];

    public override void Collect(IMetricWriter writer)
    {
        ReadDevices();
        if (_details is not null)
        {
            _details.Write(writer, _devices);
        }
        else
        {
            WriteColumns(writer);
        }
        if (_addresses)
        {
            NetworkAddresses.Write(writer);
        }
    }

    private static NameCache<Device?> MakeDevices(HostOptions options)
    {
        var filter = NameFilter.Of(options, Exclude, Include);
        return new NameCache<Device?>(name => filter.Allows(name) ? new Device(name, options.SysPath) : null);
    }

    private void WriteColumns(IMetricWriter writer)
    {
        for (var column = 0; column < Columns.Length; column++)
        {
            writer.Family(Columns[column].Name, MetricType.Counter, Columns[column].Help);
            foreach (var device in _devices)
            {
                writer.Sample(device.Values[column], device.Labels);
            }
        }
        // The file has no such column; netlink and /sys have the number.
        writer.Family("node_network_receive_nohandler_total", MetricType.Counter, "Network device statistic receive_nohandler.");
        foreach (var device in _devices)
        {
            if (_statisticsReader.TryRead(device.NoHandlerPath, out var content))
            {
                writer.Sample(ByteText.Number(content), device.Labels);
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
            if (_known.Get(line[..colon].Trim((byte)' ')) is not { } device)
            {
                continue;
            }
            var fields = new ByteText(line[(colon + 1)..]);
            for (var column = 0; column < Columns.Length; column++)
            {
                device.Values[column] = fields.Number();
            }
            if (_labelAlias)
            {
                device.ReadAlias(_statisticsReader);
            }
            _devices.Add(device);
        }
    }

    /// <summary>An interface, with its figures of this collection.</summary>
    internal sealed class Device(string name, string sysPath)
    {
        private readonly string _folder = Path.Combine(sysPath, "class/net", name);

        public string[] Labels { get; private set; } = ["device", name];

        public string StatisticsPath => Path.Combine(_folder, "statistics");

        public string NoHandlerPath { get; } = Path.Combine(sysPath, "class/net", name, "statistics/rx_nohandler");

        public double[] Values { get; } = new double[Columns.Length];

        /// <summary>Takes the alias that somebody gave to the interface as a label.</summary>
        public void ReadAlias(FileReader reader)
        {
            var alias = reader.TryRead(Path.Combine(_folder, "ifalias"), out var text) ? Encoding.UTF8.GetString(text).TrimEnd('\n') : "";
            if (Labels.Length < 4 || Labels[3] != alias)
            {
                Labels = ["device", name, "ifalias", alias];
            }
        }
    }
}
