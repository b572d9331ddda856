using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>The borders of buckets and the walk over all of them. Source: Prometheus's native histogram specification.</summary>
internal static class BucketBounds
{
    /// <summary>The upper bound of the positive bucket with this index.</summary>
    public static double Upper(int index, int schema, double[] customBounds)
    {
        if (schema == NativeHistogram.CustomBucketsSchema)
        {
            return index < 0 ? double.NegativeInfinity : index < customBounds.Length ? customBounds[index] : double.PositiveInfinity;
        }
        if (schema <= 0)
        {
            var exponent = (long)index << -schema;
            return exponent == 1024 ? double.MaxValue : Math.ScaleB(1, (int)Math.Clamp(exponent, -2000, 2000));
        }
        var fraction = ExponentialBounds.Of(schema)[index & ((1 << schema) - 1)];
        var power = (index >> schema) + 1;
        return fraction == 0.5 && power == 1025 ? double.MaxValue : Math.ScaleB(fraction, power);
    }

    public static double Lower(int index, int schema, double[] customBounds) => Upper(index - 1, schema, customBounds);

    /// <summary>
    /// All buckets from the most negative to the most positive, the zero bucket in between where its count is positive. A bucket that begins inside
    /// the zero bucket is cut at its border, even where nothing of it is left, as Prometheus does with what a sender should not send.
    /// </summary>
    /// <param name="cut">False where the borders are wanted as they stand, as in the text of a histogram.</param>
    public static List<HistogramBucket> All(NativeHistogram h, bool cut = true)
    {
        var threshold = cut ? h.ZeroThreshold : 0;
        var result = new List<HistogramBucket>();
        var negative = SparseBuckets.Of(h.NegativeSpans, h.NegativeBuckets).All;
        for (var i = negative.Length - 1; i >= 0; i--)
        {
            var (index, count) = negative[i];
            result.Add(new HistogramBucket(-Upper(index, h.Schema, h.CustomBounds), -OutsideZero(Lower(index, h.Schema, h.CustomBounds), threshold), count, true, false));
        }
        // Only where buckets are counted from one end to the other a zero bucket that is negative or no number is passed over.
        if (cut ? h.ZeroCount > 0 : h.ZeroCount != 0)
        {
            result.Add(new HistogramBucket(-h.ZeroThreshold, h.ZeroThreshold, h.ZeroCount, true, true));
        }
        foreach (var (index, count) in SparseBuckets.Of(h.PositiveSpans, h.PositiveBuckets).All)
        {
            var lowest = index == 0 && h.Schema == NativeHistogram.CustomBucketsSchema;
            result.Add(new HistogramBucket(OutsideZero(Lower(index, h.Schema, h.CustomBounds), threshold), Upper(index, h.Schema, h.CustomBounds), count, lowest, true));
        }
        return result;
    }

    private static double OutsideZero(double lower, double threshold) => lower > 0 && lower < threshold ? threshold : lower;
}
