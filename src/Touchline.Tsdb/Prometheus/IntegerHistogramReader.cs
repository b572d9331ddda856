using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Reads the samples of a chunk of integer histograms: every number as the change of its change, buckets as differences to their left neighbour.</summary>
internal sealed class IntegerHistogramReader(BucketLayout layout, CounterResetHeader header)
{
    private readonly long[] _positive = new long[layout.PositiveCount];
    private readonly long[] _positiveChange = new long[layout.PositiveCount];
    private readonly long[] _negative = new long[layout.NegativeCount];
    private readonly long[] _negativeChange = new long[layout.NegativeCount];

    public void Read(ref BitReader from, int samples, long minTime, long maxTime, SampleColumns into)
    {
        var time = VarBits.ReadInt(ref from);
        var count = VarBits.ReadUint(ref from);
        var zeroCount = VarBits.ReadUint(ref from);
        var sum = new XorValue(from.ReadBits(64));
        ReadFirst(ref from, _positive);
        ReadFirst(ref from, _negative);
        var (timeChange, countChange, zeroChange) = (0L, 0L, 0L);
        for (var i = 0; ; i++)
        {
            if (time >= minTime && time <= maxTime)
            {
                into.Add(time, Histogram(header.HintAt(i), count, zeroCount, sum.Value));
            }
            if (i == samples - 1)
            {
                return;
            }
            time += timeChange += VarBits.ReadInt(ref from);
            count += (ulong)(countChange += VarBits.ReadInt(ref from));
            zeroCount += (ulong)(zeroChange += VarBits.ReadInt(ref from));
            sum.Read(ref from);
            // A staleness marker has no buckets, whatever the layout.
            if (!StaleMarker.Is(sum.Value))
            {
                ReadNext(ref from, _positive, _positiveChange);
                ReadNext(ref from, _negative, _negativeChange);
            }
        }
    }

    private static void ReadFirst(ref BitReader from, long[] buckets)
    {
        foreach (ref var bucket in buckets.AsSpan())
        {
            bucket = VarBits.ReadInt(ref from);
        }
    }

    private static void ReadNext(ref BitReader from, long[] buckets, long[] changes)
    {
        for (var i = 0; i < buckets.Length; i++)
        {
            buckets[i] += changes[i] += VarBits.ReadInt(ref from);
        }
    }

    private NativeHistogram Histogram(CounterResetHint hint, ulong count, ulong zeroCount, double sum) => StaleMarker.Is(sum)
        ? new NativeHistogram { Sum = sum }
        : new NativeHistogram
        {
            CounterResetHint = hint,
            Schema = layout.Schema,
            ZeroThreshold = layout.ZeroThreshold,
            ZeroCount = zeroCount,
            Count = count,
            Sum = sum,
            PositiveSpans = layout.PositiveSpans,
            NegativeSpans = layout.NegativeSpans,
            PositiveBuckets = Absolute(_positive),
            NegativeBuckets = Absolute(_negative),
            CustomBounds = layout.CustomBounds,
        };

    private static double[] Absolute(long[] differences)
    {
        var counts = new double[differences.Length];
        var count = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            count += differences[i];
            counts[i] = count;
        }
        return counts;
    }
}
