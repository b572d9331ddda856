using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>A file with mappings of StatsD names, as statsd_exporter has it.</summary>
public sealed record StatsDMappingConfig
{
    /// <summary>In the order of the file.</summary>
    public IReadOnlyList<StatsDMapping> Mappings { get; init; } = [];

    /// <summary>Whether timers become histograms where a mapping does not say; null where nobody does.</summary>
    public bool? IsHistogram { get; init; }

    public IReadOnlyList<double>? Buckets { get; init; }

    public StatsDNativeConfig Native { get; init; } = new();

    public StatsDSummaryConfig? Summary { get; init; }

    /// <summary>Whether of several mappings with wildcards not the first counts, but the one that has a wildcard latest.</summary>
    public bool DisablesGlobOrdering { get; init; }

    /// <summary>How long a series outlives its last event; zero for ever.</summary>
    public TimeSpan? Ttl { get; init; }
}

/// <summary>What becomes of names that match.</summary>
public sealed record StatsDMapping
{
    /// <summary>Parts between dots, <c>*</c> for any one part; or a regular expression.</summary>
    public string Match { get; init; } = "";

    public bool IsRegex { get; init; }

    /// <summary>The only type that it is for; null for all.</summary>
    public StatsDMetricType? MatchMetricType { get; init; }

    /// <summary>The metric's name, captures as <c>$1</c>.</summary>
    public string Name { get; init; } = "";

    public IReadOnlyList<Label> Labels { get; init; } = [];

    public string Help { get; init; } = "";

    /// <summary>Whether what matches is thrown away.</summary>
    public bool IsDrop { get; init; }

    /// <summary>Whether tags stand over labels of the same name.</summary>
    public bool HonorLabels { get; init; }

    /// <summary>What values are multiplied with.</summary>
    public double Scale { get; init; } = 1;

    public TimeSpan? Ttl { get; init; }

    public bool? IsHistogram { get; init; }

    public IReadOnlyList<double>? Buckets { get; init; }

    public StatsDNativeConfig Native { get; init; } = new();

    public StatsDSummaryConfig? Summary { get; init; }
}

/// <summary>The types that a mapping tells apart.</summary>
public enum StatsDMetricType
{
    Counter,
    Gauge,
    Observer,
}

/// <summary>Native buckets that histograms have beside the classic ones; null where nothing is said.</summary>
public sealed record StatsDNativeConfig
{
    /// <summary>By how much each bucket's bound is at most above the one before; 1 and less are no native buckets.</summary>
    public double? Factor { get; init; }

    /// <summary>Most buckets of one histogram; with more its resolution is lowered.</summary>
    public int? MaxBuckets { get; init; }
}

/// <summary>How a summary of timers is made; null where the default holds.</summary>
public sealed record StatsDSummaryConfig
{
    public IReadOnlyList<(double Quantile, double Error)>? Quantiles { get; init; }

    public TimeSpan? MaxAge { get; init; }

    public int? AgeBuckets { get; init; }
}
