using Touchline.Model;

namespace Touchline.Storage.InMemory;

internal sealed class InMemoryAppender(InMemoryStore store) : IAppender
{
    private readonly List<PendingSample> _samples = [];
    private readonly List<(string Name, MetricMetadata Metadata)> _metadata = [];

    public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value) =>
        Add(ref series, labels, timestampMs, value, null);

    public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) =>
        Add(ref series, labels, timestampMs, double.NaN, histogram);

    /// <summary>Checked and dropped: the contract has no reader of exemplars yet.</summary>
    public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar) =>
        series.IsNone ? AppendStatus.InvalidLabels : AppendStatus.Stored;

    public void SetMetadata(string metricName, MetricMetadata metadata) => _metadata.Add((metricName, metadata));

    public CommitStatus Commit()
    {
        store.Commit(_samples, _metadata);
        Rollback();
        return CommitStatus.Committed;
    }

    public void Rollback()
    {
        _samples.Clear();
        _metadata.Clear();
    }

    public void Dispose() => Rollback();

    private AppendStatus Add(ref SeriesRef series, Labels? labels, long timestampMs, double value, NativeHistogram? histogram)
    {
        var status = store.Check(ref series, labels, timestampMs, value, histogram);
        if (status == AppendStatus.Stored)
        {
            _samples.Add(new PendingSample(series, timestampMs, value, histogram));
        }
        return status;
    }
}
