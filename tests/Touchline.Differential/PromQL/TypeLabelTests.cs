using Touchline.Model;
using Touchline.PromQL;

namespace Touchline.Differential.PromQL;

/// <summary>Queries over series with the labels __type__ and __unit__, with the features that make something of them.</summary>
public sealed class TypeLabelTests
{
    private const long StartMs = 1_700_006_400_000;

    private static readonly string[] Queries =
    [
        "rate(m_total[1m])", "increase(g[1m])", "rate(h_count[1m])", "rate(s_sum[1m])", "irate(g[1m])", "rate(untyped_total[1m])", "rate(g[1m:10s])", "rate((-g)[1m:10s])", "delta(g[1m])",
        "sum(rate(g[1m]))", "rate({x=\"1\",__type__=\"gauge\"}[1m])", "histogram_quantile(0.5, rate(h_bucket[1m]))", "sum without(x) (rate(g[1m]))",
        "sum without(x) (m_total)", "sum without(x) (-m_total)", "sum without(x) (m_total + 0)", "max without(x) (g)", "count without(x) (abs(m_total))", "group without() (-m_total)",
        "sum without(__type__) (m_total)", "sum without(__unit__) (-m_total)", "sum without(x) (sum without(y) (rate(m_total[1m])))", "sum by(__type__) (m_total)",
        "sum by(__type__) (-m_total)", "sum by(__type__, __unit__, x) (rate(m_total[1m]))", "sum by(__name__, __type__) (rate(m_total[1m]))", "topk without(x) (1, -m_total)",
        "quantile without(x) (0.5, abs(g))", "sum without(x) (last_over_time(m_total[1m]))", "sum without(x) (last_over_time((-m_total)[1m:10s]))",
        "count_values without(x) (\"v\", m_total)", "count_values without(x) (\"v\", -m_total)", "count_values by(__type__) (\"v\", -m_total)",
        "-m_total", "m_total + m_total", "m_total > 1", "g > bool 1", "m_total / on(x) g", "m_total * on(x) group_left g", "m_total / ignoring(x) g", "m_total and g",
        "m_total and -m_total", "m_total or -m_total", "sum without(x) (-m_total) + sum without(x) (-m_total)", "sum without(x) (-m_total) or sum without(x) (m_total)",
        "sum without(x) (-m_total or m_total)", "-sum without(x) (m_total)", "abs(sum without(x) (-m_total))", "label_replace(sum without(x) (-m_total), \"t\", \"$1\", \"__type__\", \"(.+)\")",
        "label_replace(rate(m_total[1m]), \"y\", \"$1\", \"__type__\", \"(.+)\")", "label_replace(-g, \"__type__\", \"z\", \"\", \"\")", "last_over_time(g[1m])", "max_over_time(g[1m])",
        "last_over_time((-g)[1m:10s])", "last_over_time((sum without(x) (-g))[1m:10s])", "absent(g{__type__=\"none\"})", "timestamp(g)",
    ];

    [Theory]
    [InlineData]
    [InlineData("type-and-unit-labels")]
    [InlineData("promql-delayed-name-removal")]
    [InlineData("type-and-unit-labels", "promql-delayed-name-removal")]
    public async Task Answers_and_notes_are_those_of_Prometheus(params string[] features)
    {
        var samples = new SampleSet();
        foreach (var (labels, slope) in Series())
        {
            for (var i = 0; i <= 12; i++)
            {
                samples.Add(labels, StartMs + (i * 10_000), i * slope);
            }
        }
        await using var prometheus = await RealPrometheus.StartAsync(features);
        await prometheus.LoadAsync(samples);
        var enabled = PromQLFeatures.ExperimentalFunctions
            | (features.Contains("type-and-unit-labels") ? PromQLFeatures.TypeAndUnitLabels : PromQLFeatures.None)
            | (features.Contains("promql-delayed-name-removal") ? PromQLFeatures.DelayedNameRemoval : PromQLFeatures.None);
        using var engine = new PromQLEngine(samples.ToStore(), new PromQLOptions { Features = enabled }, TimeProvider.System);
        var differences = new List<string>();
        foreach (var query in Queries)
        {
            using var instant = await prometheus.QueryAsync(query, StartMs + 60_000);
            Add(query, Answer.Of(instant).DifferenceTo(Answer.Of(query, () => engine.Query(query, StartMs + 60_000, QueryLimits.Default, default))));
            using var range = await prometheus.QueryRangeAsync(query, StartMs, StartMs + 120_000, 30_000);
            Add(
                query + " over the range",
                Answer.Of(range).DifferenceTo(Answer.Of(query, () => engine.QueryRange(query, StartMs, StartMs + 120_000, 30_000, QueryLimits.Default, default))));
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));

        void Add(string what, string? difference)
        {
            if (difference is not null)
            {
                differences.Add($"{what}: {difference}");
            }
        }
    }

    private static IEnumerable<(Labels Labels, double Slope)> Series()
    {
        foreach (var (x, slope) in new[] { ("1", 1.0), ("2", 2) })
        {
            yield return (Labels.Of("__name__", "m_total", "__type__", "counter", "__unit__", "s", "x", x), slope);
            yield return (Labels.Of("__name__", "g", "__type__", "gauge", "__unit__", "m", "x", x), slope);
        }
        yield return (Labels.Of("__name__", "h_count", "__type__", "histogram"), 2);
        yield return (Labels.Of("__name__", "h_bucket", "__type__", "histogram", "le", "1.0"), 1);
        yield return (Labels.Of("__name__", "h_bucket", "__type__", "histogram", "le", "+Inf"), 2);
        yield return (Labels.Of("__name__", "s_sum", "__type__", "summary"), 1);
        yield return (Labels.Of("__name__", "untyped_total", "x", "1"), 1);
    }
}
