using System.Globalization;
using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Containers.Layers;

/// <summary>
/// Finds the writable layers of containers and puts what they take among their figures. An engine says where a layer is, or the mounts
/// that the container's process sees. Used by one thread.
/// </summary>
internal sealed class LayerFigures(ContainerOptions options, ContainerNames names, LayerWatch watch)
{
    private const int MaxDevices = 1_000;

    /// <summary>What a container has there shares its room with its image, so that counting files tells nothing.</summary>
    private static readonly string[] SharingTypes = ["btrfs", "zfs"];

    private readonly FileReader _reader = new();
    private readonly Dictionary<string, string[]> _labels = new(StringComparer.Ordinal);

    /// <param name="containers">Those that run.</param>
    /// <param name="pids">The processes of a group that count as its own.</param>
    public void Read(IEnumerable<Cgroup> containers, Func<Cgroup, IReadOnlyList<int>> pids)
    {
        var layers = new HashSet<LayerDirectories>();
        foreach (var container in containers)
        {
            container.Layer = Find(container, pids(container));
            if (container.Layer is { } layer)
            {
                layers.Add(layer.Directories);
                if (watch.UsageOf(layer.Directories) is { } usage)
                {
                    Add(container, usage);
                }
            }
        }
        watch.Follow(layers);
    }

    private FoundLayer? Find(Cgroup container, IReadOnlyList<int> pids)
    {
        var known = names.Known(container);
        var beside = known?.OwnFolder ?? "";
        if (known is { WritableLayer.Length: > 0 })
        {
            return new FoundLayer(0, new LayerDirectories(known.WritableLayer, beside));
        }
        if (pids.Count == 0)
        {
            return null;
        }
        // A container's root is not mounted again while its process lives.
        if (container.Layer is { } before && before.Pid == pids[0] && before.Directories.OwnFolder == beside)
        {
            return before;
        }
        var directory = MountsOf(pids[0]).LastOrDefault(mount => mount.MountPoint == "/") is { } root ? DirectoryOf(root) : "";
        return directory.Length > 0 ? new FoundLayer(pids[0], new LayerDirectories(directory, beside)) : null;
    }

    /// <summary>
    /// The directory that a container writes to, which is its whole root where the engine copies images (vfs of Docker, native of containerd) or has
    /// none. Empty where it is on a file system of its own, or is the host's root itself.
    /// </summary>
    private string DirectoryOf(MountInfo root)
    {
        if (root.Root == "/" || SharingTypes.Contains(root.Type))
        {
            return root.UpperDirectory();
        }
        const int Init = 1;
        var path = root.PathAmong(MountsOf(Init));
        return path == "/" ? "" : path;
    }

    private IEnumerable<MountInfo> MountsOf(int pid) =>
        _reader.TryRead(string.Create(CultureInfo.InvariantCulture, $"{options.ProcPath}/{pid}/mountinfo"), out var text) ? MountInfo.Parse(text) : [];

    /// <summary>In the way of cAdvisor, whose total of inodes is how many a container has, and the rest of the file system's are free.</summary>
    private void Add(Cgroup container, LayerUsage usage)
    {
        if (!_labels.TryGetValue(usage.Device, out var labels))
        {
            if (_labels.Count >= MaxDevices)
            {
                _labels.Clear();
            }
            _labels.Add(usage.Device, labels = ["device", usage.Device]);
        }
        container.Add(LabelledMetric.FsUsage, labels, usage.Bytes);
        container.Add(LabelledMetric.FsLimit, labels, usage.LimitBytes);
        container.Add(LabelledMetric.FsInodes, labels, usage.Inodes);
        container.Add(LabelledMetric.FsInodesFree, labels, Math.Max(0, usage.FileSystemInodes - usage.Inodes));
    }
}

/// <summary>The layer of a container, and the process whose mounts told it; 0 where an engine did.</summary>
internal sealed record FoundLayer(int Pid, LayerDirectories Directories);
