namespace Touchline.Storage;

/// <summary>
/// How far back what happened to a store reaches: for who keeps what it made of samples, and wants to know later which of them are still the same. A mark is taken
/// before a querier is opened; whatever lies before <see cref="EarliestSince"/> of it is as that querier saw it. Thread-safe.
/// </summary>
public sealed class ChangeHistory
{
    /// <summary>Scrapes commit dozens of times a second, dashboards come back within minutes.</summary>
    private const int MostKept = 4096;

    private readonly Lock _lock = new();
    private readonly List<Change> _changes = []; // Ascending in number and in time: a change that reaches further back hides those before it.
    private long _last;

    /// <summary>The number of the last change.</summary>
    public long Mark() => Volatile.Read(ref _last);

    /// <summary>Notes that samples from a time on (ms) were added, deleted or made others; once every querier that is opened from now on sees it.</summary>
    public void Add(long earliestMs)
    {
        lock (_lock)
        {
            var kept = _changes.Count;
            while (kept > 0 && _changes[kept - 1].EarliestMs >= earliestMs)
            {
                kept--;
            }
            _changes.RemoveRange(kept, _changes.Count - kept);
            if (_changes.Count == MostKept)
            {
                JoinOldest();
            }
            _changes.Add(new Change(_last + 1, earliestMs));
            Volatile.Write(ref _last, _last + 1);
        }
    }

    /// <summary>The earliest time (ms) that any change since a mark reaches back to, or an earlier one; the greatest number where there was none.</summary>
    public long EarliestSince(long mark)
    {
        lock (_lock)
        {
            var (low, high) = (0, _changes.Count);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (_changes[middle].Number > mark)
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }
            return low < _changes.Count ? _changes[low].EarliestMs : long.MaxValue;
        }
    }

    /// <summary>Of two neighbours in the older half becomes one, as late as the later and reaching as far back as the earlier.</summary>
    private void JoinOldest()
    {
        var joined = 0;
        for (var i = 0; i < MostKept / 2; i += 2)
        {
            _changes[joined++] = new Change(_changes[i + 1].Number, _changes[i].EarliestMs);
        }
        _changes.RemoveRange(joined, MostKept / 2 - joined);
    }

    private readonly record struct Change(long Number, long EarliestMs);
}
