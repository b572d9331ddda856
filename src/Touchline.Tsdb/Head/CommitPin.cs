using Touchline.Tsdb.OutOfOrder;

namespace Touchline.Tsdb.Head;

/// <summary>
/// The commit that a reader sees, and what series held then that have forgotten it since: a series itself knows only what it held before the last
/// commit that added to it. Thread-safe.
/// </summary>
internal sealed class CommitPin(CommitPins pins)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, long> _times = [];
    private readonly Dictionary<OutOfOrderSeries, OutOfOrderView> _late = [];
    private long _commit;
    private bool _keepsAll;
    private bool _isLost;

    /// <summary>The number of the commit; what was committed later is not seen.</summary>
    public long Commit => Volatile.Read(ref _commit);

    /// <summary>Moves on to the newest commit, so that everything can be told again.</summary>
    /// <param name="newest">Answers the number of the newest commit.</param>
    /// <param name="keepsAll">Whether everything is kept from now on, whatever that takes: for one look at the series.</param>
    public void MoveOn(Func<long> newest, bool keepsAll)
    {
        lock (_lock)
        {
            Forget();
            _keepsAll = keepsAll;
            _isLost = false;
            // In the lock: what is kept meanwhile must be of this commit.
            Volatile.Write(ref _commit, newest());
        }
    }

    /// <summary>From now on there is a bound again to what is kept.</summary>
    public void KeepWithinBound()
    {
        lock (_lock)
        {
            _keepsAll = false;
        }
    }

    /// <summary>The writer's, before a series forgets the newest time that it had before a commit.</summary>
    public void Keep(HeadSeries series)
    {
        // Mostly there is nothing to keep. A reader that moves on at this moment moves to the commit before, of which this one makes nothing forgotten.
        if (!series.TryTimeBefore((int)Commit, out _))
        {
            return;
        }
        lock (_lock)
        {
            if (series.TryTimeBefore((int)_commit, out var time) && HasRoom() && _times.TryAdd(series.Reference, time))
            {
                pins.CountKept(1);
            }
        }
    }

    /// <summary>The writer's, before a series forgets the late samples that it had before a commit.</summary>
    public void Keep(OutOfOrderSeries series)
    {
        lock (_lock)
        {
            if (series.TryViewBefore(_commit, out var view) && HasRoom() && _late.TryAdd(series, view))
            {
                pins.CountKept(1);
            }
        }
    }

    public bool TryTimeOf(uint reference, out long time)
    {
        lock (_lock)
        {
            return _times.TryGetValue(reference, out time);
        }
    }

    public bool TryViewOf(OutOfOrderSeries series, out OutOfOrderView view)
    {
        lock (_lock)
        {
            return _late.TryGetValue(series, out view);
        }
    }

    /// <summary>The reader is done.</summary>
    public void Release()
    {
        lock (_lock)
        {
            Forget();
            _isLost = true;
        }
    }

    /// <summary>Without room, what was kept is of no use either: the reader has to move on.</summary>
    private bool HasRoom()
    {
        if (!_isLost && !_keepsAll && pins.IsFull)
        {
            Forget();
            _isLost = true;
        }
        return !_isLost;
    }

    private void Forget()
    {
        pins.CountKept(-_times.Count - _late.Count);
        _times.Clear();
        _late.Clear();
    }
}
