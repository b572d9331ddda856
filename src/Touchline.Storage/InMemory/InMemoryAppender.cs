using Touchline.Model;

namespace Touchline.Storage.InMemory;

internal sealed class InMemoryAppender(InMemoryStore store) : IAppender
{
    private readonly List<PendingSample> _samples = [];
    private readonly List<(string Name, MetricMetadata Metadata)> _metadata = [];
    private readonly List<(SeriesRef Series, Exemplar Exemplar)> _exemplars = [];
    private readonly List<(SeriesRef Series, long CreatedMs)> _created = [];

    public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value) =>
        Add(ref series, labels, timestampMs, value, null);

    public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) =>
        Add(ref series, labels, timestampMs, double.NaN, histogram);

    public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar)
    {
        if (series.IsNone)
        {
            return AppendStatus.InvalidLabels;
        }
        _exemplars.Add((series, exemplar));
        return AppendStatus.Stored;
    }

    public void SetCreated(SeriesRef series, long createdMs)
    {
        if (!series.IsNone)
        {
            _created.Add((series, createdMs));
        }
    }

    public void SetMetadata(string metricName, MetricMetadata metadata) => _metadata.Add((metricName, metadata));

    public CommitStatus Commit()
    {
        store.Commit(_samples, _metadata, _exemplars, _created);
        Rollback();
        return CommitStatus.Committed;
    }

    public void Rollback()
    {
        _samples.Clear();
        _metadata.Clear();
        _exemplars.Clear();
        _created.Clear();
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
