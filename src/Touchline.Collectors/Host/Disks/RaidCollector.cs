using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Disks;

/// <summary>State of Linux software RAID, from /proc/mdstat and /sys/block/md*/md.</summary>
internal sealed class RaidCollector(HostOptions options) : NodeCollector("mdadm")
{
    /// <summary>The states that are told, with the activity in /proc/mdstat that each stands for.</summary>
    private static readonly (string Label, RaidActivity Activity)[] States =
    [
        ("active", RaidActivity.Active), ("inactive", RaidActivity.Inactive), ("recovering", RaidActivity.Recovering),
        ("resync", RaidActivity.Resyncing), ("check", RaidActivity.Checking),
    ];

    private readonly SysFiles _files = new();
    private readonly string _path = Path.Combine(options.ProcPath, "mdstat");
    private readonly string _blockFolder = Path.Combine(options.SysPath, "block");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_path))
        {
            return;
        }
        WriteArrays(writer, RaidArray.ReadAll(_files.Text(_path)));
        WriteDevices(writer);
    }

    private static void WriteArrays(IMetricWriter writer, List<RaidArray> arrays)
    {
        Write(writer, arrays, "node_md_blocks", "Total number of blocks on device.", array => array.Blocks);
        Write(writer, arrays, "node_md_blocks_synced", "Number of blocks synced on device.", array => array.BlocksSynced);
        writer.Family("node_md_disks", MetricType.Gauge, "Number of active/failed/spare disks of device.");
        foreach (var array in arrays)
        {
            writer.Sample(array.ActiveDisks, "device", array.Name, "state", "active");
            writer.Sample(array.FailedDisks, "device", array.Name, "state", "failed");
            writer.Sample(array.SpareDisks, "device", array.Name, "state", "spare");
        }
        Write(writer, arrays, "node_md_disks_required", "Total number of disks of device.", array => array.Disks);
        writer.Family("node_md_state", MetricType.Gauge, "Indicates the state of md-device.");
        foreach (var array in arrays)
        {
            foreach (var (label, activity) in States)
            {
                writer.Sample(array.Activity == activity ? 1 : 0, "device", array.Name, "state", label);
            }
        }
    }

    private static void Write(IMetricWriter writer, List<RaidArray> arrays, string name, string help, Func<RaidArray, double> value)
    {
        writer.Family(name, MetricType.Gauge, help);
        foreach (var array in arrays)
        {
            writer.Sample(value(array), "device", array.Name);
        }
    }

    private void WriteDevices(IMetricWriter writer)
    {
        var table = new FamilyTable();
        foreach (var folder in SysFiles.Find(_blockFolder, "md").Select(path => Path.Combine(path, "md")).Where(Directory.Exists))
        {
            var device = Path.GetFileName(Path.GetDirectoryName(folder))!;
            var level = _files.Text(Path.Combine(folder, "level"));
            // Containers of metadata (imsm, ddf) have no disks of their own.
            if (level is not ("" or "container" or "imsm" or "ddf") && TryDisks(folder, out var disks))
            {
                table.Gauge("node_md_raid_disks", "Number of raid disks on device.", disks, "device", device);
            }
            // Levels without redundancy cannot be degraded, and have no such file.
            var degraded = level is "raid1" or "raid4" or "raid5" or "raid6" or "raid10" ? _files.Whole(Path.Combine(folder, "degraded")) : 0;
            table.Gauge("node_md_degraded", "Number of degraded disks on device.", degraded, "device", device);
        }
        table.WriteTo(writer);
    }

    /// <summary>While an array grows, the file has the number before in brackets: <c>4 (3)</c>.</summary>
    private bool TryDisks(string folder, out double disks) =>
        WholeNumber.TryParse(_files.Text(Path.Combine(folder, "raid_disks")).Split(' ')[0], out disks);
}
