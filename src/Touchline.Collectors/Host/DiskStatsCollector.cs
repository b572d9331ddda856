using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Work of each block device, from /proc/diskstats, and what it is, from udev.</summary>
internal sealed class DiskStatsCollector(HostOptions options) : NodeCollector("diskstats")
{
    internal static readonly NodeFlag Include = new(
        "collector.diskstats.device-include", NodeFlagKind.Pattern, "", "Block devices that are watched, no others.");

    /// <summary>By default partitions and devices in memory are left out.</summary>
    internal static readonly NodeFlag Exclude = new(
        "collector.diskstats.device-exclude", NodeFlagKind.Pattern, @"^(z?ram|loop|fd|(h|s|v|xv)d[a-z]|nvme\d+n\d+p)\d+$", "Block devices that are not watched.")
    {
        Rival = Include,
        FormerName = "collector.diskstats.ignored-devices",
    };

    // Sectors in this file are of 512 bytes whatever the device's own are; times are in ms. The product with 1/1000, not the
    // quotient by 1000, gives the very digits of node_exporter.
    private const double SectorBytes = 512;
    private const double SecondsPerTick = 1.0 / 1000.0;

    /// <summary>The columns behind the device's name, in the file's order. Older kernels have fewer.</summary>
    private static readonly Column[] Columns =
    [
        new("reads_completed_total", "The total number of reads completed successfully.", 1),
        new("reads_merged_total", "The total number of reads merged.", 1),
        new("read_bytes_total", "The total number of bytes read successfully.", SectorBytes),
        new("read_time_seconds_total", "The total number of seconds spent by all reads.", SecondsPerTick),
        new("writes_completed_total", "The total number of writes completed successfully.", 1),
        new("writes_merged_total", "The number of writes merged.", 1),
        new("written_bytes_total", "The total number of bytes written successfully.", SectorBytes),
        new("write_time_seconds_total", "This is the total number of seconds spent by all writes.", SecondsPerTick),
        new("io_now", "The number of I/Os currently in progress.", 1, MetricType.Gauge),
        new("io_time_seconds_total", "Total seconds spent doing I/Os.", SecondsPerTick),
        new("io_time_weighted_seconds_total", "The weighted # of seconds spent doing I/Os.", SecondsPerTick),
        new("discards_completed_total", "The total number of discards completed successfully.", 1),
        new("discards_merged_total", "The total number of discards merged.", 1),
        new("discarded_sectors_total", "The total number of sectors discarded successfully.", 1),
        new("discard_time_seconds_total", "This is the total number of seconds spent by all discards.", SecondsPerTick),
        new("flush_requests_total", "The total number of flush requests completed successfully", 1),
        new("flush_requests_time_seconds_total", "This is the total number of seconds spent by all flush requests.", SecondsPerTick),
    ];

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "diskstats");
    private readonly NameCache<BlockDevice?> _known = MakeDevices(options);
    private readonly List<BlockDevice> _devices = [];

    public override void Collect(IMetricWriter writer)
    {
        ReadDevices();
        for (var i = 0; i < Columns.Length; i++)
        {
            var column = Columns[i];
            writer.Family(column.Metric, column.Type, column.Help);
            foreach (var device in _devices)
            {
                if (i < device.ColumnCount)
                {
                    writer.Sample(device.Values[i] * column.Unit, "device", device.Name);
                }
            }
        }
        BlockDeviceFacts.Write(writer, _devices);
    }

    private static NameCache<BlockDevice?> MakeDevices(HostOptions options)
    {
        var filter = NameFilter.Of(options, Exclude, Include);
        return new NameCache<BlockDevice?>(name => filter.Allows(name) ? new BlockDevice(name, options, Columns.Length) : null);
    }

    private void ReadDevices()
    {
        _devices.Clear();
        var lines = new ByteText(_reader.Read(_path));
        while (lines.TryLine(out var line))
        {
            var fields = new ByteText(line);
            if (!fields.TryField(out var major) || !fields.TryField(out var minor) || !fields.TryField(out var name))
            {
                continue;
            }
            if (_known.Get(name) is not { } device)
            {
                continue;
            }
            device.ColumnCount = 0;
            while (device.ColumnCount < Columns.Length && fields.TryField(out var value))
            {
                device.Values[device.ColumnCount++] = ByteText.Number(value);
            }
            device.Refresh(major, minor);
            _devices.Add(device);
        }
    }

    private sealed record Column(string Name, string Help, double Unit, MetricType Type = MetricType.Counter)
    {
        public string Metric { get; } = $"node_disk_{Name}";
    }
}
