using Touchline.Model;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Cardinality;

/// <summary>Which metrics were refused new series, by which budget, and how many. Bounded: beyond that many all others count as one. Thread-safe.</summary>
internal sealed class RefusalLedger
{
    public const int MaxEntries = 1000;

    /// <summary>Under which what does not fit is counted.</summary>
    public const string Others = "(others)";

    private readonly Lock _lock = new();
    private readonly Dictionary<RefusedSeries, Entry> _entries = [];

    public void Add(RefusedSeries refused, long limit, Labels labels, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(refused, out var entry))
            {
                if (_entries.Count >= MaxEntries)
                {
                    refused = new RefusedSeries(refused.Budget, Others, Others);
                }
                if (!_entries.TryGetValue(refused, out entry))
                {
                    entry = new Entry { FirstAt = now };
                    _entries.Add(refused, entry);
                }
            }
            entry.Samples++;
            entry.Limit = limit;
            entry.LastAt = now;
            entry.Series.Add((uint)labels.GetHashCode());
        }
    }

    /// <summary>Those with the most refused samples first.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="index">Where the metrics' labels are looked up, at most once a minute each.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<SeriesRefusal> Heaviest(int limit, HeadIndex index, DateTimeOffset now)
    {
        lock (_lock)
        {
            return [.. _entries.OrderByDescending(entry => entry.Value.Samples).ThenBy(entry => entry.Key.Metric, StringComparer.Ordinal).Take(limit)
                .Select(entry => entry.Value.Describe(entry.Key, index, now))];
        }
    }

    private sealed class Entry
    {
        private static readonly TimeSpan WidestLabelAge = TimeSpan.FromMinutes(1);

        private WidestLabel _widest;
        private DateTimeOffset _widestAt = DateTimeOffset.MinValue;

        public long Samples { get; set; }

        public long Limit { get; set; }

        public DistinctEstimate Series { get; } = new();

        public DateTimeOffset FirstAt { get; init; }

        public DateTimeOffset LastAt { get; set; }

        public SeriesRefusal Describe(RefusedSeries refused, HeadIndex index, DateTimeOffset now)
        {
            if (now - _widestAt >= WidestLabelAge)
            {
                (_widest, _widestAt) = (WidestLabel.Of(refused.Metric, index), now);
            }
            return new SeriesRefusal(
                refused.Budget, Limit, refused.Metric, refused.Job, _widest.Name ?? "", _widest.Values, Series.Count, Samples, FirstAt, LastAt);
        }
    }
}

/// <summary>A budget and the metric and job of series that it refused.</summary>
internal readonly record struct RefusedSeries(BudgetKind Budget, string Metric, string Job);
