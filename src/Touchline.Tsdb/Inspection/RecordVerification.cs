using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Inspection;

/// <summary>Decodes the records of a log, in its order, and checks what must hold within them: a start would read the same.</summary>
internal sealed class RecordVerification : ILogVisitor
{
    private readonly HashSet<uint> _ofLog = [];
    private readonly HashSet<uint> _ofRecord = [];
    private readonly SampleColumns _rows = new();
    private HashSet<uint> _known;
    private string? _problem;

    public RecordVerification() => _known = _ofLog;

    /// <summary>Samples of series whose labels did not come before them.</summary>
    public long Orphans { get; private set; }

    /// <summary>What is wrong with a record whose checksum holds; null where nothing is.</summary>
    public string? ProblemOf(WalRecordType type, ReadOnlySpan<byte> payload)
    {
        _problem = null;
        _known = _ofLog;
        try
        {
            switch (type)
            {
                case WalRecordType.Batch or WalRecordType.BatchOfFirstForm:
                    BatchRecord.Read(payload, this, firstForm: type == WalRecordType.BatchOfFirstForm);
                    break;
                case WalRecordType.UnresolvedBatch:
                    _ofRecord.Clear();
                    _known = _ofRecord;
                    BatchRecord.Read(payload, this);
                    break;
                case WalRecordType.SeriesChunks:
                    Checkpoint.Read(payload, this);
                    break;
                case WalRecordType.Deletion:
                    DeletionRecord.Read(payload, this);
                    break;
                case WalRecordType.Probe or WalRecordType.CheckpointEnd:
                    break;
                default:
                    return $"a record has the type {(byte)type}, which this version does not know";
            }
        }
        catch (CorruptDataException e)
        {
            return e.Message;
        }
        return _problem;
    }

    public void Series(uint reference, ref ByteReader labels)
    {
        var read = BatchRecord.ReadLabels(ref labels);
        if (reference == 0 || !SampleLimits.AreValid(read) || !Ascend(read))
        {
            _problem ??= $"the labels of series {reference} are not valid";
        }
        _known.Add(reference);
    }

    public void Metadata(string metric, MetricMetadata metadata)
    {
        if (metric.Length == 0 || !Enum.IsDefined(metadata.Type))
        {
            _problem ??= $"the metadata of \"{metric}\" are not valid";
        }
    }

    public void Sample(uint reference, long time, double value, bool outOfOrder) => Check(reference, time);

    public void Histogram(uint reference, long time, ReadOnlySpan<byte> payload, bool outOfOrder)
    {
        Check(reference, time);
        _ = HistogramCodec.Decode(payload);
    }

    public void Exemplar(uint reference, Exemplar exemplar) => Check(reference, exemplar.TimestampMs);

    public void Created(uint reference, long createdMs) => Check(reference, createdMs);

    public void Chunk(uint reference, ChunkKind kind, long minTime, long maxTime, int count, ReadOnlySpan<byte> bytes)
    {
        _rows.Clear();
        HeadCodec.Decode(bytes, count, kind, long.MinValue, long.MaxValue, _rows);
        _problem ??= HeadChunkCheck.ProblemOf(_rows, minTime, maxTime, count);
    }

    public void LastBits(uint reference, ulong bits)
    {
        // Any bits are a value.
    }

    public void Delete(uint reference, TimeInterval interval)
    {
        if (interval.MaxTime < interval.MinTime)
        {
            _problem ??= $"a deletion of series {reference} ends before it begins";
        }
    }

    private void Check(uint reference, long time)
    {
        Orphans += _known.Contains(reference) ? 0 : 1;
        if (time is > SampleLimits.MaxAbsoluteTime or < -SampleLimits.MaxAbsoluteTime)
        {
            _problem ??= $"the time {time} of a sample of series {reference} is beyond all limits";
        }
    }

    private static bool Ascend(Labels labels)
    {
        for (var i = 1; i < labels.Count; i++)
        {
            if (string.CompareOrdinal(labels[i - 1].Name, labels[i].Name) >= 0)
            {
                return false;
            }
        }
        return true;
    }
}
