using Touchline.Model;
using Touchline.Web.Charts;
using Touchline.Web.Formatting;
using Touchline.Web.Views;

namespace Touchline.Web.Overview;

/// <summary>The questions about one service: rate, errors and duration of its requests, and the figures of its business where it has them.</summary>
internal sealed class ServiceQueries(string job)
{
    private const string Requests = "http_requests_total";
    private const string Duration = "http_request_duration_seconds_bucket";

    private readonly string _job = $"job={QuotedString.Of(job)}";

    public IReadOnlyList<ChartQuery> RateChart =>
    [
        new($"sum by (status_code) (rate({Requests}{{{_job}}}[$__rate_interval]))", "{{status_code}}"),
    ];

    public IReadOnlyList<ChartQuery> DurationChart =>
    [
        new(Quantile("0.5", "$__rate_interval"), "p50"),
        new(Quantile("0.95", "$__rate_interval"), "p95"),
        new(Quantile("0.99", "$__rate_interval"), "p99"),
    ];

    public IReadOnlyList<ChartQuery> AccuracyChart => [new($"avg by (model_type) (prediction_accuracy{{{_job}}})", "{{model_type}}")];

    public ServiceFigures Read(InstantReader reader, ServiceView service, long intervalMs)
    {
        var window = PrometheusDuration.Format(Math.Max(4 * intervalMs, 60_000));
        var rate = $"sum(rate({Requests}{{{_job}}}[{window}]))";
        return new ServiceFigures
        {
            Service = service,
            Rate = reader.One(rate),
            ErrorRatio = reader.One($"(sum(rate({Requests}{{{_job},status_code=~\"5..\"}}[{window}])) or 0 * {rate}) / ({rate} > 0)"),
            Median = reader.One(Quantile("0.5", window)),
            P95 = reader.One(Quantile("0.95", window)),
            Business =
            [
                .. Business(reader, "Prediction accuracy", Unit.Ratio, $"avg by (model_type) (prediction_accuracy{{{_job}}})", "model_type"),
                .. Business(reader, "Predictions", Unit.PerSecond, $"sum(rate(prediction_requests_total{{{_job}}}[{window}]))", ""),
                .. Business(reader, "Active users", Unit.Number, $"sum(active_users{{{_job}}})", ""),
                .. Business(reader, "Data quality", Unit.Ratio, $"avg(data_quality_score{{{_job}}})", ""),
            ],
        };
    }

    private static IEnumerable<BusinessFigure> Business(InstantReader reader, string title, Unit unit, string query, string label)
    {
        var samples = reader.Many(query);
        if (samples.Count > 0)
        {
            yield return new BusinessFigure(title, unit, [.. samples.Select(s => (s.Labels[label], s.Value))]);
        }
    }

    private string Quantile(string quantile, string window) => $"histogram_quantile({quantile}, sum by (le) (rate({Duration}{{{_job}}}[{window}])))";
}
