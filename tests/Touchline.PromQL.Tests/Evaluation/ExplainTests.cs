using Touchline.Model;

namespace Touchline.PromQL.Tests.Evaluation;

public sealed class ExplainTests
{
    private static readonly QueryLimits Explained = QueryLimits.Default with { Explains = true };

    private static TestData Requests() => new TestData()
        .Series(Labels.Of("__name__", "requests_total", "job", "a"), 10_000, 0, 10, 20, 30, 5, 15, 25)
        .Series(Labels.Of("__name__", "requests_total", "job", "b"), 10_000, 0, 1, 2, 3, 4, 5, 6);

    [Fact]
    public void Plan_is_a_tree_of_the_operators_with_what_each_read_and_made()
    {
        using var engine = Requests().Engine();

        var result = engine.QueryRange("sum by (job) (rate(requests_total[20s])) > 1", 20_000, 60_000, 20_000, Explained, default);

        var filter = result.Plan!;
        Assert.Equal(("binary", "sum by (job) (rate(requests_total[20s])) > 1", 3), (filter.Operator, filter.Expression, filter.Steps));
        var sum = Assert.Single(filter.Children);
        Assert.Equal(("aggregate", 2L, 6L), (sum.Operator, sum.Series, sum.Points));
        var rate = Assert.Single(sum.Children);
        Assert.Equal(("call", "rate(requests_total[20s])", 2L, 6L), (rate.Operator, rate.Expression, rate.Series, rate.Points));
        var range = Assert.Single(rate.Children);
        Assert.Equal(("range", 2L, 12L, 2L, 12L), (range.Operator, range.Series, range.Points, range.SeriesRead, range.SamplesRead));
        Assert.Equal((0L, 0L), (rate.SamplesRead + sum.SamplesRead + filter.SamplesRead, filter.SeriesRead));
        Assert.Equal(result.Statistics.SamplesRead, range.SamplesRead);
    }

    [Fact]
    public void Plan_says_what_is_computed_once_for_all_steps()
    {
        using var engine = Requests().Engine();

        var plan = engine.QueryRange("requests_total - requests_total @ 30", 20_000, 60_000, 20_000, Explained, default).Plan!;

        Assert.Equal(["select", "once"], plan.Children.Select(c => c.Operator));
        Assert.Equal([(3, 6L), (3, 6L)], plan.Children.Select(c => (c.Steps, c.Points)));
        var inner = Assert.Single(plan.Children[1].Children);
        Assert.Equal(("select", 1, 2L), (inner.Operator, inner.Steps, inner.Points));
    }

    [Theory]
    [InlineData("count(requests_total)")]
    [InlineData("topk(1, requests_total)")]
    [InlineData("quantile(0.5, requests_total) by (job)")]
    [InlineData("requests_total or vector(time())")]
    [InlineData("scalar(requests_total{job=\"a\"}) + 1")]
    [InlineData("max_over_time(sum(requests_total)[30s:10s])")]
    [InlineData("info(requests_total)")]
    [InlineData("timestamp(requests_total)")]
    [InlineData("increase(requests_total[20s] anchored)")]
    [InlineData("requests_total smoothed")]
    public void Explained_query_has_the_same_answer(string query)
    {
        using var engine = Requests().Engine();

        var plain = engine.QueryRange(query, 0, 60_000, 10_000, QueryLimits.Default, default);
        var explained = engine.QueryRange(query, 0, 60_000, 10_000, Explained, default);

        Assert.Null(plain.Plan);
        Assert.NotNull(explained.Plan);
        Assert.Equal(plain.Matrix.Select(s => s.Labels), explained.Matrix.Select(s => s.Labels));
        Assert.Equal(plain.Matrix.Select(s => s.Values.ToArray()), explained.Matrix.Select(s => s.Values.ToArray()));
        Assert.Equal(plain.Statistics.SamplesRead, explained.Statistics.SamplesRead);
        Assert.Equal(explained.Statistics.SamplesRead, Sum(explained.Plan, n => n.SamplesRead));
        Assert.Equal(explained.Statistics.SeriesRead, Sum(explained.Plan, n => n.SeriesRead));
    }

    [Fact]
    public void Range_vector_of_an_instant_query_is_explained_and_a_string_has_no_plan()
    {
        using var engine = Requests().Engine();

        var plan = engine.Query("requests_total[30s]", 60_000, Explained, default).Plan!;

        Assert.Equal(("range", 6L, 6L), (plan.Operator, plan.Points, plan.SamplesRead));
        Assert.Null(engine.Query("\"text\"", 60_000, Explained, default).Plan);
    }

    private static long Sum(ExplainedNode node, Func<ExplainedNode, long> value) => value(node) + node.Children.Sum(child => Sum(child, value));
}
