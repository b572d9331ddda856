namespace Touchline.Scraping.Loops;

/// <summary>What one body came to.</summary>
internal struct IngestOutcome
{
    /// <summary>Samples in the body.</summary>
    public int Scraped;

    /// <summary>Samples left after metric relabelling.</summary>
    public int AfterRelabelling;

    /// <summary>Samples left after quarantine, those above the sample limit included.</summary>
    public int Kept;

    /// <summary>Samples of metrics that break a limit.</summary>
    public int Quarantined;

    /// <summary>Classic histograms whose series contradict each other, so that no native one came of them.</summary>
    public int Unconvertible;

    /// <summary>Series that the previous scrape did not have.</summary>
    public int SeriesAdded;

    public int Duplicates;
    public int OutOfOrder;
    public int OutOfBounds;

    /// <summary>Samples that the store refused for their labels or for a budget.</summary>
    public int Refused;

    /// <summary>Why the whole body is not stored, null where it is.</summary>
    public string? Error;

    public bool SampleLimitExceeded;

    public bool BucketLimitExceeded;
}
