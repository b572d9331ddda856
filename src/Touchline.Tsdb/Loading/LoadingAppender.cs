using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Loading;

/// <summary>
/// An appender opened while the log of the process before is being read back, when nobody knows yet which series there are. Its batches go to
/// the log with the labels of their series, durable like any other, and to the head when the log has been read up to them. So the
/// references it gives out are good for its own batch only. Once everything is loaded it hands over to an appender of the head.
/// </summary>
internal sealed class LoadingAppender(TsdbStore store) : IAppender
{
    /// <summary>Sets references of unresolved series apart from the store's own, which have 32 bits.</summary>
    private const ulong Unresolved = 1UL << 63;

    private readonly Dictionary<Labels, HeadSeries> _series = [];
    private readonly List<(uint Reference, Labels Labels)> _labels = [];
    private readonly List<PendingSample> _samples = [];
    private readonly List<(string Metric, MetricMetadata Metadata)> _metadata = [];
    private readonly List<(uint Series, Exemplar Exemplar)> _exemplars = [];
    private readonly ByteBuffer _record = new();
    private readonly List<(uint Series, long CreatedMs)> _created = [];
    private IAppender? _loaded;
    private uint _batch;

    private bool IsEmpty => _samples.Count == 0 && _metadata.Count == 0 && _exemplars.Count == 0 && _created.Count == 0;

    public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value) =>
        HandsOver() ? _loaded!.Append(ref series, labels, timestampMs, value) : Add(ref series, labels, timestampMs, value, null);

    public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram) =>
        HandsOver() ? _loaded!.AppendHistogram(ref series, labels, timestampMs, histogram) : Add(ref series, labels, timestampMs, double.NaN, histogram);

    public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar)
    {
        if (HandsOver())
        {
            return _loaded!.AppendExemplar(series, exemplar);
        }
        if (!IsOfThisBatch(series, out var number))
        {
            return AppendStatus.InvalidLabels;
        }
        _exemplars.Add((number, exemplar));
        return AppendStatus.Stored;
    }

    public void SetCreated(SeriesRef series, long createdMs)
    {
        if (HandsOver())
        {
            _loaded!.SetCreated(series, createdMs);
        }
        else if (IsOfThisBatch(series, out var number))
        {
            _created.Add((number, createdMs));
        }
    }

    public void SetMetadata(string metricName, MetricMetadata metadata)
    {
        if (HandsOver())
        {
            _loaded!.SetMetadata(metricName, metadata);
        }
        else
        {
            _metadata.Add((metricName, metadata));
        }
    }

    public CommitStatus Commit()
    {
        if (HandsOver())
        {
            return _loaded!.Commit();
        }
        try
        {
            if (IsEmpty)
            {
                return CommitStatus.Committed;
            }
            BatchRecord.Write(_record, _labels, _metadata, _samples, _exemplars, created: _created, type: WalRecordType.UnresolvedBatch);
            if (store.TryLogUnresolved(_record.Written, out var status))
            {
                if (status != CommitStatus.Committed)
                {
                    store.CountRefused(AppendStatus.StorageUnavailable, _samples.Count);
                }
                return status;
            }
            // Loaded in this very moment: the batch goes the usual way.
            using var appender = store.OpenAppender();
            BatchRecord.Read(_record.Written[WalFormat.RecordHeaderLength..], new UnresolvedBatch(appender));
            return appender.Commit();
        }
        finally
        {
            Rollback();
        }
    }

    public void Rollback()
    {
        _loaded?.Rollback();
        _series.Clear();
        _labels.Clear();
        _samples.Clear();
        _metadata.Clear();
        _exemplars.Clear();
        _created.Clear();
        _record.Clear();
        _batch++;
    }

    public void Dispose()
    {
        Rollback();
        _loaded?.Dispose();
    }

    /// <summary>Whether the head takes this call. A batch stays with the appender that it began with.</summary>
    private bool HandsOver()
    {
        if (_loaded is null && store.IsLoaded && IsEmpty)
        {
            _loaded = store.OpenAppender();
        }
        return _loaded is not null;
    }

    private AppendStatus Add(ref SeriesRef series, Labels? labels, long time, double value, NativeHistogram? histogram)
    {
        series = default;
        var status = Check(labels, time);
        if (status != AppendStatus.Stored)
        {
            store.CountRefused(status, 1);
            return status;
        }
        if (!_series.TryGetValue(labels!, out var found))
        {
            found = HeadSeries.Unresolved((uint)_labels.Count + 1);
            _series.Add(labels!, found);
            _labels.Add((found.Reference, labels!));
        }
        _samples.Add(new PendingSample(found, time, value, histogram is null ? null : HistogramCodec.ToBytes(histogram, new ByteBuffer())));
        series = new SeriesRef(ReferenceOf(found.Reference));
        return AppendStatus.Stored;
    }

    private AppendStatus Check(Labels? labels, long time)
    {
        if (store.Refuses)
        {
            return AppendStatus.StorageUnavailable;
        }
        if (time > store.LatestAcceptedTime())
        {
            return AppendStatus.TooFarInFuture;
        }
        if (time < -SampleLimits.MaxAbsoluteTime)
        {
            return AppendStatus.TooOld;
        }
        return labels is not null && SampleLimits.AreValid(labels) ? AppendStatus.Stored : AppendStatus.InvalidLabels;
    }

    private bool IsOfThisBatch(SeriesRef series, out uint number)
    {
        number = (uint)series.Value;
        return (series.Value & ~(ulong)uint.MaxValue) == ReferenceOf(0) && number > 0 && number <= _labels.Count;
    }

    private ulong ReferenceOf(uint number) => Unresolved | ((ulong)(_batch & int.MaxValue) << 32) | number;
}
