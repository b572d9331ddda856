using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Host;

namespace Touchline.Collectors.Containers;

/// <summary>
/// Space, inodes and activity of the machine's own disks, which cAdvisor counts to the root group. Disks over a network are left out. A disk that
/// does not answer (a dead controller, a dead server of block devices) costs its own figures, and is not asked again before it does.
/// Not thread-safe.
/// </summary>
internal sealed class FilesystemReader(HostOptions host, StatvfsCall statvfs) : IDisposable
{
    /// <summary>A thread hangs behind each disk that does not answer.</summary>
    private const int MaxStuck = 8;

    private readonly MountTable _mounts = new(host);
    private readonly DiskActivityReader _activity = new(host.ProcPath);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly GuardedThread _thread = new("container disks");
    private readonly Dictionary<string, Question> _stuck = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _labels = new(StringComparer.Ordinal);

    /// <summary>What one disk may take.</summary>
    internal TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <exception cref="IOException">There is no table of mounts.</exception>
    /// <exception cref="FormatException">The table of mounts is none.</exception>
    public void Read(Cgroup root)
    {
        _seen.Clear();
        foreach (var mount in _mounts.Read().Span)
        {
            // A device that is mounted twice is still one, unless it does not answer where it is mounted first.
            if (!IsDisk(mount.Device) || root[LabelledMetric.FsLimit].Exists(known => known.ExtraLabels[1] == mount.Device))
            {
                continue;
            }
            var labels = LabelsOf(mount.Device);
            if (_seen.Add(mount.Device))
            {
                _activity.Read(root, mount, labels);
            }
            if (Ask(Path.Join(host.RootFsPath, mount.MountPoint)) is { } sizes)
            {
                Add(root, labels, sizes);
            }
        }
    }

    public void Dispose() => _thread.Dispose();

    /// <summary>File systems of programs may bear the name of the device that all of them are made through; they hang with their programs.</summary>
    private static bool IsDisk(string device) => device.StartsWith("/dev/", StringComparison.Ordinal) && device != "/dev/fuse";

    private string[] LabelsOf(string device)
    {
        if (!_labels.TryGetValue(device, out var labels))
        {
            _labels.Add(device, labels = ["device", device]);
        }
        return labels;
    }

    private static void Add(Cgroup root, string[] labels, FilesystemSizes sizes)
    {
        root.Add(LabelledMetric.FsLimit, labels, sizes.Size);
        root.Add(LabelledMetric.FsUsage, labels, sizes.Size - sizes.Free);
        root.Add(LabelledMetric.FsInodes, labels, sizes.Files);
        root.Add(LabelledMetric.FsInodesFree, labels, sizes.FilesFree);
    }

    private FilesystemSizes? Ask(string path)
    {
        if (_stuck.TryGetValue(path, out var earlier))
        {
            if (!earlier.IsDone)
            {
                return null;
            }
            _stuck.Remove(path);
        }
        if (_stuck.Count >= MaxStuck)
        {
            return null;
        }
        var question = new Question(statvfs, path);
        if (_thread.TryRun(question.Ask, Patience))
        {
            return question.Sizes;
        }
        _stuck.Add(path, question);
        return null;
    }

    private sealed class Question(StatvfsCall statvfs, string path)
    {
        private volatile bool _isDone;

        public bool IsDone => _isDone;

        public FilesystemSizes? Sizes { get; private set; }

        public void Ask()
        {
            Sizes = statvfs(path, out _);
            _isDone = true;
        }
    }
}
