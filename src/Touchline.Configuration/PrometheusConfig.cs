using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>A whole prometheus.yml, defaults filled in, relative paths resolved against the file's folder. Immutable; swapped as one.</summary>
public sealed record PrometheusConfig
{
    /// <summary>The file it was read from, empty for the built-in configuration.</summary>
    public string FileName { get; init; } = "";

    public GlobalConfig Global { get; init; } = new();

    /// <summary>Paths of rule files, with globs.</summary>
    public IReadOnlyList<string> RuleFiles { get; init; } = [];

    public IReadOnlyList<ScrapeConfig> ScrapeConfigs { get; init; } = [];

    /// <summary><c>host:port</c> of statically configured Alertmanagers.</summary>
    public IReadOnlyList<string> AlertmanagerTargets { get; init; } = [];

    public StorageConfig Storage { get; init; } = new();

    /// <summary>Touchline's own section: the first policy that a series matches counts. Null where it has an error, so that nothing must be dropped.</summary>
    public IReadOnlyList<RetentionPolicyConfig>? RetentionPolicies { get; init; } = [];

    /// <summary>Touchline's own section: databases and caches that are asked directly.</summary>
    public MiddlewareConfig Middleware { get; init; } = new();
}

/// <summary>The <c>global</c> section. Durations in ms.</summary>
public sealed record GlobalConfig
{
    public long ScrapeIntervalMs { get; init; } = 60_000;

    public long ScrapeTimeoutMs { get; init; } = 10_000;

    public long EvaluationIntervalMs { get; init; } = 60_000;

    public Labels ExternalLabels { get; init; } = Labels.Empty;
}

/// <summary>The <c>storage.tsdb</c> section: null where the file does not say.</summary>
public sealed record StorageConfig
{
    public long? OutOfOrderTimeWindowMs { get; init; }

    public long? RetentionTimeMs { get; init; }

    public long? RetentionSizeBytes { get; init; }

    public SeriesLimitsConfig? SeriesLimits { get; init; }

    /// <summary>Whether all that is different from another section can change while the store is open.</summary>
    public bool IsReloadableFrom(StorageConfig running) =>
        this with { OutOfOrderTimeWindowMs = running.OutOfOrderTimeWindowMs, SeriesLimits = running.SeriesLimits } == running;
}

/// <summary>How many series the store holds at most, a key of Touchline's own: in all, of each job, of each metric, and of some by name. 0 is no limit.</summary>
public sealed record SeriesLimitsConfig
{
    public int? Total { get; init; }

    public int PerJob { get; init; }

    public int PerMetric { get; init; }

    public IReadOnlyDictionary<string, int> Jobs { get; init; } = new Dictionary<string, int>();

    public IReadOnlyDictionary<string, int> Metrics { get; init; } = new Dictionary<string, int>();
}
