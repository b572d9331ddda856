using Touchline.Model;
using Touchline.RemoteWrite.Sending.Queueing;
using Touchline.Storage;

namespace Touchline.RemoteWrite.Sending;

/// <summary>A batch for the store behind it, and beside that for the queue.</summary>
internal sealed class ForwardingAppender(ForwardingStore store, IAppender appender) : IAppender
{
    private readonly BatchBody _batch = new();
    private bool _hasBegun;
    private ForwardQueue? _queue;

    /// <summary>The series of the last sample: exemplars and times of creation follow it at once.</summary>
    private SeriesRef _lastReference;
    private QueuedSeries? _last;

    public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value)
    {
        if (!IsForwarding())
        {
            return appender.Append(ref series, labels, timestampMs, value);
        }
        if (!TryPrepare(ref series, labels, out var known))
        {
            return AppendStatus.InvalidLabels;
        }
        var status = appender.Append(ref series, labels, timestampMs, value);
        if (status == AppendStatus.Stored)
        {
            _batch.AddSample(Note(series, labels, known), timestampMs, value);
        }
        return status;
    }

    public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram)
    {
        if (!IsForwarding())
        {
            return appender.AppendHistogram(ref series, labels, timestampMs, histogram);
        }
        if (!TryPrepare(ref series, labels, out var known))
        {
            return AppendStatus.InvalidLabels;
        }
        var status = appender.AppendHistogram(ref series, labels, timestampMs, histogram);
        if (status == AppendStatus.Stored)
        {
            _batch.AddHistogram(Note(series, labels, known), timestampMs, histogram);
        }
        return status;
    }

    public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar)
    {
        var status = appender.AppendExemplar(series, exemplar);
        if (status == AppendStatus.Stored && IsForwarding() && Find(series) is { } known)
        {
            _batch.AddExemplar(known, exemplar);
        }
        return status;
    }

    public void SetCreated(SeriesRef series, long createdMs)
    {
        appender.SetCreated(series, createdMs);
        if (IsForwarding() && Find(series) is { } known && known.CreatedMs != createdMs)
        {
            known.CreatedMs = createdMs;
            _batch.AddCreated(known, createdMs);
        }
    }

    public void SetMetadata(string metricName, MetricMetadata metadata)
    {
        appender.SetMetadata(metricName, metadata);
        // Told once and no more, so that it is noted for remotes that may yet come.
        store.Metadata.Set(metricName, metadata);
    }

    public CommitStatus Commit()
    {
        if (!_batch.IsEmpty)
        {
            store.Forward(_batch, _queue!);
        }
        Clear();
        return appender.Commit();
    }

    public void Rollback()
    {
        Clear();
        appender.Rollback();
    }

    public void Dispose()
    {
        Clear();
        appender.Dispose();
    }

    private bool IsForwarding()
    {
        if (!_hasBegun)
        {
            (_hasBegun, _queue) = (true, store.Queue);
        }
        return _queue is not null;
    }

    /// <summary>Without labels, the series must be known here too; the caller comes again with them where it is not.</summary>
    private bool TryPrepare(ref SeriesRef series, Labels? labels, out QueuedSeries? known)
    {
        known = labels is null ? Find(series) : null;
        if (labels is not null || known is not null)
        {
            return true;
        }
        series = default;
        return false;
    }

    /// <param name="known">Where there are no labels: what was found before, as it may be forgotten meanwhile.</param>
    private QueuedSeries Note(SeriesRef series, Labels? labels, QueuedSeries? known) =>
        Remember(series, labels is null ? known! : _queue!.Book.Get(series, labels));

    private QueuedSeries? Find(SeriesRef series) =>
        _last is not null && series == _lastReference && !series.IsNone ? _last : _queue!.Book.Find(series);

    private QueuedSeries Remember(SeriesRef reference, QueuedSeries series)
    {
        (_lastReference, _last) = (reference, series);
        return series;
    }

    private void Clear()
    {
        _batch.Clear();
        _hasBegun = false;
        _last = null;
    }
}
