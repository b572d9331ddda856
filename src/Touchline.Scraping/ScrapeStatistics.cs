using Touchline.Scraping.Loops;

namespace Touchline.Scraping;

/// <summary>Counts since the start over all targets, for Touchline's own metrics. Thread-safe.</summary>
public sealed class ScrapeStatistics
{
    private long _scrapes;
    private long _failedScrapes;
    private long _samples;
    private long _duplicateSamples;
    private long _outOfOrderSamples;
    private long _outOfBoundsSamples;
    private long _refusedSamples;
    private long _quarantinedSamples;
    private long _bucketLimitExceeded;
    private long _sampleLimitExceeded;
    private long _bodySizeLimitExceeded;

    public long Scrapes => Interlocked.Read(ref _scrapes);

    public long FailedScrapes => Interlocked.Read(ref _failedScrapes);

    /// <summary>Samples in the bodies, kept or not.</summary>
    public long Samples => Interlocked.Read(ref _samples);

    /// <summary>Left out because the series already had a sample at that time (<c>prometheus_target_scrapes_sample_duplicate_timestamp_total</c>).</summary>
    public long DuplicateSamples => Interlocked.Read(ref _duplicateSamples);

    /// <summary>As <c>prometheus_target_scrapes_sample_out_of_order_total</c>.</summary>
    public long OutOfOrderSamples => Interlocked.Read(ref _outOfOrderSamples);

    /// <summary>As <c>prometheus_target_scrapes_sample_out_of_bounds_total</c>.</summary>
    public long OutOfBoundsSamples => Interlocked.Read(ref _outOfBoundsSamples);

    /// <summary>Left out because the store refused their labels or a budget was exhausted.</summary>
    public long RefusedSamples => Interlocked.Read(ref _refusedSamples);

    /// <summary>Left out because their metric breaks a limit.</summary>
    public long QuarantinedSamples => Interlocked.Read(ref _quarantinedSamples);

    /// <summary>As <c>prometheus_target_scrapes_exceeded_native_histogram_bucket_limit_total</c>.</summary>
    public long BucketLimitExceeded => Interlocked.Read(ref _bucketLimitExceeded);

    /// <summary>As <c>prometheus_target_scrapes_exceeded_sample_limit_total</c>.</summary>
    public long SampleLimitExceeded => Interlocked.Read(ref _sampleLimitExceeded);

    /// <summary>As <c>prometheus_target_scrapes_exceeded_body_size_limit_total</c>.</summary>
    public long BodySizeLimitExceeded => Interlocked.Read(ref _bodySizeLimitExceeded);

    internal void Scraped(bool failed)
    {
        Interlocked.Increment(ref _scrapes);
        Interlocked.Add(ref _failedScrapes, failed ? 1 : 0);
    }

    internal void BodyTooLarge(bool isIt) => Interlocked.Add(ref _bodySizeLimitExceeded, isIt ? 1 : 0);

    internal void Count(in IngestOutcome outcome)
    {
        Interlocked.Add(ref _samples, outcome.Scraped);
        Interlocked.Add(ref _duplicateSamples, outcome.Duplicates);
        Interlocked.Add(ref _outOfOrderSamples, outcome.OutOfOrder);
        Interlocked.Add(ref _outOfBoundsSamples, outcome.OutOfBounds);
        Interlocked.Add(ref _refusedSamples, outcome.Refused);
        Interlocked.Add(ref _quarantinedSamples, outcome.Quarantined);
        Interlocked.Add(ref _bucketLimitExceeded, outcome.BucketLimitExceeded ? 1 : 0);
        Interlocked.Add(ref _sampleLimitExceeded, outcome.SampleLimitExceeded ? 1 : 0);
    }
}
