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
    public IReadOnlyList<RefusalCount> Heaviest(int limit)
    {
        lock (_lock)
        {
            return [.. _entries.OrderByDescending(entry => entry.Value.Samples).ThenBy(entry => entry.Key.Metric, StringComparer.Ordinal).Take(limit)
                .Select(entry => new RefusalCount(
                    entry.Key, entry.Value.Limit, entry.Value.Series.Count, entry.Value.Samples, entry.Value.FirstAt, entry.Value.LastAt))];
        }
    }

    private sealed class Entry
    {
        public long Samples { get; set; }

        public long Limit { get; set; }

        public DistinctEstimate Series { get; } = new();

        public DateTimeOffset FirstAt { get; init; }

        public DateTimeOffset LastAt { get; set; }
    }
}

/// <summary>A budget and the metric and job of series that it refused.</summary>
internal readonly record struct RefusedSeries(BudgetKind Budget, string Metric, string Job);

/// <param name="Refused">What was refused.</param>
/// <param name="Limit">The budget at the last refusal.</param>
/// <param name="Series">About how many different series.</param>
/// <param name="Samples">How many samples, as a series that is refused comes again with its next sample.</param>
/// <param name="FirstAt">When the first of them was refused.</param>
/// <param name="LastAt">When the last of them was refused.</param>
internal sealed record RefusalCount(RefusedSeries Refused, long Limit, long Series, long Samples, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    /// <summary>How many series of a metric are looked at to find the label with the most values: some milliseconds' worth.</summary>
    private const int MaxLookedAt = 10_000;

    public SeriesRefusal Named(HeadIndex index)
    {
        var (label, values) = WidestLabel(index);
        return new SeriesRefusal(Refused.Budget, Limit, Refused.Metric, Refused.Job, label, values, Series, Samples, FirstAt, LastAt);
    }

    private (string Name, int Values) WidestLabel(HeadIndex index)
    {
        var series = index.SeriesWith(LabelNames.MetricName, Refused.Metric);
        var values = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var reference in series.AsSpan(Math.Max(0, series.Length - MaxLookedAt)))
        {
            foreach (var label in index.LabelsOf(reference))
            {
                if (!values.TryGetValue(label.Name, out var known))
                {
                    values.Add(label.Name, known = new HashSet<string>(StringComparer.Ordinal));
                }
                known.Add(label.Value);
            }
        }
        return values.Count == 0 ? ("", 0) : values.Select(entry => (entry.Key, entry.Value.Count)).MaxBy(entry => entry.Count);
    }
}
