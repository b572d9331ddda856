using System.Globalization;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Caches, pools and datasets of ZFS, from the kernel statistics in /proc/spl/kstat/zfs.</summary>
internal sealed class ZfsCollector(HostOptions options) : NodeCollector("zfs")
{
    // The types of figures in these files that are given on.
    private const string SignedType = "3";
    private const string UnsignedType = "4";

    /// <summary>The files of the module as a whole, with the beginning that their metrics have. Older and newer versions have some only.</summary>
    private static readonly (string File, string Subsystem)[] Files =
    [
        ("abdstats", "zfs_abd"), ("arcstats", "zfs_arc"), ("dbufstats", "zfs_dbuf"), ("dmu_tx", "zfs_dmu_tx"), ("dnodestats", "zfs_dnode"),
        ("fm", "zfs_fm"), ("vdev_cache_stats", "zfs_vdev_cache"), ("vdev_mirror_stats", "zfs_vdev_mirror"), ("xuio_stats", "zfs_xuio"),
        ("zfetchstats", "zfs_zfetch"), ("zil", "zfs_zil"),
    ];

    private static readonly string[] PoolStates = ["online", "degraded", "faulted", "offline", "removed", "unavail", "suspended"];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.ProcPath, "spl/kstat/zfs");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var (file, subsystem) in Files)
        {
            var path = Path.Combine(_folder, file);
            if (File.Exists(path))
            {
                WriteModule(table, file, subsystem, _files.Lines(path));
            }
        }
        foreach (var folder in Directory.GetDirectories(_folder).Order(StringComparer.Ordinal))
        {
            WritePool(table, Path.GetFileName(folder), folder);
        }
        table.WriteTo(writer);
    }

    private static void WriteModule(FamilyTable table, string file, string subsystem, string[] lines)
    {
        foreach (var (name, type, value) in Statistics(lines, file))
        {
            if (type is SignedType or UnsignedType)
            {
                Write(table, subsystem, name, $"kstat.zfs.misc.{file}.{name}", WholeNumber.Parse(value, $"{file} {name}"));
            }
        }
    }

    private void WritePool(FamilyTable table, string pool, string folder)
    {
        WriteInputOutput(table, pool, Path.Combine(folder, "io"));
        foreach (var path in SysFiles.Find(folder, "objset-"))
        {
            WriteDataset(table, pool, _files.Lines(path));
        }
        if (!_files.TryText(Path.Combine(folder, "state"), out var current))
        {
            return;
        }
        foreach (var state in PoolStates)
        {
            var isCurrent = string.Equals(current, state, StringComparison.OrdinalIgnoreCase);
            table.Gauge("node_zfs_zpool_state", "kstat.zfs.misc.state", isCurrent ? 1 : 0, "zpool", pool, "state", state);
        }
    }

    /// <summary>A line of names and a line of figures below. OpenZFS has no such file since 2.0.</summary>
    private void WriteInputOutput(FamilyTable table, string pool, string path)
    {
        var lines = File.Exists(path) ? _files.Lines(path) : [];
        var names = Array.FindIndex(lines, line => line.StartsWith("nread", StringComparison.Ordinal));
        if (names < 0 || names + 1 >= lines.Length)
        {
            return;
        }
        foreach (var (name, value) in Fields(lines[names]).Zip(Fields(lines[names + 1])))
        {
            Write(table, "zfs_zpool", name, $"kstat.zfs.misc.io.{name}", WholeNumber.Parse(value, $"io {name}"), "zpool", pool);
        }
    }

    private static void WriteDataset(FamilyTable table, string pool, string[] lines)
    {
        var dataset = "";
        foreach (var (name, type, value) in Statistics(lines, "objset"))
        {
            if (name == "dataset_name")
            {
                dataset = value;
            }
            else if (type == UnsignedType)
            {
                Write(
                    table, "zfs_zpool_dataset", name, $"kstat.zfs.misc.objset.{name}", WholeNumber.Parse(value, $"objset {name}"),
                    "zpool", pool, "dataset", dataset);
            }
        }
    }

    private static void Write(FamilyTable table, string subsystem, string name, string help, double value, params ReadOnlySpan<string> labels)
    {
        // Names of some figures have dots, of which the last part is kept.
        var metric = name[(name.LastIndexOf('.') + 1)..].Replace('-', '_');
        table.Add($"node_{subsystem}_{metric}", MetricType.Unknown, help, value, labels);
    }

    /// <summary>The lines behind the heading "name type data". A value may have blanks in it: the name of a dataset.</summary>
    private static IEnumerable<(string Name, string Type, string Value)> Statistics(string[] lines, string file)
    {
        var heading = Array.FindIndex(lines, line => Fields(line) is ["name", "type", "data"]);
        if (heading < 0)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{file}: a line 'name type data' was expected"));
        }
        foreach (var line in lines.Skip(heading + 1))
        {
            if (line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries) is [var name, var type, var value])
            {
                yield return (name, type, value.TrimStart());
            }
        }
    }

    private static string[] Fields(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
