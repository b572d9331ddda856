using System.Runtime.CompilerServices;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Index;
using Touchline.Tsdb.OutOfOrder;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Head;

/// <summary>
/// A batch. Samples are checked when they are appended and again under the commit lock, where other batches can no longer
/// interfere; the log record is made outside of it.
/// </summary>
internal sealed class TsdbAppender(TsdbStore store, MetricHead head, BatchBufferPool pool) : IAppender
{
    /// <summary>As OpenMetrics limits them: the length of all names and values of an exemplar, in characters.</summary>
    private const int MaxExemplarLength = 128;

    private readonly OutOfOrderBatch _outOfOrder = new(store, head);
    private readonly List<(string Metric, MetricMetadata Metadata)> _metadata = [];
    private readonly List<(uint Series, Exemplar Exemplar)> _exemplars = [];
    private readonly List<(uint Series, long CreatedMs)> _created = [];
    private readonly List<(uint Reference, Labels Labels)> _unlogged = [];
    private readonly HashSet<uint> _unloggedSeen = [];
    private BatchBuffers? _buffers;
    private HeadIndex? _index;
    private int _batch;
    private int _epoch;
    private long _latestTime;
    private long _oldestTime;
    private int _outOfOrderLogged;

    /// <summary>Of the batch under way: they go back to the pool when it ends.</summary>
    private BatchBuffers Buffers => _buffers ??= pool.Take();

    public AppendStatus Append(ref SeriesRef series, Labels? labels, long timestampMs, double value)
    {
        var status = Resolve(ref series, labels, timestampMs, out var found);
        if (status == AppendStatus.Stored)
        {
            status = Check(found, timestampMs, BitConverter.DoubleToUInt64Bits(value));
        }
        if (status == AppendStatus.Stored)
        {
            Add(new PendingSample(found, timestampMs, value, null));
            return status;
        }
        return AdmitLate(status, found, timestampMs, value, null);
    }

    public AppendStatus AppendHistogram(ref SeriesRef series, Labels? labels, long timestampMs, NativeHistogram histogram)
    {
        var status = Resolve(ref series, labels, timestampMs, out var found);
        var encoded = HistogramCodec.ToBytes(histogram, Buffers.Histogram);
        if (status == AppendStatus.Stored)
        {
            status = Check(found, timestampMs, HeadSeries.FingerprintOf(encoded));
        }
        if (status == AppendStatus.Stored)
        {
            Add(new PendingSample(found, timestampMs, double.NaN, encoded));
            return status;
        }
        return AdmitLate(status, found, timestampMs, double.NaN, encoded);
    }

    public AppendStatus AppendExemplar(SeriesRef series, Exemplar exemplar)
    {
        if (store.Refuses)
        {
            return AppendStatus.StorageUnavailable;
        }
        var length = 0;
        foreach (var label in exemplar.Labels)
        {
            length += label.Name.Length + label.Value.Length;
        }
        if (length > MaxExemplarLength || head.Find(series.Value) is not { } found)
        {
            return AppendStatus.InvalidLabels;
        }
        Begin();
        if (exemplar.TimestampMs > _latestTime)
        {
            return AppendStatus.TooFarInFuture;
        }
        if (exemplar.TimestampMs < head.OldestOpenTime)
        {
            return AppendStatus.TooOld;
        }
        if (!head.Exemplars.IsNews(found.Reference, exemplar))
        {
            return AppendStatus.Duplicate;
        }
        _exemplars.Add((found.Reference, exemplar));
        return AppendStatus.Stored;
    }

    public void SetCreated(SeriesRef series, long createdMs)
    {
        if (!store.Refuses && Math.Abs(createdMs) <= SampleLimits.MaxAbsoluteTime && head.Find(series.Value) is { } found
            && head.Created.IsNews(found.Reference, createdMs))
        {
            Begin();
            _created.Add((found.Reference, createdMs));
        }
    }

    public void SetMetadata(string metricName, MetricMetadata metadata)
    {
        if (head.Metadata.IsNews(metricName, metadata))
        {
            _metadata.Add((metricName, metadata));
        }
    }

    public CommitStatus Commit()
    {
        try
        {
            if (Buffers.Samples.Count == 0 && _outOfOrder.Samples.Count == 0 && _metadata.Count == 0 && _exemplars.Count == 0 && _created.Count == 0)
            {
                return CommitStatus.Committed;
            }
            Begin();
            Prepare();
            return store.Commit(this);
        }
        finally
        {
            Rollback();
        }
    }

    public void Rollback()
    {
        if (_buffers is not null)
        {
            pool.GiveBack(_buffers);
            _buffers = null;
        }
        _outOfOrder.Clear();
        _metadata.Clear();
        _exemplars.Clear();
        _created.Clear();
        _unlogged.Clear();
        _unloggedSeen.Clear();
        _batch = 0;
        _index = null;
        EarliestTime = long.MaxValue;
    }

    public void Dispose() => Rollback();

    /// <summary>The record for the log; under the commit lock, so that no series of it can be removed any more.</summary>
    internal ReadOnlySpan<byte> Record()
    {
        if (_epoch != head.RemovalEpoch)
        {
            Revive();
            Prepare();
        }
        return Buffers.Record.Written;
    }

    /// <summary>Of all samples of the batch; the greatest number where it has none.</summary>
    internal long EarliestTime { get; private set; } = long.MaxValue;

    internal int SampleCount => Buffers.Samples.Count + _outOfOrder.Samples.Count;

    /// <summary>Makes the logged batch visible; under the commit lock. Answers how many samples were stored.</summary>
    // Called once a batch, too seldom for the runtime to compile it anew: what is compiled ahead calls where it could inline (benchmarks/parse).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Apply()
    {
        foreach (var (reference, _) in _unlogged)
        {
            if (head.Find(reference) is { } series)
            {
                series.IsLogged = true;
            }
        }
        var stored = 0;
        foreach (ref readonly var sample in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(Buffers.Samples))
        {
            var status = MetricHead.Check(sample.Series, sample.Time, sample.Bits, head.OldestOpenTime);
            if (status != AppendStatus.Stored)
            {
                _outOfOrder.Admit(status, sample.Series, sample.Time, sample.Value, sample.Histogram); // Another batch was faster.
                continue;
            }
            if (sample.Histogram is null)
            {
                head.Append(sample.Series, sample.Time, sample.Value);
            }
            else
            {
                head.AppendHistogram(sample.Series, sample.Time, sample.Histogram);
            }
            stored++;
        }
        foreach (var (metric, metadata) in _metadata)
        {
            head.Metadata.Set(metric, metadata);
        }
        foreach (var (series, exemplar) in _exemplars)
        {
            head.Exemplars.Add(series, exemplar);
        }
        foreach (var (series, created) in _created)
        {
            head.Created.Add(series, created);
        }
        return stored + _outOfOrder.Apply(0, _outOfOrderLogged);
    }

    /// <summary>
    /// The record of samples that were in order when they were logged and are not any more, because another batch was faster; empty where
    /// there are none. Under the commit lock, after <see cref="Apply"/>.
    /// </summary>
    internal ReadOnlySpan<byte> OvertakenRecord()
    {
        if (_outOfOrder.Samples.Count == _outOfOrderLogged)
        {
            return default;
        }
        BatchRecord.Write(Buffers.Record, [], [], [], [], _outOfOrder.Samples[_outOfOrderLogged..]);
        return Buffers.Record.Written;
    }

    internal int OvertakenCount => _outOfOrder.Samples.Count - _outOfOrderLogged;

    /// <summary>Adds them; under the commit lock. Answers how many were stored.</summary>
    internal int ApplyOvertaken() => _outOfOrder.Apply(_outOfOrderLogged, _outOfOrder.Samples.Count);

    private AppendStatus AdmitLate(AppendStatus refusal, HeadSeries series, long time, double value, byte[]? histogram)
    {
        var status = _outOfOrder.Admit(refusal, series, time, value, histogram);
        if (status == AppendStatus.Stored)
        {
            EarliestTime = Math.Min(EarliestTime, time);
        }
        return status;
    }

    private void Begin()
    {
        if (_batch == 0)
        {
            _batch = store.NextBatch();
            _latestTime = store.LatestAcceptedTime();
            // Fixed for the batch: samples of hours for one series after the other may come in one.
            _oldestTime = head.MinValidTime;
            _outOfOrder.Begin();
            _index = head.Index;
            _epoch = head.RemovalEpoch;
        }
        else if (_epoch != head.RemovalEpoch)
        {
            Revive();
        }
    }

    private AppendStatus Resolve(ref SeriesRef series, Labels? labels, long time, out HeadSeries found)
    {
        found = default;
        if (store.Refuses)
        {
            return AppendStatus.StorageUnavailable;
        }
        Begin();
        if (time > _latestTime)
        {
            return AppendStatus.TooFarInFuture;
        }
        if (time < -SampleLimits.MaxAbsoluteTime)
        {
            return AppendStatus.TooOld;
        }
        if (head.Find(series.Value) is { } known)
        {
            found = known;
            return AppendStatus.Stored;
        }
        series = default;
        if (labels is null)
        {
            return AppendStatus.InvalidLabels;
        }
        if (head.Find(labels) is { } same)
        {
            found = same;
        }
        else
        {
            if (!SampleLimits.AreValid(labels))
            {
                return AppendStatus.InvalidLabels;
            }
            if (time < _oldestTime && time < _outOfOrder.OldestTime)
            {
                return AppendStatus.TooOld; // Before a series is made that could take nothing.
            }
            if (head.TryGetOrCreate(labels) is not { } made)
            {
                return AppendStatus.SeriesLimit;
            }
            found = made;
        }
        series = new SeriesRef(found.Reference);
        return AppendStatus.Stored;
    }

    private AppendStatus Check(HeadSeries series, long time, ulong bits)
    {
        if (series.PendingBatch != _batch || time > series.PendingTime)
        {
            return MetricHead.Check(series, time, bits, _oldestTime);
        }
        if (time < series.PendingTime)
        {
            return AppendStatus.OutOfOrder;
        }
        var earlier = Buffers.Samples.FindLast(sample => sample.Series == series && sample.Time == time);
        return earlier.Bits == bits ? AppendStatus.Duplicate : AppendStatus.DuplicateTimestamp;
    }

    private void Add(PendingSample sample)
    {
        Buffers.Samples.Add(sample);
        EarliestTime = Math.Min(EarliestTime, sample.Time);
        var series = sample.Series;
        series.PendingTime = sample.Time;
        series.PendingBatch = _batch;
    }

    private void Prepare()
    {
        _unlogged.Clear();
        _unloggedSeen.Clear();
        NoteUnlogged(Buffers.Samples);
        NoteUnlogged(_outOfOrder.Samples);
        BatchRecord.Write(Buffers.Record, _unlogged, _metadata, Buffers.Samples, _exemplars, _outOfOrder.Samples, _created);
        _outOfOrderLogged = _outOfOrder.Samples.Count;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void NoteUnlogged(List<PendingSample> samples)
    {
        foreach (ref readonly var sample in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(samples))
        {
            if (!sample.Series.IsLogged && _unloggedSeen.Add(sample.Series.Reference))
            {
                _unlogged.Add((sample.Series.Reference, head.Index.LabelsOf(sample.Series.Reference)));
            }
        }
    }

    /// <summary>
    /// The head has forgotten series since this batch began: those that are in the batch come back under new references. Their labels are
    /// in the index from before.
    /// </summary>
    private void Revive()
    {
        var before = _index!;
        _index = head.Index;
        _epoch = head.RemovalEpoch;
        Revive(Buffers.Samples, before);
        Revive(_outOfOrder.Samples, before);
        _created.RemoveAll(created => head.Find(created.Series) is null);
        foreach (ref var exemplar in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_exemplars))
        {
            if (head.Find(exemplar.Series) is null)
            {
                exemplar.Series = head.GetOrCreate(before.LabelsOf(exemplar.Series)).Reference;
            }
        }
    }

    private void Revive(List<PendingSample> samples, HeadIndex before)
    {
        foreach (ref var sample in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(samples))
        {
            if (sample.Series.IsRemoved)
            {
                sample.Series = head.GetOrCreate(before.LabelsOf(sample.Series.Reference));
            }
        }
    }
}
