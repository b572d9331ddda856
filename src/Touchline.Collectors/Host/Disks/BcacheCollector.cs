using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Block devices cached by bcache, from /sys/fs/bcache.</summary>
internal sealed class BcacheCollector(HostOptions options) : NodeCollector("bcache")
{
    internal static readonly NodeFlag PriorityStats = new(
        "collector.bcache.priorityStats", NodeFlagKind.Switch, "false", "Whether statistics of priorities are read, which costs the kernel much.");

    private const double SecondsPerNanosecond = 1e-9;

    private static readonly Property[] OfSet =
    [
        new("average_key_size", "average_key_size_sectors", MetricType.Gauge, "Average data per key in the btree (sectors)."),
        new("btree_cache_size", "btree_cache_size_bytes", MetricType.Gauge, "Amount of memory currently used by the btree cache."),
        new("cache_available_percent", "cache_available_percent", MetricType.Gauge,
            "Percentage of cache device without dirty data, usable for writeback (may contain clean cached data)."),
        new("congested", "congested", MetricType.Gauge, "Congestion."),
        new("root_usage_percent", "root_usage_percent", MetricType.Gauge,
            "Percentage of the root btree node in use (tree depth increases if too high)."),
        new("tree_depth", "tree_depth", MetricType.Gauge, "Depth of the btree."),
        new("internal/active_journal_entries", "active_journal_entries", MetricType.Gauge, "Number of journal entries that are newer than the index."),
        new("internal/btree_nodes", "btree_nodes", MetricType.Gauge, "Total nodes in the btree."),
        // The file's name says µs, but node_exporter takes them for ns, and its dashboards do so too.
        new("internal/btree_read_average_duration_us", "btree_read_average_duration_seconds", MetricType.Gauge, "Average btree read duration.")
        {
            Unit = SecondsPerNanosecond,
        },
        new("internal/cache_read_races", "cache_read_races_total", MetricType.Counter,
            "Counts instances where while data was being read from the cache, the bucket was reused and invalidated - i.e. where the pointer was stale "
            + "after the read completed."),
    ];

    private static readonly Property[] OfBackingDevice =
    [
        new("dirty_data", "dirty_data_bytes", MetricType.Gauge, "Amount of dirty data for this backing device in the cache."),
        new("stats_total/bypassed", "bypassed_bytes_total", MetricType.Counter, "Amount of IO (both reads and writes) that has bypassed the cache."),
        new("stats_total/cache_hits", "cache_hits_total", MetricType.Counter, "Hits counted per individual IO as bcache sees them."),
        new("stats_total/cache_misses", "cache_misses_total", MetricType.Counter, "Misses counted per individual IO as bcache sees them."),
        new("stats_total/cache_bypass_hits", "cache_bypass_hits_total", MetricType.Counter, "Hits for IO intended to skip the cache."),
        new("stats_total/cache_bypass_misses", "cache_bypass_misses_total", MetricType.Counter, "Misses for IO intended to skip the cache."),
        new("stats_total/cache_miss_collisions", "cache_miss_collisions_total", MetricType.Counter,
            "Instances where data insertion from cache miss raced with write (data already present)."),
        // Kernels since 5.14 have no such file.
        new("stats_total/cache_readaheads", "cache_readaheads_total", MetricType.Counter, "Count of times readahead occurred.") { IsLeftOutAtZero = true },
    ];

    /// <summary>Lines of writeback_rate_debug by their beginning.</summary>
    private static readonly Property[] OfWriteback =
    [
        new("target:", "dirty_target_bytes", MetricType.Gauge, "Current dirty data target threshold for this backing device in bytes."),
        new("rate:", "writeback_rate", MetricType.Gauge, "Current writeback rate for this backing device in bytes."),
        new("proportional:", "writeback_rate_proportional_term", MetricType.Gauge, "Current result of proportional controller, part of writeback rate"),
        new("integral:", "writeback_rate_integral_term", MetricType.Gauge, "Current result of integral controller, part of writeback rate"),
        new("change:", "writeback_change", MetricType.Gauge, "Last writeback rate change step for this backing device."),
    ];

    private static readonly Property[] OfCacheDevice =
    [
        new("io_errors", "io_errors", MetricType.Gauge, "Number of errors that have occurred, decayed by io_error_halflife."),
        new("metadata_written", "metadata_written_bytes_total", MetricType.Counter,
            "Sum of all non data writes (btree writes and all other metadata)."),
        new("written", "written_bytes_total", MetricType.Counter, "Sum of all data that has been written to the cache."),
    ];

    /// <summary>Lines of priority_stats by their beginning.</summary>
    private static readonly Property[] OfPriorities =
    [
        new("Unused:", "priority_stats_unused_percent", MetricType.Gauge, "The percentage of the cache that doesn't contain any data."),
        new("Metadata:", "priority_stats_metadata_percent", MetricType.Gauge, "Bcache's metadata overhead."),
    ];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "fs/bcache");
    private readonly bool _readsPriorities = options.Flags.IsOn(PriorityStats);

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        foreach (var folder in SysFiles.Find(_folder, "").Where(path => Path.GetFileName(path).Contains('-', StringComparison.Ordinal)))
        {
            string[] labels = ["uuid", Path.GetFileName(folder)];
            WriteFiles(table, OfSet, folder, labels);
            foreach (var device in SysFiles.FindNumbered(folder, "bdev"))
            {
                string[] deviceLabels = [.. labels, "backing_device", Path.GetFileName(device)];
                WriteFiles(table, OfBackingDevice, device, deviceLabels);
                WriteLines(table, OfWriteback, Path.Combine(device, "writeback_rate_debug"), "/sec", deviceLabels);
            }
            foreach (var device in SysFiles.FindNumbered(folder, "cache").Where(Directory.Exists))
            {
                WriteCacheDevice(table, device, [.. labels, "cache_device", Path.GetFileName(device)]);
            }
        }
        table.WriteTo(writer);
    }

    private void WriteCacheDevice(FamilyTable table, string device, string[] labels)
    {
        WriteFiles(table, OfCacheDevice, device, labels);
        if (_readsPriorities)
        {
            WriteLines(table, OfPriorities, Path.Combine(device, "priority_stats"), "%", labels);
        }
    }

    private void WriteFiles(FamilyTable table, Property[] properties, string folder, string[] labels)
    {
        foreach (var property in properties)
        {
            var value = _files.TryText(Path.Combine(folder, property.Source), out var text) ? BcacheNumber.Parse(text) : 0;
            Write(table, property, value, labels);
        }
    }

    private void WriteLines(FamilyTable table, Property[] properties, string path, string unit, string[] labels)
    {
        var lines = _files.Lines(path);
        foreach (var property in properties)
        {
            var line = lines.FirstOrDefault(line => line.StartsWith(property.Source, StringComparison.Ordinal));
            var figure = line?[property.Source.Length..].Trim() ?? "0";
            var value = BcacheNumber.Parse(figure.EndsWith(unit, StringComparison.Ordinal) ? figure[..^unit.Length] : figure);
            Write(table, property, value, labels);
        }
    }

    private static void Write(FamilyTable table, Property property, double value, string[] labels)
    {
        if (value != 0 || !property.IsLeftOutAtZero)
        {
            table.Add($"node_bcache_{property.Metric}", property.Type, property.Help, value * property.Unit, labels);
        }
    }

    /// <summary>A figure from a file, or from a line of one.</summary>
    private sealed record Property(string Source, string Metric, MetricType Type, string Help)
    {
        public double Unit { get; init; } = 1;

        public bool IsLeftOutAtZero { get; init; }
    }
}
