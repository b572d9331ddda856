using Touchline.Configuration;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Loops;

/// <summary>native_histogram_min_bucket_factor and native_histogram_bucket_limit, applied in this order as in Prometheus.</summary>
internal sealed class HistogramLimits(ScrapeConfig config)
{
    private readonly int _schema = HistogramBuckets.SchemaOf(config.NativeHistogramMinBucketFactor);

    /// <summary>Lowers the histogram's resolution as far as it must be; gives why it cannot be stored, null where it can.</summary>
    public string? Apply(ref NativeHistogram? histogram, ref IngestOutcome outcome)
    {
        if (HistogramRules.Problem(histogram!) is { Length: > 0 } problem)
        {
            return problem;
        }
        histogram = HistogramBuckets.Reduce(histogram!, _schema);
        if (config.NativeHistogramBucketLimit == 0)
        {
            return null;
        }
        histogram = HistogramBuckets.Limit(histogram, config.NativeHistogramBucketLimit);
        if (histogram is not null)
        {
            return null;
        }
        outcome.BucketLimitExceeded = true;
        return $"histogram bucket limit exceeded (native_histogram_bucket_limit: {config.NativeHistogramBucketLimit})";
    }
}
