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

    /// <summary>All buckets from the most negative to the most positive, the zero bucket in between where its count is positive.</summary>
    public static List<HistogramBucket> All(NativeHistogram h)
    {
        var result = new List<HistogramBucket>();
        var negative = SparseBuckets.Of(h.NegativeSpans, h.NegativeBuckets).All;
        for (var i = negative.Length - 1; i >= 0; i--)
        {
            var (index, count) = negative[i];
            result.Add(new HistogramBucket(-Upper(index, h.Schema, h.CustomBounds), -Lower(index, h.Schema, h.CustomBounds), count, true, false));
        }
        if (h.ZeroCount > 0)
        {
            result.Add(new HistogramBucket(-h.ZeroThreshold, h.ZeroThreshold, h.ZeroCount, true, true));
        }
        foreach (var (index, count) in SparseBuckets.Of(h.PositiveSpans, h.PositiveBuckets).All)
        {
            var lowest = index == 0 && h.Schema == NativeHistogram.CustomBucketsSchema;
            result.Add(new HistogramBucket(Lower(index, h.Schema, h.CustomBounds), Upper(index, h.Schema, h.CustomBounds), count, lowest, true));
        }
        return result;
    }
}
