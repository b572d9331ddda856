using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>
/// Sizes of mounted filesystems. A mount that does not answer (a dead server) is reported as in error and not asked again until the
/// question already under way is answered, so that threads do not pile up behind it.
/// </summary>
internal sealed class FilesystemCollector(HostOptions options, StatvfsCall statvfs) : NodeCollector("filesystem")
{
    // Together below what the host collector grants, so that a dead mount is named here and does not fail the whole collector.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(20);
    private const int MaxStuck = 16;

    private readonly MountTable _mounts = new(options);
    private readonly GuardedThread _thread = new("statvfs");
    private readonly Dictionary<string, Question> _stuck = new(StringComparer.Ordinal);
    private readonly List<(Mount Mount, FilesystemSizes? Sizes, string Error)> _answers = [];
    private Question? _spare;

    public override void Collect(IMetricWriter writer)
    {
        _answers.Clear();
        var patience = Patience;
        foreach (var mount in _mounts.Read())
        {
            var stuckBefore = _stuck.Count;
            var sizes = Ask(mount.MountPoint, patience, out var error);
            if (_stuck.Count > stuckBefore)
            {
                // The first dead mount uses the patience up, so that many of them together cost hardly more.
                patience = LeastPatience;
            }
            _answers.Add((mount, sizes, error));
        }
        WriteAll(writer);
    }

    public override void Dispose() => _thread.Dispose();

    private FilesystemSizes? Ask(string mountPoint, TimeSpan patience, out string error)
    {
        if (_stuck.TryGetValue(mountPoint, out var pending) && !pending.IsAnswered)
        {
            error = "mountpoint timeout";
            return null;
        }
        _stuck.Remove(mountPoint);
        if (_stuck.Count >= MaxStuck)
        {
            error = "too many mountpoints do not answer";
            return null;
        }
        var question = _spare ?? new Question(statvfs);
        _spare = null;
        question.Path = Path.Join(options.RootFsPath.TrimEnd('/'), mountPoint);
        question.IsAnswered = false;
        if (!_thread.TryRun(question.Work, patience))
        {
            _stuck[mountPoint] = question;
            error = "mountpoint timeout";
            return null;
        }
        _spare = question;
        error = question.Error;
        return question.Sizes;
    }

    private void WriteAll(IMetricWriter writer)
    {
        Write(writer, "node_filesystem_avail_bytes", "Filesystem space available to non-root users in bytes.", sizes => sizes.Available);
        writer.Family("node_filesystem_device_error", MetricType.Gauge, "Whether an error occurred while getting statistics for the given device.");
        foreach (var (mount, sizes, error) in _answers)
        {
            writer.Sample(sizes is null ? 1 : 0, mount.Labels(error));
        }
        Write(writer, "node_filesystem_files", "Filesystem total file nodes.", sizes => sizes.Files);
        Write(writer, "node_filesystem_files_free", "Filesystem total free file nodes.", sizes => sizes.FilesFree);
        Write(writer, "node_filesystem_free_bytes", "Filesystem free space in bytes.", sizes => sizes.Free);
        writer.Family("node_filesystem_mount_info", MetricType.Gauge, "Filesystem mount information.");
        foreach (var (mount, sizes, _) in _answers)
        {
            if (sizes is not null)
            {
                writer.Sample(1, "device", mount.Device, "major", mount.Major, "minor", mount.Minor, "mountpoint", mount.MountPoint);
            }
        }
        Write(writer, "node_filesystem_purgeable_bytes", "Filesystem space available including purgeable space (MacOS specific).", _ => 0);
        writer.Family("node_filesystem_readonly", MetricType.Gauge, "Filesystem read-only status.");
        foreach (var (mount, _, error) in _answers)
        {
            writer.Sample(mount.IsReadOnly ? 1 : 0, mount.Labels(error));
        }
        Write(writer, "node_filesystem_size_bytes", "Filesystem size in bytes.", sizes => sizes.Size);
    }

    private void Write(IMetricWriter writer, string name, string help, Func<FilesystemSizes, double> value)
    {
        writer.Family(name, MetricType.Gauge, help);
        foreach (var (mount, sizes, error) in _answers)
        {
            if (sizes is { } known)
            {
                writer.Sample(value(known), mount.Labels(error));
            }
        }
    }

    /// <summary>One question to the kernel. While it is not answered, only the thread that asks may touch it.</summary>
    private sealed class Question
    {
        private readonly StatvfsCall _statvfs;
        private volatile bool _isAnswered;

        public Question(StatvfsCall statvfs)
        {
            _statvfs = statvfs;
            Work = Run;
        }

        public Action Work { get; }

        public string Path { get; set; } = "";

        public FilesystemSizes? Sizes { get; private set; }

        public string Error { get; private set; } = "";

        public bool IsAnswered
        {
            get => _isAnswered;
            set => _isAnswered = value;
        }

        private void Run()
        {
            Sizes = _statvfs(Path, out var error);
            Error = error;
            _isAnswered = true;
        }
    }
}
