using Touchline.Model;

namespace Touchline.PromQL.Scripts;

/// <summary>The steps of <c>{{…}}+{{…}}x3</c>.</summary>
internal static class HistogramSequence
{
    /// <summary>The next histogram, null where the increment has another schema, zero bucket or custom bounds.</summary>
    public static NativeHistogram? Add(NativeHistogram histogram, NativeHistogram increment, int sign)
    {
        var sameZero = histogram.ZeroThreshold.Equals(increment.ZeroThreshold) || increment.ZeroCount == 0;
        if (histogram.Schema != increment.Schema || !sameZero || !histogram.CustomBounds.AsSpan().SequenceEqual(increment.CustomBounds))
        {
            return null;
        }
        var (positiveSpans, positiveBuckets) = Add(histogram.PositiveSpans, histogram.PositiveBuckets, increment.PositiveSpans, increment.PositiveBuckets, sign);
        var (negativeSpans, negativeBuckets) = Add(histogram.NegativeSpans, histogram.NegativeBuckets, increment.NegativeSpans, increment.NegativeBuckets, sign);
        return histogram with
        {
            Count = histogram.Count + sign * increment.Count,
            Sum = histogram.Sum + sign * increment.Sum,
            ZeroCount = histogram.ZeroCount + sign * increment.ZeroCount,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveBuckets,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeBuckets,
        };
    }

    private static (BucketSpan[] Spans, double[] Buckets) Add(BucketSpan[] spans, double[] buckets, BucketSpan[] otherSpans, double[] otherBuckets, int sign)
    {
        var sums = new SortedDictionary<int, double>();
        Collect(spans, buckets, 1);
        Collect(otherSpans, otherBuckets, sign);
        if (sums.Count == 0)
        {
            return ([], []);
        }
        var first = sums.First().Key;
        var dense = new double[sums.Last().Key - first + 1];
        foreach (var (index, count) in sums)
        {
            dense[index - first] = count;
        }
        return ([new BucketSpan(first, (uint)dense.Length)], dense);

        void Collect(BucketSpan[] from, double[] counts, int factor)
        {
            var index = 0;
            var next = 0;
            foreach (var span in from)
            {
                index += span.Offset;
                for (var i = 0; i < span.Length; i++, index++, next++)
                {
                    sums[index] = sums.GetValueOrDefault(index) + factor * counts[next];
                }
            }
        }
    }
}
