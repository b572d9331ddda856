namespace Touchline.Tsdb;

/// <summary>How many series the head may hold: in all, of each job, of each metric; 0 is no limit. A name's own limit goes before the one for each.</summary>
public sealed record SeriesLimits
{
    public static SeriesLimits None { get; } = new();

    public long Total { get; init; }

    public long PerJob { get; init; }

    public long PerMetric { get; init; }

    public IReadOnlyDictionary<string, long> Jobs { get; init; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> Metrics { get; init; } = new Dictionary<string, long>();

    public bool AreNone => Total <= 0 && PerJob <= 0 && PerMetric <= 0 && Jobs.Count == 0 && Metrics.Count == 0;

    public long OfJob(string job) => Jobs.TryGetValue(job, out var own) ? own : PerJob;

    public long OfMetric(string metric) => Metrics.TryGetValue(metric, out var own) ? own : PerMetric;
}

public enum BudgetKind
{
    Total,
    Job,
    Metric,
}

/// <summary>How full the series budgets are: series in the head, the limit for all (0: none), and the jobs and metrics that have a limit, fullest first.</summary>
public sealed record BudgetUsage(long Series, long Limit, IReadOnlyList<NamedUsage> Jobs, IReadOnlyList<NamedUsage> Metrics);

public readonly record struct NamedUsage(string Name, long Series, long Limit);

/// <summary>A metric of a job that a budget refused new series, since start.</summary>
/// <param name="Budget">Which budget refused them.</param>
/// <param name="Limit">The budget at the last refusal, in series.</param>
/// <param name="Metric">The metric's name.</param>
/// <param name="Job">The job's name; empty for series without one.</param>
/// <param name="Label">The label of the metric that has the most values in the head; empty where the metric has no series there.</param>
/// <param name="LabelValues">How many values that is, among the newest 10,000 series of the metric.</param>
/// <param name="Series">About how many different series were refused.</param>
/// <param name="Samples">How many samples were refused with them.</param>
/// <param name="FirstAt">When the first was refused.</param>
/// <param name="LastAt">When the last was refused.</param>
public sealed record SeriesRefusal(
    BudgetKind Budget, long Limit, string Metric, string Job, string Label, int LabelValues, long Series, long Samples, DateTimeOffset FirstAt, DateTimeOffset LastAt);
