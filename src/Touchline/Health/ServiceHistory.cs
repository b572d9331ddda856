namespace Touchline.Health;

/// <summary>A stretch of time in which a service was in one state. Times in ms since the Unix epoch.</summary>
internal readonly record struct HealthSpan(long FromMs, long ToMs, bool IsUp, string Reason);

/// <summary>A time in which a service was down; <see cref="ToMs"/> is null while it is.</summary>
internal readonly record struct Incident(long FromMs, long? ToMs, string Reason);

/// <summary>
/// When a service was up and when down, of what its checks found. Time that no check saw, as before Touchline was started, counts neither way.
/// Bounded. Not thread-safe.
/// </summary>
/// <param name="longestGapMs">A finding holds until the next, but no longer than this.</param>
internal sealed class ServiceHistory(long longestGapMs)
{
    private const int MostSpans = 20_000;

    private readonly List<HealthSpan> _spans = [];

    public bool IsEmpty => _spans.Count == 0;

    /// <summary>Adds a finding behind all others.</summary>
    public void Add(long timeMs, bool isUp, string reason)
    {
        if (_spans.Count > 0 && timeMs - _spans[^1].ToMs <= longestGapMs)
        {
            _spans[^1] = _spans[^1] with { ToMs = timeMs };
            if (_spans[^1].IsUp == isUp)
            {
                return;
            }
        }
        if (_spans.Count == MostSpans)
        {
            _spans.RemoveRange(0, MostSpans / 10);
        }
        _spans.Add(new HealthSpan(timeMs, timeMs, isUp, reason));
    }

    /// <summary>Forgets what was before a time.</summary>
    public void Forget(long beforeMs)
    {
        var keep = _spans.FindIndex(span => span.ToMs >= beforeMs);
        _spans.RemoveRange(0, keep < 0 ? _spans.Count : keep);
    }

    /// <summary>Whether it is up; null where nobody has looked lately.</summary>
    public bool? IsUp(long nowMs) => _spans.Count == 0 || nowMs - _spans[^1].ToMs > longestGapMs ? null : _spans[^1].IsUp;

    /// <summary>Since when it is in its last known state, as far as is known; null where nothing is.</summary>
    public long? Since()
    {
        if (_spans.Count == 0)
        {
            return null;
        }
        var first = _spans.Count - 1;
        while (first > 0 && _spans[first - 1].IsUp == _spans[first].IsUp)
        {
            first--;
        }
        return _spans[first].FromMs;
    }

    /// <summary>The part of the known time between two times in which it was up; null where nothing is known of it.</summary>
    public double? Uptime(long fromMs, long toMs, long nowMs)
    {
        var (up, known) = (0L, 0L);
        for (var i = 0; i < _spans.Count; i++)
        {
            var overlap = Math.Min(End(i, nowMs), toMs) - Math.Max(_spans[i].FromMs, fromMs);
            if (overlap > 0)
            {
                known += overlap;
                up += _spans[i].IsUp ? overlap : 0;
            }
        }
        return known == 0 ? null : (double)up / known;
    }

    /// <summary>The latest incidents, the newest first. Down before and behind a time that nobody saw is one.</summary>
    public IReadOnlyList<Incident> Incidents(int most)
    {
        var incidents = new List<Incident>();
        long? end = null;
        for (var i = _spans.Count - 1; i >= 0 && incidents.Count < most; i--)
        {
            if (_spans[i].IsUp)
            {
                end = _spans[i].FromMs;
            }
            else if (i == 0 || _spans[i - 1].IsUp)
            {
                incidents.Add(new Incident(_spans[i].FromMs, end, _spans[i].Reason));
            }
        }
        return incidents;
    }

    private long End(int index, long nowMs)
    {
        var span = _spans[index];
        return index == _spans.Count - 1 && nowMs - span.ToMs <= longestGapMs ? Math.Max(nowMs, span.ToMs) : span.ToMs;
    }
}
