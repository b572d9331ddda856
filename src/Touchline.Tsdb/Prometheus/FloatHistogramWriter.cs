using Touchline.Model;

namespace Touchline.Tsdb.Prometheus;

/// <summary>The counterpart of <see cref="FloatHistogramReader"/>.</summary>
internal sealed class FloatHistogramWriter(BucketLayout layout)
{
    private readonly XorValue[] _positive = new XorValue[layout.PositiveCount];
    private readonly XorValue[] _negative = new XorValue[layout.NegativeCount];
    private long _time;
    private long _timeChange;
    private XorValue _count;
    private XorValue _zeroCount;
    private XorValue _sum;

    public void Write(ReadOnlySpan<long> times, ReadOnlySpan<NativeHistogram?> histograms, BitWriter to)
    {
        WriteFirst(times[0], histograms[0]!, to);
        for (var i = 1; i < times.Length; i++)
        {
            WriteNext(times[i], histograms[i]!, to);
        }
    }

    private void WriteFirst(long time, NativeHistogram histogram, BitWriter to)
    {
        VarBits.WriteInt(to, _time = time);
        _count = First(histogram.IsStale ? 0 : histogram.Count, to);
        _zeroCount = First(histogram.IsStale ? 0 : histogram.ZeroCount, to);
        _sum = First(histogram.Sum, to);
        if (!histogram.IsStale)
        {
            WriteFirst(BucketSpans.Spread(histogram.PositiveSpans, histogram.PositiveBuckets, layout.PositiveSpans, _positive.Length), _positive, to);
            WriteFirst(BucketSpans.Spread(histogram.NegativeSpans, histogram.NegativeBuckets, layout.NegativeSpans, _negative.Length), _negative, to);
        }
    }

    private void WriteNext(long time, NativeHistogram histogram, BitWriter to)
    {
        var change = time - _time;
        VarBits.WriteInt(to, change - _timeChange);
        (_time, _timeChange) = (time, change);
        _count.Write(to, histogram.IsStale ? 0 : histogram.Count);
        _zeroCount.Write(to, histogram.IsStale ? 0 : histogram.ZeroCount);
        _sum.Write(to, histogram.Sum);
        if (!histogram.IsStale)
        {
            WriteNext(BucketSpans.Spread(histogram.PositiveSpans, histogram.PositiveBuckets, layout.PositiveSpans, _positive.Length), _positive, to);
            WriteNext(BucketSpans.Spread(histogram.NegativeSpans, histogram.NegativeBuckets, layout.NegativeSpans, _negative.Length), _negative, to);
        }
    }

    private static XorValue First(double value, BitWriter to)
    {
        to.WriteBits(BitConverter.DoubleToUInt64Bits(value), 64);
        return new XorValue(BitConverter.DoubleToUInt64Bits(value));
    }

    private static void WriteFirst(double[] counts, XorValue[] values, BitWriter to)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = First(counts[i], to);
        }
    }

    private static void WriteNext(double[] counts, XorValue[] values, BitWriter to)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i].Write(to, counts[i]);
        }
    }
}
