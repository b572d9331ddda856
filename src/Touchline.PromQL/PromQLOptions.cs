namespace Touchline.PromQL;

/// <summary>Limits and defaults of query evaluation. Durations in ms.</summary>
public sealed class PromQLOptions
{
    public long LookbackDeltaMs { get; set; } = 5 * 60_000;

    public long TimeoutMs { get; set; } = 2 * 60_000;

    /// <summary>Samples that one query may hold in memory at once.</summary>
    public long MaxSamples { get; set; } = 50_000_000;

    public int MaxConcurrency { get; set; } = 20;

    /// <summary>The step of a subquery that names none: Prometheus takes the global evaluation interval.</summary>
    public long DefaultSubqueryStepMs { get; set; } = 60_000;

    /// <summary>Memory for the answers of range queries that may be asked again; 0 keeps none.</summary>
    public long RangeCacheBytes { get; set; }

    public PromQLFeatures Features { get; set; }
}
