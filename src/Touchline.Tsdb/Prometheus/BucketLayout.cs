using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>What all histograms of a chunk share: resolution, zero bucket, which buckets there are, custom bounds.</summary>
internal sealed record BucketLayout(int Schema, double ZeroThreshold, BucketSpan[] PositiveSpans, BucketSpan[] NegativeSpans, double[] CustomBounds)
{
    private const byte OtherThreshold = 255;
    private const int ThresholdBias = 243; // Of the exponents of powers of two that have a byte of their own, 2^-243 to 2^10.
    private const double LargestShortBound = 33_554_430; // In thousandths; its successor is the last number of 25 bits.

    public int PositiveCount => Count(PositiveSpans);

    public int NegativeCount => Count(NegativeSpans);

    public static BucketLayout Of(NativeHistogram histogram) => histogram.IsStale
        ? new BucketLayout(0, 0, [], [], [])
        : new BucketLayout(histogram.Schema, histogram.ZeroThreshold, histogram.PositiveSpans, histogram.NegativeSpans, histogram.CustomBounds);

    /// <exception cref="CorruptDataException">There are more buckets than the chunk can hold, or the resolution is unknown.</exception>
    public static BucketLayout Read(ref BitReader from)
    {
        var threshold = (byte)from.ReadBits(8) switch
        {
            0 => 0,
            OtherThreshold => BitConverter.UInt64BitsToDouble(from.ReadBits(64)),
            var exponent => Math.ScaleB(0.5, exponent - ThresholdBias),
        };
        var schema = VarBits.ReadInt(ref from);
        // Resolutions up to 52 are reserved; what is beyond those in use is read all the same and drawn at that resolution.
        if (schema is not (NativeHistogram.CustomBucketsSchema or (>= -9 and <= 52)))
        {
            throw new CorruptDataException($"a histogram of the unknown schema {schema}");
        }
        var positive = ReadSpans(ref from);
        var negative = ReadSpans(ref from);
        return new BucketLayout((int)schema, threshold, positive, negative, schema == NativeHistogram.CustomBucketsSchema ? ReadBounds(ref from) : []);
    }

    public void Write(BitWriter to)
    {
        WriteThreshold(to, ZeroThreshold);
        VarBits.WriteInt(to, Schema);
        WriteSpans(to, PositiveSpans);
        WriteSpans(to, NegativeSpans);
        if (Schema == NativeHistogram.CustomBucketsSchema)
        {
            VarBits.WriteUint(to, (ulong)CustomBounds.Length);
            foreach (var bound in CustomBounds)
            {
                WriteBound(to, bound);
            }
        }
    }

    /// <summary>Whether histograms of the two can be in one chunk, once each has the buckets of both.</summary>
    public bool CanJoin(NativeHistogram histogram) =>
        Schema == histogram.Schema && ZeroThreshold.Equals(histogram.ZeroThreshold) && CustomBounds.AsSpan().SequenceEqual(histogram.CustomBounds);

    /// <summary>The layout with the buckets of a histogram too; this one where it has them all in the same spans.</summary>
    public BucketLayout With(NativeHistogram histogram)
    {
        var positive = BucketSpans.Union(PositiveSpans, histogram.PositiveSpans);
        var negative = BucketSpans.Union(NegativeSpans, histogram.NegativeSpans);
        return ReferenceEquals(positive, PositiveSpans) && ReferenceEquals(negative, NegativeSpans)
            ? this
            : this with { PositiveSpans = positive, NegativeSpans = negative };
    }

    private static int Count(BucketSpan[] spans) => (int)Math.Min(int.MaxValue, spans.Sum(span => (long)span.Length));

    private static BucketSpan[] ReadSpans(ref BitReader from)
    {
        var count = VarBits.ReadUint(ref from);
        // A span takes two bits at least, and each of its buckets one.
        if (count > (ulong)from.RemainingBits / 2)
        {
            throw new CorruptDataException($"{count} spans cannot be in {from.RemainingBits} bits");
        }
        var spans = new BucketSpan[count];
        ulong buckets = 0;
        foreach (ref var span in spans.AsSpan())
        {
            var length = VarBits.ReadUint(ref from);
            var offset = VarBits.ReadInt(ref from);
            buckets += length;
            if (length > (ulong)from.RemainingBits || buckets > (ulong)from.RemainingBits || offset is < int.MinValue or > int.MaxValue)
            {
                throw new CorruptDataException($"{buckets} buckets cannot be in {from.RemainingBits} bits");
            }
            span = new BucketSpan((int)offset, (uint)length);
        }
        return spans;
    }

    private static void WriteSpans(BitWriter to, BucketSpan[] spans)
    {
        VarBits.WriteUint(to, (ulong)spans.Length);
        foreach (var span in spans)
        {
            VarBits.WriteUint(to, span.Length);
            VarBits.WriteInt(to, span.Offset);
        }
    }

    private static double[] ReadBounds(ref BitReader from)
    {
        var count = VarBits.ReadUint(ref from);
        if (count > (ulong)from.RemainingBits)
        {
            throw new CorruptDataException($"{count} bounds cannot be in {from.RemainingBits} bits");
        }
        var bounds = new double[count];
        foreach (ref var bound in bounds.AsSpan())
        {
            bound = VarBits.ReadUint(ref from) is var thousandths and > 0
                ? (thousandths - 1) / 1000.0
                : BitConverter.UInt64BitsToDouble(from.ReadBits(64));
        }
        return bounds;
    }

    private static void WriteBound(BitWriter to, double bound)
    {
        var thousandths = bound * 1000;
        // -0.0 would come back as 0.
        if (!double.IsNegative(thousandths) && thousandths <= LargestShortBound && Math.Round(thousandths) / 1000 == bound)
        {
            VarBits.WriteUint(to, (ulong)Math.Round(thousandths) + 1);
            return;
        }
        to.WriteBit(false);
        to.WriteBits(BitConverter.DoubleToUInt64Bits(bound), 64);
    }

    private static void WriteThreshold(BitWriter to, double threshold)
    {
        if (BitConverter.DoubleToUInt64Bits(threshold) == 0)
        {
            to.WriteBits(0, 8);
            return;
        }
        var exponent = double.IsFinite(threshold) && threshold != 0 ? Math.ILogB(threshold) : int.MaxValue;
        if (exponent is >= -243 and <= 10 && Math.ScaleB(1, exponent) == threshold)
        {
            to.WriteBits((ulong)(exponent + 1 + ThresholdBias), 8);
            return;
        }
        to.WriteBits(OtherThreshold, 8);
        to.WriteBits(BitConverter.DoubleToUInt64Bits(threshold), 64);
    }
}
