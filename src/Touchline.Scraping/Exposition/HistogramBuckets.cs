using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>Fewer buckets for the same observations.</summary>
internal static class HistogramBuckets
{
    /// <summary>The histogram without buckets that hold nothing; itself where there are none.</summary>
    public static NativeHistogram Compact(NativeHistogram histogram)
    {
        if (!histogram.PositiveBuckets.Contains(0) && !histogram.NegativeBuckets.Contains(0)
            && !HasEmpty(histogram.PositiveSpans) && !HasEmpty(histogram.NegativeSpans))
        {
            return histogram;
        }
        return With(
            histogram,
            SparseBuckets.Of(histogram.PositiveSpans, histogram.PositiveBuckets).WithoutEmpty(),
            SparseBuckets.Of(histogram.NegativeSpans, histogram.NegativeBuckets).WithoutEmpty());
    }

    /// <summary>Lowers the resolution until no more than so many buckets are left; null where the lowest has more.</summary>
    public static NativeHistogram? Limit(NativeHistogram histogram, int buckets)
    {
        while (histogram.PositiveBuckets.Length + histogram.NegativeBuckets.Length > buckets)
        {
            if (histogram.Schema == NativeHistogram.CustomBucketsSchema || histogram.Schema <= HistogramRules.MinExponentialSchema)
            {
                return null;
            }
            histogram = Reduce(histogram, histogram.Schema - 1);
        }
        return histogram;
    }

    /// <summary>The histogram in a resolution that is no higher; custom buckets have none and stay.</summary>
    public static NativeHistogram Reduce(NativeHistogram histogram, int schema)
    {
        if (histogram.Schema == NativeHistogram.CustomBucketsSchema || histogram.Schema <= schema)
        {
            return histogram;
        }
        return With(
            histogram,
            SparseBuckets.Of(histogram.PositiveSpans, histogram.PositiveBuckets).Reduce(histogram.Schema, schema),
            SparseBuckets.Of(histogram.NegativeSpans, histogram.NegativeBuckets).Reduce(histogram.Schema, schema)) with
        { Schema = schema };
    }

    /// <summary>The highest resolution whose buckets grow by at least the factor. Source: Prometheus, scrape (pickSchema).</summary>
    public static int SchemaOf(double factor) => factor <= 1
        ? HistogramRules.MaxExponentialSchema
        : (int)Math.Clamp(Math.Floor(-Math.Log2(Math.Log2(factor))), HistogramRules.MinExponentialSchema, HistogramRules.MaxExponentialSchema);

    private static bool HasEmpty(BucketSpan[] spans) => Array.Exists(spans, span => span.Length == 0);

    private static NativeHistogram With(NativeHistogram histogram, SparseBuckets positive, SparseBuckets negative)
    {
        var (positiveSpans, positiveCounts) = positive.ToSpans();
        var (negativeSpans, negativeCounts) = negative.ToSpans();
        return histogram with
        {
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveCounts,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeCounts,
        };
    }
}
