namespace Touchline.Collectors.Host;

/// <summary>
/// A collector with its last answer. One that answers later than it is waited for (sensors behind a slow bus) is not given up: its
/// answer counts at the collection after, while the next one is fetched. Used by one thread.
/// </summary>
internal sealed class GuardedCollector : IDisposable
{
    private readonly NodeCollector _collector;
    private readonly TimeProvider _time;
    private readonly TimeSpan _longestWait;

    // While it runs, only its own thread may touch these.
    private MetricBuffer _coming = new();
    private string? _failure;
    private TimeSpan _runtime;

    private volatile bool _isRunning;
    private bool _isSlow;

    /// <param name="longestWait">Whoever takes longer is not waited for from then on, until it is quicker again.</param>
    public GuardedCollector(NodeCollector collector, TimeProvider time, TimeSpan longestWait) =>
        (_collector, _time, _longestWait) = (collector, time, longestWait);

    public string Name => _collector.Name;

    public bool SpeaksForOthers => _collector.SpeaksForOthers;

    /// <summary>What it wrote; to be used only where <see cref="HasAnswer"/>.</summary>
    public MetricBuffer Answer { get; private set; } = new();

    /// <summary>Whether the last collection brought an answer.</summary>
    public bool HasAnswer { get; private set; }

    public TimeSpan Duration { get; private set; }

    /// <summary>What kept it from succeeding, null where nothing did.</summary>
    public string? Problem { get; private set; }

    /// <summary>Whether the problem is only that there is nothing to collect.</summary>
    public bool IsAbsent { get; private set; }

    /// <summary>
    /// Whether it is to be run now. One that still runs from an earlier collection is not, as another thread would only hang beside it; one that is slow answers with what it
    /// has fetched since the collection before, and fetches again on a thread that nobody waits for.
    /// </summary>
    public bool Begin(GuardedThread thread)
    {
        HasAnswer = false;
        if (_isRunning)
        {
            SetProblem("hangs", isAbsent: false);
            return false;
        }
        if (!_isSlow)
        {
            _isRunning = true;
            return true;
        }
        TakeAnswer();
        _isSlow = Duration > _longestWait;
        if (_isSlow)
        {
            _isRunning = true;
            thread.TryRun(RunOnce, TimeSpan.Zero);
        }
        return false;
    }

    /// <summary>Collects once. On whatever thread; it does not throw.</summary>
    public void RunOnce()
    {
        var started = _time.GetTimestamp();
        _coming.Clear();
        _failure = null;
        _collector.Absence = null;
        try
        {
            _collector.Collect(_coming);
        }
#pragma warning disable CA1031 // Whatever one collector throws must not cost the others, and is said in the figures.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _failure = e.Message.Length > 0 ? e.Message : e.GetType().Name;
        }
        finally
        {
            _runtime = _time.GetElapsedTime(started);
            _isRunning = false;
        }
    }

    /// <summary>Makes what the last <see cref="RunOnce"/> brought its answer.</summary>
    public void TakeAnswer()
    {
        (Answer, _coming) = (_coming, Answer);
        HasAnswer = true;
        Duration = _runtime;
        SetProblem(_failure ?? _collector.Absence, isAbsent: _failure is null && _collector.Absence is not null);
    }

    /// <summary>It was waited for as long as may be.</summary>
    public void GiveUp(TimeSpan waited)
    {
        _isSlow = true;
        Duration = waited;
        SetProblem("hangs", isAbsent: false);
    }

    public void Dispose()
    {
        if (!_isRunning)
        {
            _collector.Dispose();
        }
    }

    private void SetProblem(string? problem, bool isAbsent) => (Problem, IsAbsent) = (problem, isAbsent);
}
