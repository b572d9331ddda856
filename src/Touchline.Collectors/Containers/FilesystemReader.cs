using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Space and inodes of the machine's own disks, which cAdvisor counts to the root group. Disks over a network are left out: asking them
/// may hang. Not thread-safe.
/// </summary>
internal sealed class FilesystemReader(HostOptions host, StatvfsCall statvfs)
{
    private readonly MountTable _mounts = new(host);
    private readonly Dictionary<string, string[]> _labels = new(StringComparer.Ordinal);

    public void Read(Cgroup root)
    {
        foreach (var mount in _mounts.Read())
        {
            // A device that is mounted twice is still one.
            if (!mount.Device.StartsWith("/dev/", StringComparison.Ordinal)
                || root[LabelledMetric.FsLimit].Exists(known => known.ExtraLabels[1] == mount.Device)
                || statvfs(Path.Join(host.RootFsPath, mount.MountPoint), out _) is not { } sizes)
            {
                continue;
            }
            if (!_labels.TryGetValue(mount.Device, out var labels))
            {
                _labels.Add(mount.Device, labels = ["device", mount.Device]);
            }
            root.Add(LabelledMetric.FsLimit, labels, sizes.Size);
            root.Add(LabelledMetric.FsUsage, labels, sizes.Size - sizes.Free);
            root.Add(LabelledMetric.FsInodes, labels, sizes.Files);
            root.Add(LabelledMetric.FsInodesFree, labels, sizes.FilesFree);
        }
    }
}
