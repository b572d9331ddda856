namespace Touchline.Collectors.Host.Disks;

/// <summary>What mounted btrfs filesystems say of their devices, by the filesystem's UUID without dashes; none where they cannot be asked.</summary>
internal delegate IReadOnlyDictionary<string, IReadOnlyList<BtrfsDevice>> BtrfsDevicesCall();

/// <summary>A device of a btrfs filesystem: space in bytes, and errors since they were last reset.</summary>
internal sealed record BtrfsDevice(
    string Name, string Id, double Size, double Used, double WriteErrors, double ReadErrors, double FlushErrors, double CorruptionErrors, double GenerationErrors)
{
    public void Write(FamilyTable table, string filesystem)
    {
        string[] labels = ["uuid", filesystem, "device", Name, "btrfs_dev_uuid", Id];
        table.Gauge("node_btrfs_device_size_bytes", "Size of a device that is part of the filesystem.", Size, labels);
        table.Gauge("node_btrfs_device_unused_bytes", "Unused bytes unused on a device that is part of the filesystem.", Size - Used, labels);
        foreach (var (type, errors) in new[]
        {
            ("write", WriteErrors), ("read", ReadErrors), ("flush", FlushErrors), ("corruption", CorruptionErrors), ("generation", GenerationErrors),
        })
        {
            table.Counter(
                "node_btrfs_device_errors_total", "Errors reported for the device", errors,
                "uuid", filesystem, "type", type, "device", Name, "btrfs_dev_uuid", Id);
        }
    }
}
