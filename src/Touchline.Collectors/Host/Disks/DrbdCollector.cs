using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Disks that are mirrored over the network, as DRBD 8 tells of them in /proc/drbd: words <c>key:value</c>, those of a device behind its number.</summary>
internal sealed class DrbdCollector(HostOptions options) : NodeCollector("drbd")
{
    private const double KiB = 1024;

    /// <summary>What is counted, by its key. The bytes received are in KiB too, but are told as node_exporter tells them.</summary>
    private static readonly Dictionary<string, (string Name, MetricType Type, double Unit, string Help)> Numbers = new(StringComparer.Ordinal)
    {
        ["ns"] = ("network_sent_bytes_total", MetricType.Counter, KiB, "Total number of bytes sent via the network."),
        ["nr"] = ("network_received_bytes_total", MetricType.Counter, 1, "Total number of bytes received via the network."),
        ["dw"] = ("disk_written_bytes_total", MetricType.Counter, KiB, "Net data written on local hard disk; in bytes."),
        ["dr"] = ("disk_read_bytes_total", MetricType.Counter, KiB, "Net data read from local hard disk; in bytes."),
        ["al"] = ("activitylog_writes_total", MetricType.Counter, 1, "Number of updates of the activity log area of the meta data."),
        ["bm"] = ("bitmap_writes_total", MetricType.Counter, 1, "Number of updates of the bitmap area of the meta data."),
        ["lo"] = ("local_pending", MetricType.Gauge, 1, "Number of open requests to the local I/O sub-system."),
        ["pe"] = ("remote_pending", MetricType.Gauge, 1, "Number of requests sent to the peer, but that have not yet been answered by the latter."),
        ["ua"] = ("remote_unacknowledged", MetricType.Gauge, 1, "Number of requests received by the peer via the network connection, but that have not yet been answered."),
        ["ap"] = ("application_pending", MetricType.Gauge, 1, "Number of block I/O requests forwarded to DRBD, but not yet answered by DRBD."),
        ["ep"] = ("epochs", MetricType.Gauge, 1, "Number of Epochs currently on the fly."),
        ["oos"] = ("out_of_sync_bytes", MetricType.Gauge, KiB, "Amount of data known to be out of sync; in bytes."),
    };

    /// <summary>States of both sides, <c>local/remote</c>, with the state that is the good one.</summary>
    private static readonly Dictionary<string, (string Name, string Good, string Help)> States = new(StringComparer.Ordinal)
    {
        ["ro"] = ("node_role_is_primary", "Primary", "Whether the role of the node is in the primary state."),
        ["ds"] = ("disk_state_is_up_to_date", "UpToDate", "Whether the disk of the node is up to date."),
    };

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "drbd");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_path))
        {
            return;
        }
        var table = new FamilyTable();
        var device = "unknown";
        foreach (var word in Encoding.UTF8.GetString(_reader.Read(_path)).Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (word.Split(':') is not [var key, var value])
            {
                continue;
            }
            if (value.Length == 0 && ulong.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                device = string.Create(CultureInfo.InvariantCulture, $"drbd{number}");
                continue;
            }
            Add(table, device, key, value);
        }
        table.WriteTo(writer);
    }

    private void Add(FamilyTable table, string device, string key, string value)
    {
        if (Numbers.TryGetValue(key, out var about))
        {
            table.Add($"node_drbd_{about.Name}", about.Type, about.Help, Number(key, value) * about.Unit, "device", device);
        }
        else if (States.TryGetValue(key, out var state))
        {
            if (value.Split('/') is not [var local, var remote, ..])
            {
                throw new FormatException($"{_path}: {key} is of both sides, as Primary/Secondary, and not '{value}'");
            }
            table.Gauge($"node_drbd_{state.Name}", state.Help, local == state.Good ? 1 : 0, "device", device, "node", "local");
            table.Gauge($"node_drbd_{state.Name}", state.Help, remote == state.Good ? 1 : 0, "device", device, "node", "remote");
        }
        else if (key == "cs")
        {
            table.Gauge("node_drbd_connected", "Whether DRBD is connected to the peer.", value == "Connected" ? 1 : 0, "device", device);
        }
    }

    private double Number(string key, string value) => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new FormatException($"{_path}: {key} is a number, and not '{value}'");
}
