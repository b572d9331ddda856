using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>One entry of <c>scrape_configs</c>, with the global section's defaults filled in. Durations in ms, sizes in bytes; 0 is no limit.</summary>
public sealed record ScrapeConfig
{
    public required string JobName { get; init; }

    public long ScrapeIntervalMs { get; init; } = 60_000;

    public long ScrapeTimeoutMs { get; init; } = 10_000;

    /// <summary>The formats to ask for, the best first; null is the default.</summary>
    public IReadOnlyList<string>? ScrapeProtocols { get; init; }

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

    /// <summary>Dropped targets to remember; 0 is all.</summary>
    public int KeepDroppedTargets { get; init; }

    public int NativeHistogramBucketLimit { get; init; }

    /// <summary>How much wider than the one before a bucket must be at least; 0 is any.</summary>
    public double NativeHistogramMinBucketFactor { get; init; }

    /// <summary>What happens to what breaks a limit; a setting of Touchline's own.</summary>
    public LimitAction OnLimit { get; init; }

    /// <summary>Null where the file does not say: then the process decides.</summary>
    public bool? ScrapeNativeHistograms { get; init; }

    /// <summary>Whether classic histograms become native ones with custom buckets.</summary>
    public bool ConvertClassicHistograms { get; init; }

    /// <summary>Whether classic histograms are kept beside the native ones of the same name.</summary>
    public bool AlwaysScrapeClassicHistograms { get; init; }

    /// <summary>Whether there are series that tell of the limits and the body of a scrape; null where the file does not say: then the process decides.</summary>
    public bool? ExtraScrapeMetrics { get; init; }

    /// <summary>A file that every failed scrape is written to; null is none.</summary>
    public string? ScrapeFailureLogFile { get; init; }

    public NameValidation MetricNameValidation { get; init; }

    /// <summary>How a target is asked to write names outside the classic alphabet: <c>allow-utf-8</c>, <c>underscores</c>, <c>dots</c>, <c>values</c>.</summary>
    public string MetricNameEscaping { get; init; } = "allow-utf-8";

    public HttpClientConfig Http { get; init; } = new();

    public IReadOnlyList<StaticConfig> StaticConfigs { get; init; } = [];

    public IReadOnlyList<FileDiscoveryConfig> FileDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<HttpDiscoveryConfig> HttpDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<DnsDiscoveryConfig> DnsDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<DockerDiscoveryConfig> DockerDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<DockerSwarmDiscoveryConfig> DockerSwarmDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<Ec2DiscoveryConfig> Ec2DiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<ConsulDiscoveryConfig> ConsulDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<KubernetesDiscoveryConfig> KubernetesDiscoveryConfigs { get; init; } = [];

    public IReadOnlyList<RelabelConfig> RelabelConfigs { get; init; } = [];

    public IReadOnlyList<RelabelConfig> MetricRelabelConfigs { get; init; } = [];
}

/// <summary>What becomes of what breaks a limit.</summary>
public enum LimitAction
{
    /// <summary>The metric at fault is left out and named; the rest of the scrape is stored.</summary>
    Quarantine,

    /// <summary>The scrape fails as a whole, as in Prometheus.</summary>
    DropTarget,
}

/// <summary>Which names of metrics and labels are taken.</summary>
public enum NameValidation
{
    Utf8,
    Legacy,
}

/// <summary>A group of targets written out in the file; every address gets the labels.</summary>
public sealed record StaticConfig(IReadOnlyList<string> Targets, Labels Labels);
