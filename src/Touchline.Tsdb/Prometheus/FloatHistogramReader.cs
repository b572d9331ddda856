using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Reads the samples of a chunk of float histograms: times as the change of their change, all else as differences of bits.</summary>
internal sealed class FloatHistogramReader(BucketLayout layout, CounterResetHeader header)
{
    private readonly XorValue[] _positive = new XorValue[layout.PositiveCount];
    private readonly XorValue[] _negative = new XorValue[layout.NegativeCount];

    public void Read(ref BitReader from, int samples, long minTime, long maxTime, SampleColumns into)
    {
        var time = VarBits.ReadInt(ref from);
        var count = new XorValue(from.ReadBits(64));
        var zeroCount = new XorValue(from.ReadBits(64));
        var sum = new XorValue(from.ReadBits(64));
        ReadFirst(ref from, _positive);
        ReadFirst(ref from, _negative);
        var timeChange = 0L;
        for (var i = 0; ; i++)
        {
            if (time >= minTime && time <= maxTime)
            {
                into.Add(time, Histogram(header.HintAt(i), count.Value, zeroCount.Value, sum.Value));
            }
            if (i == samples - 1)
            {
                return;
            }
            time += timeChange += VarBits.ReadInt(ref from);
            count.Read(ref from);
            zeroCount.Read(ref from);
            sum.Read(ref from);
            // A staleness marker has no buckets, whatever the layout.
            if (!StaleMarker.Is(sum.Value))
            {
                ReadNext(ref from, _positive);
                ReadNext(ref from, _negative);
            }
        }
    }

    private static void ReadFirst(ref BitReader from, XorValue[] buckets)
    {
        foreach (ref var bucket in buckets.AsSpan())
        {
            bucket = new XorValue(from.ReadBits(64));
        }
    }

    private static void ReadNext(ref BitReader from, XorValue[] buckets)
    {
        foreach (ref var bucket in buckets.AsSpan())
        {
            bucket.Read(ref from);
        }
    }

    private NativeHistogram Histogram(CounterResetHint hint, double count, double zeroCount, double sum) => StaleMarker.Is(sum)
        ? new NativeHistogram { Sum = sum, IsFloat = true }
        : new NativeHistogram
        {
            CounterResetHint = hint,
            Schema = layout.Schema,
            ZeroThreshold = layout.ZeroThreshold,
            ZeroCount = zeroCount,
            Count = count,
            Sum = sum,
            IsFloat = true,
            PositiveSpans = layout.PositiveSpans,
            NegativeSpans = layout.NegativeSpans,
            PositiveBuckets = Array.ConvertAll(_positive, bucket => bucket.Value),
            NegativeBuckets = Array.ConvertAll(_negative, bucket => bucket.Value),
            CustomBounds = layout.CustomBounds,
        };
}
