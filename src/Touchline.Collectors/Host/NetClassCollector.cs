using System.Buffers.Text;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>State and properties of each network interface, from /sys/class/net.</summary>
internal sealed class NetClassCollector(HostOptions options) : NodeCollector("netclass")
{
    internal static readonly NodeFlag Ignored = new(
        "collector.netclass.ignored-devices", NodeFlagKind.Pattern, "^$", "Interfaces that are not watched.");

    internal static readonly NodeFlag IgnoreInvalidSpeed = new(
        "collector.netclass.ignore-invalid-speed", NodeFlagKind.Switch, "false", "Whether a speed of less than 0, which says that it is not known, is left out.");

    /// <summary>Taken and without effect: /sys has what netlink has.</summary>
    internal static readonly NodeFlag Netlink = new("collector.netclass.netlink", NodeFlagKind.Switch, "false", "Has no effect.");

    internal static readonly NodeFlag NetlinkStatistics = new("collector.netclass_rtnl.with-stats", NodeFlagKind.Switch, "false", "Has no effect.");

    /// <summary>The files that hold numbers, with the names that node_exporter gives them, by that name.</summary>
    private static readonly Property[] Properties =
    [
        new("addr_assign_type", "address_assign_type", MetricType.Gauge),
        new("carrier", "carrier", MetricType.Gauge),
        new("carrier_changes", "carrier_changes_total", MetricType.Counter),
        new("carrier_down_count", "carrier_down_changes_total", MetricType.Counter),
        new("carrier_up_count", "carrier_up_changes_total", MetricType.Counter),
        new("dev_id", "device_id", MetricType.Gauge),
        new("dormant", "dormant", MetricType.Gauge),
        new("flags", "flags", MetricType.Gauge),
        new("ifindex", "iface_id", MetricType.Gauge),
        new("iflink", "iface_link", MetricType.Gauge),
        new("link_mode", "iface_link_mode", MetricType.Gauge),
        new("mtu", "mtu_bytes", MetricType.Gauge),
        new("name_assign_type", "name_assign_type", MetricType.Gauge),
        new("netdev_group", "net_dev_group", MetricType.Gauge),
        new("type", "protocol_type", MetricType.Gauge),
        new("speed", "speed_bytes", MetricType.Gauge),
        new("tx_queue_len", "transmit_queue_length", MetricType.Gauge),
    ];

    private const int FlagsProperty = 7;
    private const int SpeedProperty = 15;

    // The file gives Mbit/s.
    private const double BytesPerMegabit = 1000 * 1000 / 8;

    private readonly FileReader _reader = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/net");
    private readonly NameFilter _filter = NameFilter.Excluding(options, Ignored);
    private readonly bool _ignoreInvalidSpeed = options.Flags.IsOn(IgnoreInvalidSpeed);
    private readonly Dictionary<string, Device> _known = new(StringComparer.Ordinal);
    private readonly List<Device> _devices = [];

    public override void Collect(IMetricWriter writer)
    {
        FindDevices();
        foreach (var device in _devices)
        {
            Read(device);
        }
        writer.Family("node_network_info", MetricType.Gauge, "Non-numeric data from /sys/class/net/<iface>, value is always 1.");
        foreach (var device in _devices)
        {
            writer.Sample(1, device.InfoLabels);
        }
        writer.Family("node_network_up", MetricType.Gauge, "Value is 1 if operstate is 'up', 0 otherwise.");
        foreach (var device in _devices)
        {
            writer.Sample(device.IsUp ? 1 : 0, "device", device.Name);
        }
        for (var i = 0; i < Properties.Length; i++)
        {
            writer.Family(Properties[i].Metric, Properties[i].Type, Properties[i].Help);
            foreach (var device in _devices)
            {
                if (!double.IsNaN(device.Values[i]))
                {
                    writer.Sample(device.Values[i], "device", device.Name);
                }
            }
        }
    }

    private void FindDevices()
    {
        _devices.Clear();
        var paths = Directory.GetDirectories(_folder);
        Array.Sort(paths, StringComparer.Ordinal);
        foreach (var path in paths)
        {
            if (!_filter.Allows(Path.GetFileName(path)))
            {
                continue;
            }
            if (!_known.TryGetValue(path, out var device))
            {
                _known.Add(path, device = new Device(path));
            }
            _devices.Add(device);
        }
        if (_known.Count > _devices.Count)
        {
            _known.Clear();
            _devices.ForEach(device => _known.Add(device.Path, device));
        }
    }

    private void Read(Device device)
    {
        for (var i = 0; i < Properties.Length; i++)
        {
            // An interface that is down refuses to say some of them.
            device.Values[i] = _reader.TryRead(device.PropertyPaths[i], out var content) && TryNumber(content, out var value) ? value : double.NaN;
        }
        if (!double.IsNaN(device.Values[SpeedProperty]))
        {
            device.Values[SpeedProperty] = _ignoreInvalidSpeed && device.Values[SpeedProperty] < 0 ? double.NaN : device.Values[SpeedProperty] * BytesPerMegabit;
        }
        for (var i = 0; i < Device.TextFiles.Length; i++)
        {
            device.SetText(i, _reader.TryRead(device.TextPaths[i], out var content) ? content.Trim(" \t\n"u8) : default);
        }
        var flags = device.Values[FlagsProperty];
        device.AdminState = double.IsNaN(flags) ? "unknown" : ((long)flags & 1) == 1 ? "up" : "down";
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out double value)
    {
        text = text.Trim(" \t\n"u8);
        var isHexadecimal = text.StartsWith("0x"u8);
        var parsed = isHexadecimal
            ? Utf8Parser.TryParse(text[2..], out long integer, out var used, 'x')
            : Utf8Parser.TryParse(text, out integer, out used);
        value = integer;
        return parsed && used == text.Length - (isHexadecimal ? 2 : 0);
    }

    private sealed record Property(string File, string Name, MetricType Type)
    {
        public string Metric { get; } = $"node_network_{Name}";

        public string Help { get; } = $"Network device property: {Name}";
    }

    private sealed class Device
    {
        /// <summary>The files that become labels of node_network_info, in the order of <see cref="InfoLabels"/>.</summary>
        public static readonly string[] TextFiles = ["address", "broadcast", "duplex", "ifalias", "operstate"];

        private const int AdminStateLabel = 13;
        private const int OperStateLabel = 11;

        private readonly string[] _labels;

        public Device(string path)
        {
            Path = path;
            Name = System.IO.Path.GetFileName(path);
            PropertyPaths = [.. Properties.Select(property => System.IO.Path.Combine(path, property.File))];
            TextPaths = [.. TextFiles.Select(file => System.IO.Path.Combine(path, file))];
            _labels = ["device", Name, .. TextFiles.SelectMany(file => new[] { file, "" }), "adminstate", ""];
        }

        public string Path { get; }

        public string Name { get; }

        public string[] PropertyPaths { get; }

        public string[] TextPaths { get; }

        public double[] Values { get; } = new double[Properties.Length];

        public bool IsUp => _labels[OperStateLabel] == "up";

        public ReadOnlySpan<string> InfoLabels => _labels;

        public string AdminState
        {
            set => _labels[AdminStateLabel] = value;
        }

        /// <summary>Sets the value of a text file, keeping the string where it did not change.</summary>
        public void SetText(int file, ReadOnlySpan<byte> content)
        {
            ref var label = ref _labels[3 + 2 * file];
            if (!Ascii.Equals(content, label))
            {
                label = Encoding.UTF8.GetString(content);
            }
        }
    }
}
