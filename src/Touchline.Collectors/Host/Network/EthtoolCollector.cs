using System.Globalization;
using System.Text.RegularExpressions;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Network;

/// <summary>What drivers of network interfaces count themselves, and what their links can do.</summary>
internal sealed partial class EthtoolCollector(HostOptions options) : NodeCollector("ethtool")
{
    internal static readonly NodeFlag Include = new(
        "collector.ethtool.device-include", NodeFlagKind.Pattern, "", "Network interfaces that are asked, no others.");

    internal static readonly NodeFlag Exclude = new("collector.ethtool.device-exclude", NodeFlagKind.Pattern, "", "Network interfaces that are not asked.")
    {
        Rival = Include,
    };

    internal static readonly NodeFlag Metrics = new("collector.ethtool.metrics-include", NodeFlagKind.Pattern, ".*", "Drivers' counters that are given on.");

    private const double BytesPerMegabit = 1000 * 1000 / 8;

    /// <summary>Counters that most drivers have under the same name.</summary>
    private static readonly Dictionary<string, (string Name, string Help)> Common = new(StringComparer.Ordinal)
    {
        ["rx_bytes"] = ("received_bytes_total", "Network interface bytes received"),
        ["rx_dropped"] = ("received_dropped_total", "Number of received frames dropped"),
        ["rx_errors"] = ("received_errors_total", "Number of received frames with errors"),
        ["rx_packets"] = ("received_packets_total", "Network interface packets received"),
        ["tx_bytes"] = ("transmitted_bytes_total", "Network interface bytes sent"),
        ["tx_errors"] = ("transmitted_errors_total", "Number of sent frames with errors"),
        ["tx_packets"] = ("transmitted_packets_total", "Network interface packets sent"),
    };

    private readonly string _folder = Path.Combine(options.SysPath, "class/net");
    private readonly NameFilter _devices = NameFilter.Of(options, Exclude, Include);
    private readonly NameFilter _metrics = NameFilter.Including(options, Metrics);

    private EthtoolSocket? _socket;

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        var socket = _socket ??= new EthtoolSocket();
        foreach (var device in Directory.GetDirectories(_folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).Where(_devices.Allows))
        {
            if (socket.TryLink(device, out var link))
            {
                WriteLink(table, device, link);
            }
            if (socket.TryDriver(device, out var driver))
            {
                table.Gauge(
                    "node_ethtool_info",
                    "A metric with a constant '1' value labeled by bus_info, device, driver, expansion_rom_version, firmware_version, version.", 1,
                    "bus_info", driver.BusInfo, "device", device, "driver", driver.Name, "expansion_rom_version", driver.ExpansionRomVersion,
                    "firmware_version", driver.FirmwareVersion, "version", driver.Version);
                WriteStatistics(table, device, socket.Statistics(device, driver.StatisticsCount));
            }
        }
        table.WriteTo(writer);
    }

    public override void Dispose() => _socket?.Dispose();

    private void WriteStatistics(FamilyTable table, string device, IReadOnlyList<(string Name, double Value)> statistics)
    {
        var named = statistics
            .Select(statistic => (Name: MetricName.Sanitize(statistic.Name), statistic.Value))
            .Where(statistic => _metrics.Allows(statistic.Name))
            .GroupBy(statistic => FamilyName(statistic.Name), StringComparer.Ordinal);
        // What two counters would be called alike says nothing of either.
        foreach (var group in named.Where(group => group.Count() == 1))
        {
            var (name, value) = group.First();
            var (family, help) = Common.TryGetValue(name, out var common) ? ($"node_ethtool_{common.Name}", common.Help) : (group.Key, $"Network interface {name}");
            table.Add(family, MetricType.Unknown, help, value, "device", device);
        }
    }

    /// <summary>The name of the metric for a driver's counter, in which rx and tx are written out.</summary>
    internal static string FamilyName(string counter)
    {
        var name = counter.ToLowerInvariant().TrimStart('_');
        name = Received().Replace(name, "$1received$2");
        return $"node_ethtool_{Transmitted().Replace(name, "$1transmitted$2")}";
    }

    private static void WriteLink(FamilyTable table, string device, EthtoolLink link)
    {
        WriteSpeeds(table, "node_network_supported_speed_bytes", "Combination of speeds and features supported by network device", device, link.Supported);
        WriteSpeeds(table, "node_network_advertised_speed_bytes", "Combination of speeds and features offered by network device", device, link.Advertised);
        foreach (var (bit, name) in EthtoolLink.Ports.Where(port => EthtoolLink.Has(link.Supported, port.Bit)))
        {
            table.Gauge("node_network_supported_port_info", "Type of ports or PHYs supported by network device", 1, "device", device, "type", name);
        }
        Write("autonegotiate_supported", "If this port device supports autonegotiate", link.Supported & EthtoolLink.Autonegotiation);
        Write("pause_supported", "If this port device supports pause frames", link.Supported & EthtoolLink.Pause);
        Write("asymmetricpause_supported", "If this port device supports asymmetric pause frames", link.Supported & EthtoolLink.AsymmetricPause);
        Write("autonegotiate_advertised", "If this port device offers autonegotiate", link.Advertised & EthtoolLink.Autonegotiation);
        Write("pause_advertised", "If this port device offers pause capability", link.Advertised & EthtoolLink.Pause);
        Write("asymmetricpause_advertised", "If this port device offers asymmetric pause capability", link.Advertised & EthtoolLink.AsymmetricPause);
        table.Gauge("node_network_autonegotiate", "If this port is using autonegotiate", link.Autonegotiates, "device", device);

        void Write(string name, string help, uint bits) => table.Gauge($"node_network_{name}", help, bits == 0 ? 0 : 1, "device", device);
    }

    private static void WriteSpeeds(FamilyTable table, string name, string help, string device, uint modes)
    {
        foreach (var (_, speed, isFullDuplex, medium) in EthtoolLink.Speeds.Where(speed => EthtoolLink.Has(modes, speed.Bit)))
        {
            var mode = string.Create(CultureInfo.InvariantCulture, $"{speed}base{medium}");
            table.Gauge(name, help, speed * BytesPerMegabit, "device", device, "duplex", isFullDuplex ? "full" : "half", "mode", mode);
        }
    }

    [GeneratedRegex("(^|_)rx(_|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Received();

    [GeneratedRegex("(^|_)tx(_|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Transmitted();
}
