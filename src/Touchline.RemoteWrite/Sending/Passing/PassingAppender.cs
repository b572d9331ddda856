using Touchline.Model;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Sending.Passing;

/// <summary>A batch of which only the newest sample of each series is kept, once it is committed.</summary>
internal sealed class PassingAppender(PassingStore store, TimeProvider time) : IAppender
{
    private const long FurthestAheadMs = 10 * 60 * 1000;

    private readonly Dictionary<PassingSeries, (long TimeMs, ulong Bits)> _pending = [];

    public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value) =>
        Add(ref series, labels, timestampMs, BitConverter.DoubleToUInt64Bits(value));

    // Two histograms of one time are told apart by their sums and counts only, which suffices to see that somebody says it twice.
    public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) =>
        Add(ref series, labels, timestampMs, BitConverter.DoubleToUInt64Bits(histogram.Sum) ^ BitConverter.DoubleToUInt64Bits(histogram.Count));

    public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar) =>
        store.Find(series) is null ? AppendStatus.InvalidLabels : AppendStatus.Stored;

    public void SetMetadata(string metricName, MetricMetadata metadata)
    {
    }

    public CommitStatus Commit()
    {
        foreach (var (series, (latest, bits)) in _pending)
        {
            if (latest > series.LatestMs)
            {
                (series.LatestMs, series.LatestBits) = (latest, bits);
            }
        }
        _pending.Clear();
        return CommitStatus.Committed;
    }

    public void Rollback() => _pending.Clear();

    public void Dispose() => Rollback();

    private AppendStatus Add(ref SeriesRef reference, Labels? labels, long timestampMs, ulong bits)
    {
        var series = store.Find(reference) ?? (labels is null ? null : Get(labels));
        reference = series is null ? default : new SeriesRef(series.Reference);
        return store.CountIn(series is null ? AppendStatus.InvalidLabels : Add(series, timestampMs, bits));
    }

    private PassingSeries? Get(Labels labels) => labels.MetricName.Length == 0 ? null : store.Get(labels);

    private AppendStatus Add(PassingSeries series, long timestampMs, ulong bits)
    {
        if (timestampMs > time.GetUtcNow().ToUnixTimeMilliseconds() + FurthestAheadMs)
        {
            return AppendStatus.TooFarInFuture;
        }
        var (latest, latestBits) = _pending.TryGetValue(series, out var own) ? own : (series.LatestMs, series.LatestBits);
        if (timestampMs <= latest)
        {
            return timestampMs < latest ? AppendStatus.OutOfOrder : bits == latestBits ? AppendStatus.Duplicate : AppendStatus.DuplicateTimestamp;
        }
        _pending[series] = (timestampMs, bits);
        return AppendStatus.Stored;
    }
}
