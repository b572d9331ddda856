using Touchline.Model;

namespace Touchline.Tsdb.Aggregates;

/// <summary>
/// The aggregates of one series at one resolution, ascending in time. Of native histograms the first and the last of each window and those
/// on both sides of a reset are kept as they are, each standing for an equal share of the window's number.
/// </summary>
internal sealed class SeriesAggregates(long resolutionMs)
{
    public long ResolutionMs { get; } = resolutionMs;

    public List<AggregateRow> Rows { get; } = [];

    /// <summary>When the series was marked stale: behind the last sample of a window, or alone in it.</summary>
    public List<long> StaleTimes { get; } = [];

    public List<(long Time, NativeHistogram Histogram, long Count)> Histograms { get; } = [];

    public bool IsEmpty => Rows.Count == 0 && StaleTimes.Count == 0 && Histograms.Count == 0;

    public void Clear()
    {
        Rows.Clear();
        StaleTimes.Clear();
        Histograms.Clear();
    }

    /// <summary>Takes out what is at or before a time.</summary>
    public void RemoveThrough(long time)
    {
        Rows.RemoveAll(row => row.Time <= time);
        StaleTimes.RemoveAll(stale => stale <= time);
        Histograms.RemoveAll(kept => kept.Time <= time);
    }
}
