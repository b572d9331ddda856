using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>How many neighbours each interface knows the hardware address of, from /proc/net/arp.</summary>
internal sealed class ArpCollector(HostOptions options) : NodeCollector("arp")
{
    internal static readonly NodeFlag Include = new("collector.arp.device-include", NodeFlagKind.Pattern, "", "Interfaces that are watched, no others.");

    internal static readonly NodeFlag Exclude = new("collector.arp.device-exclude", NodeFlagKind.Pattern, "", "Interfaces that are not watched.")
    {
        Rival = Include,
    };

    /// <summary>Taken and without effect: the file has what node_exporter asks netlink for.</summary>
    internal static readonly NodeFlag Netlink = new("collector.arp.netlink", NodeFlagKind.Switch, "true", "Has no effect.");

    private readonly LineReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "net/arp");
    private readonly NameFilter _filter = NameFilter.Of(options, Exclude, Include);
    private readonly Dictionary<string, Device> _devices = new(StringComparer.Ordinal);
    private readonly NameCache<Device> _known = new(name => new Device(name));

    public override void Collect(IMetricWriter writer)
    {
        _devices.Clear();
        if (!_reader.TryRead(_path, Take))
        {
            throw new FileNotFoundException($"{_path} is not there");
        }
        writer.Family("node_arp_entries", MetricType.Gauge, "ARP entries by device");
        foreach (var device in _devices.Values)
        {
            writer.Sample(device.Entries, "device", device.Name);
        }
    }

    private void Take(ReadOnlySpan<byte> line)
    {
        // Address, type, flags, hardware address, mask, device; the heading begins with "IP address".
        var name = line[(line.LastIndexOfAny((byte)' ', (byte)'\t') + 1)..];
        if (line.StartsWith("IP"u8) || name.IsEmpty)
        {
            return;
        }
        var device = _known.Get(name);
        if (_devices.TryAdd(device.Name, device))
        {
            device.Entries = 0;
            if (!_filter.Allows(device.Name))
            {
                _devices.Remove(device.Name);
            }
        }
        device.Entries++;
    }

    private sealed class Device(string name)
    {
        public string Name { get; } = name;

        public int Entries { get; set; }
    }
}
