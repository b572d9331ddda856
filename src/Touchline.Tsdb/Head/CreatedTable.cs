using System.Collections.Concurrent;

namespace Touchline.Tsdb.Head;

/// <summary>Since when series of the head count, by reference: the last few times, ascending. Written under the commit lock, read without one.</summary>
internal sealed class CreatedTable
{
    /// <summary>A series that restarts more often than this within a block's range keeps the newest.</summary>
    private const int MaxTimes = 64;

    private readonly ConcurrentDictionary<uint, long[]> _times = new();

    public bool IsEmpty => _times.IsEmpty;

    /// <summary>Whether the time is later than those known; what restarts does not go back.</summary>
    public bool IsNews(uint series, long createdMs) => !_times.TryGetValue(series, out var known) || createdMs > known[^1];

    public void Add(uint series, long createdMs)
    {
        if (!IsNews(series, createdMs))
        {
            return;
        }
        var known = Of(series);
        _times[series] = [.. known[Math.Max(0, known.Count - MaxTimes + 1)..], createdMs];
    }

    public ArraySegment<long> Of(uint series) => _times.TryGetValue(series, out var known) ? known : ArraySegment<long>.Empty;

    /// <summary>The times of every series that the head still has; of the others they are forgotten.</summary>
    public List<(uint Series, long CreatedMs)> Living(MetricHead head)
    {
        var living = new List<(uint, long)>();
        foreach (var (series, times) in _times)
        {
            if (head.Find(series) is null)
            {
                _times.TryRemove(series, out _);
                continue;
            }
            foreach (var time in times)
            {
                living.Add((series, time));
            }
        }
        return living;
    }
}
