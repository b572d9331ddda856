using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Touchline.Model;

namespace Touchline.Tsdb.Cardinality;

/// <summary>
/// When each metric was last read by a query, to a second. Bounded: where there are too many, those read longest ago go, and the time since
/// which reads are known moves up to theirs. Thread-safe.
/// </summary>
internal sealed class MetricReads
{
    public const int MaxMetrics = 100_000;

    private const long ResolutionMs = 1000;

    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, long> _lastRead;
    private readonly Lock _shrinking = new();
    private int _count;
    private long _sinceMs;
    private int _changed;

    public MetricReads(TimeProvider time, long sinceMs, IEnumerable<KeyValuePair<string, long>> lastRead)
    {
        _time = time;
        _sinceMs = sinceMs;
        _lastRead = new ConcurrentDictionary<string, long>(lastRead, StringComparer.Ordinal);
        _count = _lastRead.Count;
    }

    /// <summary>Reads are known since then, ms since the Unix epoch.</summary>
    public long SinceMs => Interlocked.Read(ref _sinceMs);

    /// <summary>Metric names and the time of their last read, ms since the Unix epoch.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> All() => _lastRead.ToArray();

    /// <summary>Whether something was noted since this was last asked.</summary>
    public bool TakeChanged() => Interlocked.Exchange(ref _changed, 0) != 0;

    /// <summary>Has the next <see cref="TakeChanged"/> say yes: what it had led to failed.</summary>
    public void KeepChanged() => Volatile.Write(ref _changed, 1);

    public bool TryGet(string metric, out long lastReadMs) => _lastRead.TryGetValue(metric, out lastReadMs);

    /// <summary>Notes what a query selected. Names that select nothing are not noted, as anybody can make them up: the caller has found series.</summary>
    /// <param name="matchers">How it selected.</param>
    /// <param name="names">The metrics of the series that it found, asked for where the matchers do not say.</param>
    /// <param name="cancellationToken">The query's: without a name, there may be millions of series to look at.</param>
    public void Note(IReadOnlyList<LabelMatcher> matchers, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        if (TryGetName(matchers, out var known))
        {
            Note(known, now);
            return;
        }
        // Neighbours mostly share their name, and the string of it.
        string? before = null;
        var looked = 0;
        foreach (var name in names)
        {
            if ((looked++ & 1023) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            if (!ReferenceEquals(name, before))
            {
                before = name;
                Note(name, now);
            }
        }
    }

    private void Note(string metric, long now)
    {
        // A clock that went back is right: then the earlier time replaces the later one.
        if (metric.Length == 0 || (_lastRead.TryGetValue(metric, out var last) && Math.Abs(now - last) < ResolutionMs))
        {
            return;
        }
        if (_lastRead.TryAdd(metric, now))
        {
            if (Interlocked.Increment(ref _count) > MaxMetrics)
            {
                Shrink();
            }
        }
        else
        {
            _lastRead[metric] = now;
        }
        Volatile.Write(ref _changed, 1);
    }

    private void Shrink()
    {
        lock (_shrinking)
        {
            if (Volatile.Read(ref _count) <= MaxMetrics)
            {
                return; // Another thread was first.
            }
            var oldestFirst = _lastRead.ToArray();
            Array.Sort(oldestFirst, (left, right) => left.Value.CompareTo(right.Value));
            foreach (var entry in oldestFirst.AsSpan(0, oldestFirst.Length / 2))
            {
                if (_lastRead.TryRemove(entry))
                {
                    Interlocked.Decrement(ref _count);
                    Interlocked.Exchange(ref _sinceMs, Math.Max(_sinceMs, entry.Value));
                }
            }
        }
    }

    private static bool TryGetName(IReadOnlyList<LabelMatcher> matchers, [NotNullWhen(true)] out string? name)
    {
        foreach (var matcher in matchers)
        {
            if (matcher is { Type: Model.MatchType.Equal, Name: LabelNames.MetricName })
            {
                name = matcher.Value;
                return true;
            }
        }
        name = null;
        return false;
    }
}
