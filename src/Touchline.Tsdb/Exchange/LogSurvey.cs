using Touchline.Model;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Exchange;

/// <summary>The first walk through a log: which series there are, and how much there is of which time, so that what is read at once fits the memory.</summary>
internal sealed class LogSurvey(LogSeries series, IReadOnlyList<DeletedInterval> covered) : IPrometheusLogVisitor
{
    private const long BucketMs = 5 * 60_000;
    private const int FloatBytes = 3; // Packed; random doubles take eight.
    private const int HistogramBytes = 96;
    private const int BucketBytes = 3;
    private const int ExemplarBytes = 250;

    private readonly SortedDictionary<long, long> _bytesByTime = [];

    public Dictionary<string, MetricMetadata> MetadataByName { get; } = new(StringComparer.Ordinal);

    /// <summary>Exemplars of times that are in blocks, which have no place for them.</summary>
    public long CoveredExemplars { get; private set; }

    /// <summary>Samples of series whose labels are in no record that could be read.</summary>
    public long Orphans { get; private set; }

    /// <summary>Ranges of time within those of the head, of about so many bytes each at most.</summary>
    public List<(long MinTime, long MaxTime)> Windows(long bytes)
    {
        var budget = Math.Max(bytes - ((long)series.Count * SampleSpool.OverheadBytes), bytes / 4);
        var windows = new List<(long, long)>();
        var (start, end, size) = (0L, long.MinValue, 0L);
        foreach (var (time, weight) in _bytesByTime)
        {
            if (time >= end || size + weight > budget)
            {
                if (size > 0)
                {
                    windows.Add((start, Math.Min(end, time)));
                }
                // The first window of a range begins with it, so that a block's range is the head's where one window suffices.
                start = time >= end ? BlockTimes.Start(time, ImportTarget.HeadRangeMs) : time;
                end = BlockTimes.End(time, ImportTarget.HeadRangeMs);
                size = 0;
            }
            size += weight;
        }
        if (size > 0)
        {
            windows.Add((start, end));
        }
        return windows;
    }

    public void Series(ulong reference, Labels labels) => series.Define(reference, labels);

    public void Sample(ulong reference, long time, double value) => Count(reference, time, FloatBytes);

    public void Histogram(ulong reference, long time, NativeHistogram histogram) =>
        Count(reference, time, HistogramBytes + (BucketBytes * (histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length)));

    public void Started(ulong reference, long time, long start)
    {
        // A few bytes for each time that a counter begins anew.
    }

    public void Deleted(ulong reference, DeletedInterval interval)
    {
        if (series.Find(reference) is var found and >= 0)
        {
            series.Delete(found, interval);
        }
    }

    public void Exemplar(ulong reference, Exemplar exemplar)
    {
        if (covered.IsCovered(exemplar.TimestampMs))
        {
            CoveredExemplars++;
        }
        else if (series.Find(reference) >= 0 && IsWithinLimits(exemplar.TimestampMs))
        {
            Weigh(exemplar.TimestampMs, ExemplarBytes);
        }
    }

    public void Metadata(ulong reference, MetricMetadata metadata)
    {
        if (series.Find(reference) is var found and >= 0 && series[found].MetricName is { Length: > 0 } name)
        {
            MetadataByName[name] = metadata;
        }
    }

    private void Count(ulong reference, long time, int bytes)
    {
        if (series.Find(reference) < 0)
        {
            Orphans++;
        }
        else if (IsWithinLimits(time) && !covered.IsCovered(time))
        {
            Weigh(time, bytes);
        }
    }

    private static bool IsWithinLimits(long time) => time is >= -SampleLimits.MaxAbsoluteTime and <= SampleLimits.MaxAbsoluteTime;

    private void Weigh(long time, int bytes)
    {
        var bucket = BlockTimes.Start(time, BucketMs);
        _bytesByTime[bucket] = _bytesByTime.GetValueOrDefault(bucket) + bytes;
    }
}

internal static class CoveredTimes
{
    /// <summary>Whether a time is in one of a few intervals.</summary>
    public static bool IsCovered(this IReadOnlyList<DeletedInterval> intervals, long time)
    {
        for (var i = intervals.Count - 1; i >= 0; i--)
        {
            if (intervals[i].Contains(time))
            {
                return true;
            }
        }
        return false;
    }
}
