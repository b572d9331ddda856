namespace Touchline.Web.Views;

/// <summary>What the Status page shows of this process. Implemented by the executable. Thread-safe.</summary>
public interface IStatusView
{
    StatusSnapshot Status();
}

/// <summary>Touchline itself, now. Sizes in bytes, times in ms since the Unix epoch.</summary>
public sealed record StatusSnapshot
{
    public required string Version { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required string DataPath { get; init; }

    /// <summary>The configuration file, empty for the built-in configuration.</summary>
    public required string ConfigFile { get; init; }

    /// <summary>The running configuration as YAML, secrets masked.</summary>
    public required string ConfigYaml { get; init; }

    /// <summary>When the configuration was last applied, and why the last try failed (empty where it did not).</summary>
    public required DateTimeOffset ConfigLoadedAt { get; init; }

    public string ConfigError { get; init; } = "";

    /// <summary>Warnings and errors of the running configuration, as <c>file:line:column: …</c>.</summary>
    public IReadOnlyList<string> ConfigFindings { get; init; } = [];

    public long Series { get; init; }

    public long SamplesAppended { get; init; }

    public IReadOnlyDictionary<string, long> SamplesRefused { get; init; } = new Dictionary<string, long>();

    public long WalBytes { get; init; }

    public long BlockBytes { get; init; }

    public int Blocks { get; init; }

    public long HeadMinTimeMs { get; init; }

    public long HeadMaxTimeMs { get; init; }

    public long ResidentBytes { get; init; }

    /// <summary>How much of the log was read back at start, between 0 and 1; null once everything that was stored is loaded.</summary>
    public double? LoadedRatio { get; init; }

    /// <summary>Why samples are refused for now, null where they are not.</summary>
    public string? RefusingBecause { get; init; }

    public IReadOnlyList<string> Damage { get; init; } = [];

    /// <summary>Command-line flags with the values in force.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Flags { get; init; } = [];

    /// <summary>Metric names with the most series in the head, falling.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> TopMetrics { get; init; } = [];

    /// <summary>Metrics whose samples take the most bytes in the blocks, falling.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> DiskBytes { get; init; } = [];

    /// <summary>Metrics that no query has read for <see cref="UnreadDays"/>, those with the most bytes on disk first, and how many there are.</summary>
    public IReadOnlyList<UnreadMetricView> UnreadMetrics { get; init; } = [];

    public int UnreadCount { get; init; }

    public int UnreadDays { get; init; }

    /// <summary>A metric without a last read was not read since.</summary>
    public DateTimeOffset ReadsObservedSince { get; init; }

    /// <summary>Label names with the most values in the head, falling.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> TopLabels { get; init; } = [];

    /// <summary>The series budgets that are set, that of all series first, then the fullest.</summary>
    public IReadOnlyList<BudgetView> Budgets { get; init; } = [];

    /// <summary>Metrics that a budget refused new series since start, those with the most refused samples first.</summary>
    public IReadOnlyList<RefusalView> Refusals { get; init; } = [];
}

/// <param name="Name">The metric.</param>
/// <param name="Series">How many series it has in the head.</param>
/// <param name="DiskBytes">What its samples take in the blocks.</param>
/// <param name="LastReadAt">When a query last read it; null where none did since reads are noted.</param>
public sealed record UnreadMetricView(string Name, int Series, long DiskBytes, DateTimeOffset? LastReadAt);

/// <param name="Kind">What it limits: <c>total</c>, <c>job</c> or <c>metric</c>.</param>
/// <param name="Name">Of the job or metric; empty for the budget of all series.</param>
/// <param name="Series">How many there are.</param>
/// <param name="Limit">How many there may be.</param>
public sealed record BudgetView(string Kind, string Name, long Series, long Limit);

/// <param name="Metric">The metric that was refused new series.</param>
/// <param name="Job">Of this job; empty for series without one.</param>
/// <param name="Kind">The budget that refused them, as <see cref="BudgetView.Kind"/>.</param>
/// <param name="Label">The label of the metric with the most values; empty where the metric has no series.</param>
/// <param name="LabelValues">How many values that is.</param>
/// <param name="Series">About how many different series were refused.</param>
/// <param name="Samples">How many samples with them.</param>
/// <param name="LastAt">When the last one was.</param>
public sealed record RefusalView(
    string Metric, string Job, string Kind, string Label, int LabelValues, long Series, long Samples, DateTimeOffset LastAt);
