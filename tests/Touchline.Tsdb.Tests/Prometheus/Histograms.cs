using CsCheck;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Tests.Prometheus;

/// <summary>Series of native histograms of every kind, with all that makes a chunk end: resets, new buckets, other resolutions, staleness.</summary>
internal static class Histograms
{
    private static readonly Gen<double> Threshold = Gen.OneOf(Gen.Const(0.0), Gen.Const(Math.ScaleB(1, -128)), Gen.Const(0.001), Gen.Const(1024.0));

    private static readonly Gen<NativeHistogram> One =
        Gen.Select(Gen.Int[0, 5], Threshold, Gen.Select(Gen.Int[-20, 20], Gen.Int[0, 1000]).Array[0, 8], Gen.Select(Gen.Int[-5, 5], Gen.Int[0, 9]).Array[0, 3], Gen.Int[0, 3])
            .Select((kind, threshold, positive, negative, hint) => kind switch
            {
                0 => Custom(positive, isFloat: true, hint),
                1 => Custom(positive, isFloat: false, hint),
                2 => Exponential(threshold, positive, negative, isFloat: true, hint),
                _ => Exponential(threshold, positive, negative, isFloat: false, hint),
            });

    /// <summary>Samples that follow each other in one series: of a few kinds, repeated and grown.</summary>
    public static readonly Gen<SampleColumns> Series =
        Gen.Select(One, Gen.Int[0, 12], Gen.Int[1, 40]).Array[1, 6].Select(parts =>
        {
            var rows = new SampleColumns();
            var time = 1_700_000_000_000L;
            foreach (var (first, what, count) in parts)
            {
                for (var i = 0; i < count; i++, time += 15_000 + (i % 3))
                {
                    switch (what)
                    {
                        case 0:
                            rows.Add(time, new NativeHistogram { Sum = StaleMarker.Value, IsFloat = first.IsFloat });
                            break;
                        case 1:
                            rows.Add(time, i * 0.1);
                            break;
                        default:
                            rows.Add(time, Grown(first, what == 2 && i % 7 == 6 ? 0 : i));
                            break;
                    }
                }
            }
            return rows;
        });

    public static NativeHistogram Exponential(double threshold, (int Index, int Count)[] positive, (int Index, int Count)[] negative, bool isFloat, int hint)
    {
        var (positiveSpans, positiveCounts) = Buckets(positive, isFloat);
        var (negativeSpans, negativeCounts) = Buckets(negative, isFloat);
        return new NativeHistogram
        {
            CounterResetHint = (CounterResetHint)hint,
            Schema = 3,
            ZeroThreshold = threshold,
            ZeroCount = 2,
            Count = 2 + positiveCounts.Sum() + negativeCounts.Sum(),
            Sum = 12.5,
            IsFloat = isFloat,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveCounts,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeCounts,
        };
    }

    private static NativeHistogram Custom((int Index, int Count)[] positive, bool isFloat, int hint)
    {
        var (spans, counts) = Buckets([.. positive.Select(bucket => (Math.Abs(bucket.Index) % 6, bucket.Count))], isFloat);
        return new NativeHistogram
        {
            CounterResetHint = (CounterResetHint)hint,
            Schema = NativeHistogram.CustomBucketsSchema,
            Count = counts.Sum(),
            Sum = -0.0,
            IsFloat = isFloat,
            PositiveSpans = spans,
            PositiveBuckets = counts,
            CustomBounds = [-0.0, 0.005, 1, 33554.431, 1e300],
        };
    }

    private static (BucketSpan[] Spans, double[] Counts) Buckets((int Index, int Count)[] buckets, bool isFloat)
    {
        var sorted = new SortedDictionary<int, double>();
        foreach (var (index, count) in buckets)
        {
            sorted[index] = isFloat ? count + 0.25 : count;
        }
        var next = 0;
        var spans = new List<BucketSpan>();
        foreach (var index in sorted.Keys)
        {
            spans.Add(new BucketSpan(index - next, 1));
            next = index + 1;
        }
        return ([.. spans], [.. sorted.Values]);
    }

    private static NativeHistogram Grown(NativeHistogram first, int by) => first with
    {
        Count = first.Count + by,
        ZeroCount = first.ZeroCount + (by / 3),
        Sum = first.Sum + (by * 0.1),
        PositiveBuckets = [.. first.PositiveBuckets.Select(count => count + by)],
        NegativeBuckets = [.. first.NegativeBuckets.Select(count => count + (by / 2))],
    };
}
