namespace Touchline.Collectors.Host;

/// <summary>
/// One round of questions to the kernel, asked by a thread that may hang. While it runs, only that thread touches the answers beyond
/// <see cref="Progress"/>.
/// </summary>
internal sealed class StatvfsRound
{
    /// <summary>What node_exporter says of a mount that does not answer.</summary>
    public const string Timeout = "mountpoint timeout";

    /// <summary>What is said of a mount that was not asked, because many others do not answer.</summary>
    public const string TooMany = "too many mountpoints do not answer";

    private readonly StatvfsCall _statvfs;
    private readonly string _root;
    private ReadOnlyMemory<Mount> _mounts;
    private HashSet<string> _stuck = [];
    private HashSet<string>? _only;
    private (Mount Mount, FilesystemSizes? Sizes, string Error)[] _answers = [];
    private int _answered;
    private volatile bool _abandoned;
    private volatile bool _isDone;

    public StatvfsRound(StatvfsCall statvfs, string root)
    {
        (_statvfs, _root) = (statvfs, root.TrimEnd('/'));
        Work = Run;
        Progress = () => Volatile.Read(ref _answered);
    }

    public Action Work { get; }

    /// <summary>How many mounts have answered.</summary>
    public Func<int> Progress { get; }

    /// <summary>Whether the thread that was left behind has come back.</summary>
    public bool IsDone => _isDone;

    /// <param name="stuck">Mount points of which an earlier question is still not answered: these are not asked.</param>
    /// <param name="only">The mount points that may be asked; null for all.</param>
    public void Begin(ReadOnlyMemory<Mount> mounts, HashSet<string> stuck, HashSet<string>? only)
    {
        (_mounts, _stuck, _only, _isDone) = (mounts, stuck, only, false);
        if (_answers.Length < mounts.Length)
        {
            _answers = new (Mount, FilesystemSizes?, string)[mounts.Length];
        }
        Volatile.Write(ref _answered, 0);
    }

    public ReadOnlySpan<(Mount Mount, FilesystemSizes? Sizes, string Error)> Answers(int count) => _answers.AsSpan(0, count);

    /// <summary>Lets the thread end with the question that it hangs in.</summary>
    public void Abandon() => _abandoned = true;

    private void Run()
    {
        var mounts = _mounts.Span;
        for (var i = 0; i < mounts.Length && !_abandoned; i++)
        {
            var mountPoint = mounts[i].MountPoint;
            var mayAsk = _only?.Contains(mountPoint) != false;
            var error = mayAsk || _stuck.Contains(mountPoint) ? Timeout : TooMany;
            var sizes = !mayAsk || _stuck.Contains(mountPoint) ? null : _statvfs(_root + mountPoint, out error);
            if (!_abandoned)
            {
                _answers[i] = (mounts[i], sizes, error);
                Volatile.Write(ref _answered, i + 1);
            }
        }
        _isDone = true;
    }
}
