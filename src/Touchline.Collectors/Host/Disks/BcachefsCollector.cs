using System.Globalization;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Each mounted bcachefs filesystem, from /sys/fs/bcachefs.</summary>
internal sealed class BcachefsCollector(HostOptions options) : NodeCollector("bcachefs")
{
    private const string Units = "KMGTPE";
    private const string CreationLine = "since filesystem creation:";

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "fs/bcachefs");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        var folders = SysFiles.Names(_folder).Select(name => Path.Combine(_folder, name)).Where(Directory.Exists).ToList();
        if (folders.Count == 0)
        {
            NothingHere($"there is nothing in {_folder}");
            return;
        }
        foreach (var folder in folders)
        {
            WriteFilesystem(table, Path.GetFileName(folder), folder);
        }
        table.WriteTo(writer);
    }

    private void WriteFilesystem(FamilyTable table, string id, string folder)
    {
        table.Gauge("node_bcachefs_info", "Filesystem information.", 1, "uuid", id);
        table.Gauge("node_bcachefs_btree_cache_size_bytes", "Btree cache memory usage in bytes.", Size(folder, "btree_cache_size"), "uuid", id);
        foreach (var words in Table(folder, "compression_stats", 3))
        {
            string[] labels = ["uuid", id, "algorithm", words[0].TrimEnd(':')];
            table.Gauge("node_bcachefs_compression_compressed_bytes", "Compressed size by algorithm.", Size(words[1]), labels);
            table.Gauge("node_bcachefs_compression_uncompressed_bytes", "Uncompressed size by algorithm.", Size(words[2]), labels);
        }
        foreach (var words in Lines(folder, "errors").Select(Words).Where(words => words.Length > 1))
        {
            table.Counter("node_bcachefs_errors_total", "Error count by error type.", WholeNumber.Parse(words[1], "errors"), "uuid", id, "error_type", words[0]);
        }
        foreach (var words in Table(folder, "btree_write_stats", 3))
        {
            string[] labels = ["uuid", id, "type", words[0].TrimEnd(':')];
            table.Counter("node_bcachefs_btree_writes_total", "Number of btree writes by type.", WholeNumber.Parse(words[1], "btree_write_stats"), labels);
            table.Gauge("node_bcachefs_btree_write_average_size_bytes", "Average btree write size by type.", Size(words[2]), labels);
        }
        foreach (var path in SysFiles.Find(Path.Combine(folder, "counters"), "").Where(File.Exists))
        {
            WriteCounter(table, id, path);
        }
        foreach (var device in SysFiles.Find(folder, "dev-").Where(Directory.Exists))
        {
            WriteDevice(table, ["uuid", id, "device", Path.GetFileName(device)["dev-".Length..]], device);
        }
    }

    private void WriteCounter(FamilyTable table, string id, string path)
    {
        var name = Path.GetFileName(path);
        var line = _files.Lines(path).LastOrDefault(line => line.StartsWith(CreationLine, StringComparison.Ordinal));
        table.Counter(
            $"node_bcachefs_{MetricName.Sanitize(name)}_total", $"Bcachefs counter {name} since filesystem creation.",
            line is null ? 0 : Size(line[CreationLine.Length..]), "uuid", id);
    }

    private void WriteDevice(FamilyTable table, string[] labels, string folder)
    {
        table.Gauge(
            "node_bcachefs_device_info", "Device information.", 1,
            [.. labels, "label", _files.TextOrEmpty(Path.Combine(folder, "label")), "state", _files.TextOrEmpty(Path.Combine(folder, "state"))]);
        table.Gauge("node_bcachefs_device_bucket_size_bytes", "Bucket size in bytes.", Size(folder, "bucket_size"), labels);
        table.Gauge("node_bcachefs_device_buckets", "Total number of buckets.", Whole(folder, "nbuckets"), labels);
        table.Gauge("node_bcachefs_device_durability", "Device durability setting.", Whole(folder, "durability"), labels);
        var operation = "";
        foreach (var (key, value) in Lines(folder, "io_done").Select(Pair))
        {
            if (value.Length == 0)
            {
                operation = key;
            }
            else if (operation is "read" or "write")
            {
                table.Counter(
                    "node_bcachefs_device_io_done_bytes_total", "IO bytes by operation type and data type.", WholeNumber.Parse(value, "io_done"),
                    [.. labels, "operation", operation, "data_type", key]);
            }
        }
        // A part since creation, and parts since later.
        var errors = Lines(folder, "io_errors").SkipWhile(line => !line.StartsWith("IO errors since filesystem creation", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.StartsWith("IO errors since ", StringComparison.Ordinal));
        foreach (var (key, value) in errors.Select(Pair).Where(pair => pair.Value.Length > 0))
        {
            table.Counter(
                "node_bcachefs_device_io_errors_total", "IO errors by error type.", WholeNumber.Parse(value, "io_errors"), [.. labels, "type", key]);
        }
    }

    private string[] Lines(string folder, string file) => Path.Combine(folder, file) is var path && File.Exists(path) ? _files.Lines(path) : [];

    /// <summary>The rows below the heading of a table that have this many columns at least.</summary>
    private IEnumerable<string[]> Table(string folder, string file, int columns) =>
        Lines(folder, file).Skip(1).Select(Words).Where(words => words.Length >= columns);

    private double Size(string folder, string file) => _files.TryText(Path.Combine(folder, file), out var text) && text.Length > 0 ? Size(text) : 0;

    private double Whole(string folder, string file) => _files.TryWhole(Path.Combine(folder, file), out var value) ? value : 0;

    /// <summary>Bytes as bcachefs writes them for people: <c>1.50M</c>.</summary>
    private static double Size(string text)
    {
        text = text.Trim();
        var unit = text.Length > 0 ? Units.IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) : -1;
        return double.TryParse(unit < 0 ? text : text[..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? Math.Truncate(value * Math.Pow(1024, unit + 1))
            : throw new FormatException($"a size such as 1.5M was expected, not '{text}'");
    }

    private static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What stands before a colon and behind it.</summary>
    private static (string Key, string Value) Pair(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ("", "") : (line[..colon].Trim(), line[(colon + 1)..].Trim());
    }
}
