using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;

namespace Touchline.PromQL;

/// <summary>
/// A bucket with its borders: (lower, upper], or [lower, upper) for negative observations; the zero bucket and the lowest custom bucket have both.
/// Borders may be infinite. Source: Prometheus's native histogram specification.
/// </summary>
public readonly record struct HistogramBucket(double Lower, double Upper, double Count, bool LowerInclusive, bool UpperInclusive)
{
    /// <summary>All buckets from the most negative to the most positive, the zero bucket in between where its count is positive.</summary>
    public static IReadOnlyList<HistogramBucket> Of(NativeHistogram histogram) => BucketBounds.All(histogram);
}
