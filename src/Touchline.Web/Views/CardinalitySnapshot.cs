namespace Touchline.Web.Views;

/// <summary>Which metrics and labels take the room, now, and which are limited or not read. Sizes in bytes.</summary>
public sealed record CardinalitySnapshot
{
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
