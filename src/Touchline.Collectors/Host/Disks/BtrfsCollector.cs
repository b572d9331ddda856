using System.Globalization;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Space and commits of each mounted btrfs filesystem, from /sys/fs/btrfs, and what its devices say when asked.</summary>
internal sealed class BtrfsCollector(HostOptions options, BtrfsDevicesCall? askDevices = null) : NodeCollector("btrfs")
{
    private const double SectorBytes = 512;
    private const double MillisecondsPerSecond = 1000;

    private static readonly string[] BlockGroups = ["data", "metadata", "system"];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "fs/btrfs");
    private readonly BtrfsDevicesCall _askDevices = askDevices ?? new BtrfsDevices(options).Ask;

    public override void Collect(IMetricWriter writer)
    {
        var folders = SysFiles.Find(_folder, "").Where(path => Path.GetFileName(path).Contains('-', StringComparison.Ordinal)).ToList();
        if (folders.Count == 0)
        {
            return;
        }
        var table = new FamilyTable();
        var answers = _askDevices();
        foreach (var folder in folders)
        {
            WriteFilesystem(table, folder, answers);
        }
        table.WriteTo(writer);
    }

    private void WriteFilesystem(FamilyTable table, string folder, IReadOnlyDictionary<string, IReadOnlyList<BtrfsDevice>> answers)
    {
        var id = _files.TextOrEmpty(Path.Combine(folder, "metadata_uuid")) is { Length: > 0 } given ? given : Path.GetFileName(folder);
        table.Gauge("node_btrfs_info", "Filesystem information", 1, "uuid", id, "label", _files.TextOrEmpty(Path.Combine(folder, "label")));
        table.Gauge("node_btrfs_global_rsv_size_bytes", "Size of global reserve.", Number(folder, "allocation/global_rsv_size"), "uuid", id);
        WriteCommits(table, id, Path.Combine(folder, "commit_stats"));
        var devices = SysFiles.Find(Path.Combine(folder, "devices"), "").ToList();
        foreach (var group in BlockGroups)
        {
            WriteAllocation(table, id, group, Path.Combine(folder, "allocation", group), devices.Count);
        }
        if (answers.TryGetValue(id.Replace("-", "", StringComparison.Ordinal), out var known))
        {
            foreach (var device in known)
            {
                device.Write(table, id);
            }
            return;
        }
        foreach (var device in devices)
        {
            table.Gauge(
                "node_btrfs_device_size_bytes", "Size of a device that is part of the filesystem.", Number(device, "size") * SectorBytes,
                "uuid", id, "device", Path.GetFileName(device));
        }
    }

    /// <summary>Lines of a name and a number, in ms where they are times. Kernels before 6.0 have no such file, and give zeros.</summary>
    private void WriteCommits(FamilyTable table, string id, string path)
    {
        var figures = (File.Exists(path) ? _files.Lines(path) : [])
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length == 2)
            .ToDictionary(words => words[0], words => WholeNumber.Parse(words[1], path), StringComparer.Ordinal);
        table.Counter(
            "node_btrfs_commits_total", "The total number of commits that have occurred.", figures.GetValueOrDefault("commits"), "uuid", id);
        table.Gauge(
            "node_btrfs_last_commit_seconds", "Duration of the most recent commit, in seconds.",
            figures.GetValueOrDefault("last_commit_ms") / MillisecondsPerSecond, "uuid", id);
        table.Gauge(
            "node_btrfs_max_commit_seconds", "Duration of the slowest commit, in seconds.",
            figures.GetValueOrDefault("max_commit_ms") / MillisecondsPerSecond, "uuid", id);
        table.Counter(
            "node_btrfs_commit_seconds_total", "Sum of the duration of all commits, in seconds.",
            figures.GetValueOrDefault("total_commit_ms") / MillisecondsPerSecond, "uuid", id);
    }

    private void WriteAllocation(FamilyTable table, string id, string group, string folder, int devices)
    {
        table.Gauge(
            "node_btrfs_reserved_bytes", "Amount of space reserved for a data type", Number(folder, "bytes_reserved"), "uuid", id, "block_group_type", group);
        foreach (var layout in SysFiles.Find(folder, "").Where(Directory.Exists))
        {
            var mode = Path.GetFileName(layout);
            string[] labels = ["uuid", id, "block_group_type", group, "mode", mode];
            table.Gauge("node_btrfs_used_bytes", "Amount of used space by a layout/data type", Number(layout, "used_bytes"), labels);
            table.Gauge("node_btrfs_size_bytes", "Amount of space allocated for a layout/data type", Number(layout, "total_bytes"), labels);
            table.Gauge("node_btrfs_allocation_ratio", "Data allocation ratio for a layout/data type", Ratio(mode, devices), labels);
        }
    }

    /// <summary>Bytes on disks for a byte of data.</summary>
    private static double Ratio(string mode, double devices) => mode switch
    {
        "single" or "raid0" => 1,
        "dup" or "raid1" or "raid10" => 2,
        "raid1c3" => 3,
        "raid1c4" => 4,
        "raid5" => devices / (devices - 1),
        "raid6" => devices / (devices - 2),
        _ => 0,
    };

    private double Number(string folder, string file) =>
        ulong.TryParse(_files.TextOrEmpty(Path.Combine(folder, file)), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
}
