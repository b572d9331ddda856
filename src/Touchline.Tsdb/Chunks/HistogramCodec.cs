using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// One native histogram as bytes, by itself and exact: every double of a float histogram by its bits, counts of an integer
/// histogram as numbers where they are whole. Format: docs/formats/chunk.md, "Histograms".
/// </summary>
internal static class HistogramCodec
{
    private const int HintMask = 3;
    private const int FloatFlag = 4;
    private const int WholeCountsFlag = 8;

    public static void Encode(NativeHistogram histogram, ByteBuffer to)
    {
        var whole = IsWhole(histogram.ZeroCount) && IsWhole(histogram.Count)
            && AreWhole(histogram.PositiveBuckets) && AreWhole(histogram.NegativeBuckets);
        to.WriteByte((byte)((int)histogram.CounterResetHint | (histogram.IsFloat ? FloatFlag : 0) | (whole ? WholeCountsFlag : 0)));
        to.WriteZigZag(histogram.Schema);
        to.WriteDouble(histogram.ZeroThreshold);
        WriteCount(to, histogram.ZeroCount, whole);
        WriteCount(to, histogram.Count, whole);
        to.WriteDouble(histogram.Sum);
        WriteSide(to, histogram.PositiveSpans, histogram.PositiveBuckets, whole);
        WriteSide(to, histogram.NegativeSpans, histogram.NegativeBuckets, whole);
        to.WriteVarint((ulong)histogram.CustomBounds.Length);
        foreach (var bound in histogram.CustomBounds)
        {
            to.WriteDouble(bound);
        }
    }

    /// <summary>The bytes by themselves.</summary>
    /// <param name="scratch">Cleared and used.</param>
    public static byte[] ToBytes(NativeHistogram histogram, ByteBuffer scratch)
    {
        scratch.Clear();
        Encode(histogram, scratch);
        return scratch.Written.ToArray();
    }

    /// <exception cref="CorruptDataException">The bytes are no histogram.</exception>
    public static NativeHistogram Decode(ReadOnlySpan<byte> from)
    {
        var reader = new ByteReader(from);
        var flags = reader.ReadByte();
        var whole = (flags & WholeCountsFlag) != 0;
        var schema = (int)reader.ReadZigZag();
        var zeroThreshold = reader.ReadDouble();
        var zeroCount = ReadCount(ref reader, whole);
        var count = ReadCount(ref reader, whole);
        var sum = reader.ReadDouble();
        var (positiveSpans, positiveBuckets) = ReadSide(ref reader, whole);
        var (negativeSpans, negativeBuckets) = ReadSide(ref reader, whole);
        var bounds = new double[reader.ReadCount(8)];
        for (var i = 0; i < bounds.Length; i++)
        {
            bounds[i] = reader.ReadDouble();
        }
        return new NativeHistogram
        {
            CounterResetHint = (CounterResetHint)(flags & HintMask),
            IsFloat = (flags & FloatFlag) != 0,
            Schema = schema,
            ZeroThreshold = zeroThreshold,
            ZeroCount = zeroCount,
            Count = count,
            Sum = sum,
            PositiveSpans = positiveSpans,
            NegativeSpans = negativeSpans,
            PositiveBuckets = positiveBuckets,
            NegativeBuckets = negativeBuckets,
            CustomBounds = bounds,
        };
    }

    private static void WriteSide(ByteBuffer to, BucketSpan[] spans, double[] buckets, bool whole)
    {
        to.WriteVarint((ulong)spans.Length);
        foreach (var span in spans)
        {
            to.WriteZigZag(span.Offset);
            to.WriteVarint(span.Length);
        }
        to.WriteVarint((ulong)buckets.Length);
        foreach (var bucket in buckets)
        {
            WriteCount(to, bucket, whole);
        }
    }

    private static (BucketSpan[] Spans, double[] Buckets) ReadSide(ref ByteReader reader, bool whole)
    {
        var spans = new BucketSpan[reader.ReadCount(2)];
        for (var i = 0; i < spans.Length; i++)
        {
            var offset = (int)reader.ReadZigZag();
            spans[i] = new BucketSpan(offset, (uint)reader.ReadVarint());
        }
        var buckets = new double[reader.ReadCount(whole ? 1 : 8)];
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] = ReadCount(ref reader, whole);
        }
        return (spans, buckets);
    }

    private static void WriteCount(ByteBuffer to, double count, bool whole)
    {
        if (whole)
        {
            to.WriteVarint((ulong)count);
        }
        else
        {
            to.WriteDouble(count);
        }
    }

    private static double ReadCount(ref ByteReader reader, bool whole) => whole ? reader.ReadVarint() : reader.ReadDouble();

    private static bool AreWhole(double[] counts)
    {
        foreach (var count in counts)
        {
            if (!IsWhole(count))
            {
                return false;
            }
        }
        return true;
    }

    // Zero by its bits, because -0.0 would not come back from an integer.
    private static bool IsWhole(double count) =>
        count is >= 0 and <= DecimalScale.MaxMantissa && BitConverter.DoubleToUInt64Bits((ulong)count) == BitConverter.DoubleToUInt64Bits(count);
}
