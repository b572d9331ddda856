using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Puts what the log says into the head, before there are writers. A sample that is not later than the newest of its series is there already
/// (from a checkpoint, a block, or an earlier record) and is passed over. One replay reads the series of all records; the rest of a
/// record may be applied by several parts at once, each for the series that share a <see cref="HeadMemory"/>.
/// </summary>
internal sealed class WalReplay : ILogVisitor
{
    private readonly MetricHead _head;
    private readonly LoggedReferences _references;
    private readonly Lock _late;
    private readonly LoggedLabels _labels;
    private readonly uint _part;
    private readonly uint _partMask;
    private long _minTime = long.MaxValue;
    private long _maxTime = long.MinValue;
    private uint _record;

    public WalReplay(MetricHead head)
    {
        _head = head;
        _references = new LoggedReferences();
        _late = new Lock();
        _labels = new LoggedLabels(head.Index);
    }

    private WalReplay(WalReplay whole, uint part, uint partMask)
    {
        (_head, _references, _late, _labels) = (whole._head, whole._references, whole._late, whole._labels);
        (_part, _partMask) = (part, partMask);
    }

    /// <summary>Samples of series whose labels were lost in a damaged stretch.</summary>
    public long Orphans { get; private set; }

    /// <summary>Called before a reference gets another meaning: has everything applied that was read before.</summary>
    public Action CatchUp { get; set; } = () => { };

    /// <summary>One replay for each memory of the head, to apply together what follows the series in a record.</summary>
    public WalReplay[] Parts()
    {
        var parts = new WalReplay[MetricHead.Memories];
        for (var part = 0; part < parts.Length; part++)
        {
            parts[part] = new WalReplay(this, (uint)part, (uint)parts.Length - 1);
        }
        return parts;
    }

    /// <summary>Before each record: its place in the order of the log.</summary>
    public void BeginRecord(uint number) => _record = number;

    /// <summary>After each record or some: lets the head know which times there are.</summary>
    public void EndRecord()
    {
        if (_maxTime >= _minTime)
        {
            _head.Loaded(_minTime, _maxTime);
            (_minTime, _maxTime) = (long.MaxValue, long.MinValue);
        }
    }

    public void Series(uint reference, ref ByteReader labels)
    {
        _labels.Read(ref labels);
        if (reference == 0 || !_labels.AreValid)
        {
            throw new CorruptDataException($"series {reference} of a log record is not valid");
        }
        var series = _head.GetOrCreate(reference, _labels);
        var known = _references.Newest(reference);
        if (known != 0 && known != series.Reference)
        {
            CatchUp();
        }
        _references.Set(reference, series.Reference, _record);
        // Under another reference the log does not know it yet: its labels are written again with its next sample.
        series.IsLogged |= series.Reference == reference;
    }

    public void Metadata(string metric, MetricMetadata metadata)
    {
        if (_part == 0)
        {
            _head.Metadata.Set(metric, metadata);
        }
    }

    public void Sample(uint reference, long time, double value, bool outOfOrder)
    {
        if (Find(reference) is not { } series)
        {
            return;
        }
        if (outOfOrder)
        {
            OutOfOrder(series, time, value, null);
        }
        else if (Accepts(series, time))
        {
            MetricHead.AppendLoaded(series, time, value);
            Widen(time, time);
        }
    }

    public void Histogram(uint reference, long time, ReadOnlySpan<byte> payload, bool outOfOrder)
    {
        if (Find(reference) is not { } series)
        {
            return;
        }
        if (outOfOrder)
        {
            OutOfOrder(series, time, double.NaN, HistogramCodec.Decode(payload));
        }
        else if (Accepts(series, time))
        {
            _ = HistogramCodec.Decode(payload);
            MetricHead.AppendLoaded(series, time, payload);
            Widen(time, time);
        }
    }

    public void Exemplar(uint reference, Exemplar exemplar)
    {
        if (_part == 0 && FindAny(reference) is { } series && _head.Exemplars.IsNews(series.Reference, exemplar))
        {
            _head.Exemplars.Add(series.Reference, exemplar);
        }
    }

    public void Created(uint reference, long createdMs)
    {
        if (_part == 0 && FindAny(reference) is { } series)
        {
            _head.Created.Add(series.Reference, createdMs);
        }
    }

    public void Chunk(uint reference, ChunkKind kind, long minTime, long maxTime, int count, ReadOnlySpan<byte> bytes)
    {
        if (Find(reference) is { } series && minTime > series.LastTime && maxTime >= _head.OldestOpenTime)
        {
            series.Restore(kind, minTime, maxTime, count, bytes);
            Widen(minTime, maxTime);
        }
    }

    public void LastBits(uint reference, ulong bits) => FindAny(reference)?.RestoreLastBits(bits);

    /// <summary>Deletes what was deleted, of all that came before in the log.</summary>
    public void Delete(uint reference, TimeInterval interval)
    {
        if (FindAny(reference) is { } series)
        {
            _head.Delete(series, interval);
        }
    }

    /// <summary>Out-of-order samples say in the log that they are. One that is there already is passed over here too.</summary>
    private void OutOfOrder(HeadSeries series, long time, double value, NativeHistogram? histogram)
    {
        if (Math.Abs(time) > SampleLimits.MaxAbsoluteTime)
        {
            return;
        }
        lock (_late)
        {
            if (_head.OutOfOrder.Check(series, time, value, histogram) == Storage.AppendStatus.Stored)
            {
                _head.OutOfOrder.Add(series, time, value, histogram, 0);
            }
        }
    }

    private HeadSeries? FindAny(uint reference) => _head.Find(_references.Find(reference, _record));

    /// <summary>The series, where it is one of this part.</summary>
    private HeadSeries? Find(uint reference)
    {
        var known = _references.Find(reference, _record);
        if ((MetricHead.MemoryOf(known) & _partMask) != _part)
        {
            return null;
        }
        if (_head.Find(known) is { } series)
        {
            return series;
        }
        _head.ReserveReferences(reference);
        Orphans++;
        return null;
    }

    private bool Accepts(HeadSeries series, long time) =>
        time > series.LastTime && time >= _head.OldestOpenTime && Math.Abs(time) <= SampleLimits.MaxAbsoluteTime;

    private void Widen(long minTime, long maxTime)
    {
        _minTime = Math.Min(_minTime, minTime);
        _maxTime = Math.Max(_maxTime, maxTime);
    }
}
