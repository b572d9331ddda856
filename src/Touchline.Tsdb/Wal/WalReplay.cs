using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Puts what the log says into the head, before there are writers or readers. A sample that is not later than the newest of its series is
/// there already (from a checkpoint, a block, or an earlier record) and is passed over.
/// </summary>
internal sealed class WalReplay(MetricHead head) : IBatchVisitor
{
    /// <summary>References of the head by those of the log, plus none for 0.</summary>
    private readonly PagedArray<uint> _byLoggedReference = new();

    public long Samples { get; private set; }

    /// <summary>Samples of series whose labels were lost in a damaged stretch.</summary>
    public long Orphans { get; private set; }

    public void Series(uint reference, Labels labels)
    {
        if (reference == 0 || !SampleLimits.AreValid(labels))
        {
            throw new CorruptDataException($"series {reference} of a log record is not valid");
        }
        var series = head.GetOrCreate(reference, labels);
        _byLoggedReference.Set(reference, series.Reference);
        // Under another reference the log does not know it yet: its labels are written again with its next sample.
        series.IsLogged |= series.Reference == reference;
    }

    public void Metadata(string metric, MetricMetadata metadata) => head.Metadata.Set(metric, metadata);

    public void Sample(uint reference, long time, double value, bool outOfOrder)
    {
        if (outOfOrder)
        {
            OutOfOrder(reference, time, value, null);
        }
        else if (Find(reference) is { } series && Accepts(series, time))
        {
            head.Append(series, time, value);
            Samples++;
        }
    }

    public void Histogram(uint reference, long time, ReadOnlySpan<byte> payload, bool outOfOrder)
    {
        if (outOfOrder)
        {
            OutOfOrder(reference, time, double.NaN, HistogramCodec.Decode(payload));
        }
        else if (Find(reference) is { } series && Accepts(series, time))
        {
            _ = HistogramCodec.Decode(payload);
            head.AppendHistogram(series, time, payload);
            Samples++;
        }
    }

    public void Exemplar(uint reference, Exemplar exemplar)
    {
        if (head.Find(_byLoggedReference[reference]) is { } series && head.Exemplars.IsNews(series.Reference, exemplar))
        {
            head.Exemplars.Add(series.Reference, exemplar);
        }
    }

    public void Created(uint reference, long createdMs)
    {
        if (head.Find(_byLoggedReference[reference]) is { } series)
        {
            head.Created.Add(series.Reference, createdMs);
        }
    }

    public void Chunk(uint reference, ChunkKind kind, long minTime, long maxTime, int count, ReadOnlySpan<byte> bytes)
    {
        if (Find(reference) is { } series && minTime > series.LastTime && maxTime >= head.OldestOpenTime)
        {
            series.Restore(kind, minTime, maxTime, count, bytes);
            head.Restored(minTime, maxTime);
            Samples += count;
        }
    }

    public void LastBits(uint reference, ulong bits) => head.Find(_byLoggedReference[reference])?.RestoreLastBits(bits);

    /// <summary>Deletes what was deleted, of all that came before in the log.</summary>
    public void Delete(uint reference, TimeInterval interval)
    {
        if (head.Find(_byLoggedReference[reference]) is { } series)
        {
            head.Delete(series, interval);
        }
    }

    /// <summary>Out-of-order samples say in the log that they are. One that is there already is passed over here too.</summary>
    private void OutOfOrder(uint reference, long time, double value, NativeHistogram? histogram)
    {
        if (Find(reference) is { } series && Math.Abs(time) <= SampleLimits.MaxAbsoluteTime
            && head.OutOfOrder.Check(series, time, value, histogram) == Storage.AppendStatus.Stored)
        {
            head.OutOfOrder.Add(series, time, value, histogram);
            Samples++;
        }
    }

    private HeadSeries? Find(uint reference)
    {
        if (head.Find(_byLoggedReference[reference]) is { } series)
        {
            return series;
        }
        head.ReserveReferences(reference);
        Orphans++;
        return null;
    }

    private bool Accepts(HeadSeries series, long time) =>
        time > series.LastTime && time >= head.OldestOpenTime && Math.Abs(time) <= SampleLimits.MaxAbsoluteTime;
}
