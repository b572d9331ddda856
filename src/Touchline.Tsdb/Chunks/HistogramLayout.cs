using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>What consecutive histograms of a series mostly share: everything but hint, counts and sum.</summary>
internal sealed class HistogramLayout
{
    private const int FloatFlag = 1;
    private const int MaxSchema = 1 << 20;

    /// <summary>More buckets than any client can send; what claims more is corrupt.</summary>
    private const int MaxBuckets = 1 << 20;

    public required bool IsFloat { get; init; }

    public required int Schema { get; init; }

    public required double ZeroThreshold { get; init; }

    public required BucketSpan[] PositiveSpans { get; init; }

    public required BucketSpan[] NegativeSpans { get; init; }

    public required int PositiveBuckets { get; init; }

    public required int NegativeBuckets { get; init; }

    public required double[] CustomBounds { get; init; }

    public int Buckets => PositiveBuckets + NegativeBuckets;

    public static HistogramLayout Of(NativeHistogram histogram) => new()
    {
        IsFloat = histogram.IsFloat,
        Schema = histogram.Schema,
        ZeroThreshold = histogram.ZeroThreshold,
        PositiveSpans = histogram.PositiveSpans,
        NegativeSpans = histogram.NegativeSpans,
        PositiveBuckets = histogram.PositiveBuckets.Length,
        NegativeBuckets = histogram.NegativeBuckets.Length,
        CustomBounds = histogram.CustomBounds,
    };

    public bool Fits(NativeHistogram histogram) =>
        histogram.IsFloat == IsFloat && histogram.Schema == Schema
        && BitConverter.DoubleToInt64Bits(histogram.ZeroThreshold) == BitConverter.DoubleToInt64Bits(ZeroThreshold)
        && histogram.PositiveBuckets.Length == PositiveBuckets && histogram.NegativeBuckets.Length == NegativeBuckets
        && histogram.PositiveSpans.AsSpan().SequenceEqual(PositiveSpans) && histogram.NegativeSpans.AsSpan().SequenceEqual(NegativeSpans)
        && System.Runtime.InteropServices.MemoryMarshal.Cast<double, long>(histogram.CustomBounds.AsSpan())
            .SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.Cast<double, long>(CustomBounds.AsSpan()));

    public void Write(ByteBuffer to)
    {
        to.WriteByte((byte)(IsFloat ? FloatFlag : 0));
        to.WriteZigZag(Schema);
        to.WriteDouble(ZeroThreshold);
        WriteSpans(PositiveSpans, PositiveBuckets, to);
        WriteSpans(NegativeSpans, NegativeBuckets, to);
        to.WriteVarint((ulong)CustomBounds.Length);
        foreach (var bound in CustomBounds)
        {
            to.WriteDouble(bound);
        }
    }

    public static HistogramLayout Read(ref ByteReader from)
    {
        var flags = from.ReadByte();
        var schema = from.ReadZigZag();
        if (flags > FloatFlag || Math.Abs(schema) > MaxSchema)
        {
            throw new CorruptDataException($"histogram flags {flags}, schema {schema} are unknown to this version");
        }
        var zeroThreshold = from.ReadDouble();
        var positive = ReadSpans(ref from, out var positiveBuckets);
        var negative = ReadSpans(ref from, out var negativeBuckets);
        var bounds = new double[from.ReadCount(8)];
        foreach (ref var bound in bounds.AsSpan())
        {
            bound = from.ReadDouble();
        }
        return new HistogramLayout
        {
            IsFloat = flags == FloatFlag,
            Schema = (int)schema,
            ZeroThreshold = zeroThreshold,
            PositiveSpans = positive,
            PositiveBuckets = positiveBuckets,
            NegativeSpans = negative,
            NegativeBuckets = negativeBuckets,
            CustomBounds = bounds,
        };
    }

    /// <summary>
    /// The columns of the buckets, positive before negative: the bucket's index, whatever the spans that it is in, so that its counts stay together
    /// when other buckets come and go. Negative buckets have keys below zero.
    /// </summary>
    public long[] Keys()
    {
        var keys = new long[Buckets];
        FillKeys(PositiveSpans, keys.AsSpan(0, PositiveBuckets));
        var negative = keys.AsSpan(PositiveBuckets);
        FillKeys(NegativeSpans, negative);
        foreach (ref var key in negative)
        {
            key = long.MinValue + (key - int.MinValue);
        }
        return keys;
    }

    private static void FillKeys(BucketSpan[] spans, Span<long> keys)
    {
        long index = 0;
        var at = 0;
        foreach (var span in spans)
        {
            index += span.Offset;
            for (var i = 0; i < span.Length && at < keys.Length; i++)
            {
                keys[at++] = index++;
            }
        }
        while (at < keys.Length)
        {
            keys[at++] = index++;
        }
    }

    private static void WriteSpans(BucketSpan[] spans, int buckets, ByteBuffer to)
    {
        to.WriteVarint((ulong)spans.Length);
        foreach (var span in spans)
        {
            to.WriteZigZag(span.Offset);
            to.WriteVarint(span.Length);
        }
        to.WriteVarint((ulong)buckets);
    }

    private static BucketSpan[] ReadSpans(ref ByteReader from, out int buckets)
    {
        var spans = new BucketSpan[from.ReadCount(2)];
        foreach (ref var span in spans.AsSpan())
        {
            var offset = (int)from.ReadZigZag();
            span = new BucketSpan(offset, (uint)from.ReadVarint());
        }
        var declared = from.ReadVarint();
        buckets = declared <= MaxBuckets ? (int)declared : throw new CorruptDataException($"a histogram of {declared} buckets");
        return spans;
    }
}
