using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>One entry of <c>scrape_configs</c>, with the global section's defaults filled in. Durations in ms, sizes in bytes; 0 is no limit.</summary>
public sealed record ScrapeConfig
{
    public required string JobName { get; init; }

    public long ScrapeIntervalMs { get; init; } = 60_000;

    public long ScrapeTimeoutMs { get; init; } = 10_000;

    /// <summary>How to read answers without a usable Content-Type (<c>PrometheusText0.0.4</c>, say); null is to refuse them.</summary>
    public string? FallbackScrapeProtocol { get; init; }

    public string MetricsPath { get; init; } = "/metrics";

    public string Scheme { get; init; } = "http";

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Params { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public bool HonorLabels { get; init; }

    public bool HonorTimestamps { get; init; } = true;

    public bool TrackTimestampsStaleness { get; init; }

    public long BodySizeLimitBytes { get; init; }

    public int SampleLimit { get; init; }

    public int LabelLimit { get; init; }

    public int LabelNameLengthLimit { get; init; }

    public int LabelValueLengthLimit { get; init; }

    public int TargetLimit { get; init; }

    public HttpClientConfig Http { get; init; } = new();

    public IReadOnlyList<StaticConfig> StaticConfigs { get; init; } = [];

    public IReadOnlyList<FileDiscoveryConfig> FileDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<RelabelConfig> RelabelConfigs { get; init; } = [];

    public IReadOnlyList<RelabelConfig> MetricRelabelConfigs { get; init; } = [];
}

/// <summary>A group of targets written out in the file; every address gets the labels.</summary>
public sealed record StaticConfig(IReadOnlyList<string> Targets, Labels Labels);

/// <summary>A group of files that list targets, read again when they change and at each interval (ms).</summary>
public sealed record FileDiscoveryConfig(IReadOnlyList<string> Files, long RefreshIntervalMs);
