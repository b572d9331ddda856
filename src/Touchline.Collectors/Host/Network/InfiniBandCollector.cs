using System.Globalization;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Network;

/// <summary>Ports of InfiniBand and RoCE adapters, from /sys/class/infiniband.</summary>
internal sealed class InfiniBandCollector(HostOptions options) : NodeCollector("infiniband")
{
    // Of the rate, which the file gives in Gbit/s.
    private const double BytesPerGigabit = 125_000_000;

    // Words of 4 bytes are counted, of each lane one.
    private const double BytesPerWord = 4;

    private const double MillisecondsPerSecond = 1000;

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/infiniband");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var device in SysFiles.Names(_folder))
        {
            var folder = Path.Combine(_folder, device);
            table.Gauge(
                "node_infiniband_info", "Non-numeric data from /sys/class/infiniband/<device>, value is always 1.", 1, "device", device,
                "board_id", _files.TextOrEmpty(Path.Combine(folder, "board_id")), "firmware_version", _files.Text(Path.Combine(folder, "fw_ver")),
                "hca_type", _files.TextOrEmpty(Path.Combine(folder, "hca_type")));
            foreach (var port in SysFiles.Names(Path.Combine(folder, "ports")))
            {
                WritePort(table, Path.Combine(folder, "ports", port), ["device", device, "port", port]);
            }
        }
        table.WriteTo(writer);
    }

    private void WritePort(FamilyTable table, string folder, string[] labels)
    {
        table.Gauge(
            "node_infiniband_state_id", "State of the InfiniBand port (0: no change, 1: down, 2: init, 3: armed, 4: active, 5: act defer)",
            State(Path.Combine(folder, "state")), labels);
        table.Gauge(
            "node_infiniband_physical_state_id",
            "Physical state of the InfiniBand port (0: no change, 1: sleep, 2: polling, 3: disable, 4: shift, 5: link up, 6: link error recover, 7: phytest)",
            State(Path.Combine(folder, "phys_state")), labels);
        table.Gauge("node_infiniband_rate_bytes_per_second", "Maximum signal transfer rate", Rate(Path.Combine(folder, "rate")), labels);
        foreach (var counter in InfiniBandCounter.All)
        {
            if (TryCounter(Path.Combine(folder, counter.File), out var value))
            {
                table.Counter(counter.Metric, counter.Help, counter.IsInWords ? value * BytesPerWord : value, labels);
            }
        }
        if (TryCounter(Path.Combine(folder, "hw_counters/lifespan"), out var lifespan))
        {
            table.Gauge(
                "node_infiniband_lifespan_seconds",
                "The maximum period in ms which defines the aging of the counter reads. Two consecutive reads within this period might return the same values.",
                Math.Truncate(lifespan / MillisecondsPerSecond), labels);
        }
    }

    /// <summary>Adapters without a counting unit write that instead of numbers.</summary>
    private bool TryCounter(string path, out double value)
    {
        value = 0;
        if (!_files.TryText(path, out var text) || text.Contains("N/A (no PMA)", StringComparison.Ordinal))
        {
            return false;
        }
        value = WholeNumber.Parse(text, path);
        return true;
    }

    /// <summary>The number of a state: <c>4: ACTIVE</c>.</summary>
    private double State(string path) => WholeNumber.Parse(_files.Text(path).Split(':')[0], path);

    /// <summary>Bytes a second: <c>100 Gb/sec (4X EDR)</c>.</summary>
    private double Rate(string path)
    {
        var text = _files.Text(path);
        // Single precision, as node_exporter reads it, so that 2.5 and the like come out alike.
        return float.TryParse(text.Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var gigabits)
            ? Math.Truncate((double)gigabits * BytesPerGigabit)
            : throw new FormatException($"{path}: a rate such as '100 Gb/sec' was expected, not '{text}'");
    }
}
