using Touchline.Collectors;
using Touchline.Model;
using Touchline.Tsdb;

namespace Touchline.Telemetry;

/// <summary>How full the series budgets are, and which metrics they refuse new series.</summary>
internal static class CardinalityFigures
{
    /// <summary>Further ones are in the API: these figures must not become many series themselves.</summary>
    private const int MaxRefusals = 20;

    public static void Collect(IMetricWriter writer, TsdbStore store)
    {
        var usage = store.BudgetUsage(0);
        writer.Family("touchline_tsdb_series_limit", MetricType.Gauge, "Most series that the head may hold; 0 is no limit.");
        writer.Sample(usage.Limit);
        var refusals = store.SeriesRefusals(MaxRefusals);
        writer.Family("touchline_tsdb_series_refused", MetricType.Gauge, "About how many different series a series budget refused since start.");
        foreach (var refusal in refusals)
        {
            writer.Sample(refusal.Series, LabelsOf(refusal));
        }
        writer.Family("touchline_tsdb_series_refused_samples_total", MetricType.Counter, "Samples of series that a series budget refused.");
        foreach (var refusal in refusals)
        {
            writer.Sample(refusal.Samples, LabelsOf(refusal));
        }
    }

    // Not "job": that is the label of whoever tells these figures.
    private static string[] LabelsOf(SeriesRefusal refusal) =>
        ["budget", NameOf(refusal.Budget), "metric", refusal.Metric, "scrape_job", refusal.Job, "widest_label", refusal.Label];

    public static string NameOf(BudgetKind budget) => budget switch
    {
        BudgetKind.Metric => "metric",
        BudgetKind.Job => "job",
        _ => "total",
    };
}
