using Touchline.Model;

namespace Touchline.Tsdb.Prometheus;

/// <summary>The counterpart of <see cref="IntegerHistogramReader"/>.</summary>
internal sealed class IntegerHistogramWriter(BucketLayout layout)
{
    private readonly long[] _positive = new long[layout.PositiveCount];
    private readonly long[] _positiveChange = new long[layout.PositiveCount];
    private readonly long[] _negative = new long[layout.NegativeCount];
    private readonly long[] _negativeChange = new long[layout.NegativeCount];
    private long _time;
    private long _timeChange;
    private long _count;
    private long _countChange;
    private long _zeroCount;
    private long _zeroChange;
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
        _count = histogram.IsStale ? 0 : (long)histogram.Count;
        _zeroCount = histogram.IsStale ? 0 : (long)histogram.ZeroCount;
        VarBits.WriteUint(to, (ulong)_count);
        VarBits.WriteUint(to, (ulong)_zeroCount);
        to.WriteBits(BitConverter.DoubleToUInt64Bits(histogram.Sum), 64);
        _sum = new XorValue(BitConverter.DoubleToUInt64Bits(histogram.Sum));
        if (!histogram.IsStale)
        {
            WriteFirst(BucketSpans.Spread(histogram.PositiveSpans, histogram.PositiveBuckets, layout.PositiveSpans, _positive.Length), _positive, to);
            WriteFirst(BucketSpans.Spread(histogram.NegativeSpans, histogram.NegativeBuckets, layout.NegativeSpans, _negative.Length), _negative, to);
        }
    }

    private void WriteNext(long time, NativeHistogram histogram, BitWriter to)
    {
        Write(time, ref _time, ref _timeChange, to);
        if (histogram.IsStale)
        {
            // Two zeros where a reader expects the counts; only further markers may follow.
            to.WriteBits(0, 2);
            _sum.Write(to, histogram.Sum);
            return;
        }
        Write((long)histogram.Count, ref _count, ref _countChange, to);
        Write((long)histogram.ZeroCount, ref _zeroCount, ref _zeroChange, to);
        _sum.Write(to, histogram.Sum);
        WriteNext(BucketSpans.Spread(histogram.PositiveSpans, histogram.PositiveBuckets, layout.PositiveSpans, _positive.Length), _positive, _positiveChange, to);
        WriteNext(BucketSpans.Spread(histogram.NegativeSpans, histogram.NegativeBuckets, layout.NegativeSpans, _negative.Length), _negative, _negativeChange, to);
    }

    private static void WriteFirst(double[] counts, long[] differences, BitWriter to)
    {
        var last = 0L;
        for (var i = 0; i < differences.Length; i++)
        {
            var count = (long)counts[i];
            VarBits.WriteInt(to, differences[i] = count - last);
            last = count;
        }
    }

    private static void WriteNext(double[] counts, long[] differences, long[] changes, BitWriter to)
    {
        var last = 0L;
        for (var i = 0; i < differences.Length; i++)
        {
            var count = (long)counts[i];
            Write(count - last, ref differences[i], ref changes[i], to);
            last = count;
        }
    }

    private static void Write(long value, ref long last, ref long lastChange, BitWriter to)
    {
        var change = value - last;
        VarBits.WriteInt(to, change - lastChange);
        (last, lastChange) = (value, change);
    }
}
