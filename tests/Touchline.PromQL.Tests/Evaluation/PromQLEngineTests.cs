using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Tests.Evaluation;

public sealed class PromQLEngineTests
{
    private static TestData Requests() => new TestData()
        .Series(Labels.Of("__name__", "requests_total", "job", "a"), 10_000, 0, 10, 20, 30, 5, 15, 25)
        .Series(Labels.Of("__name__", "requests_total", "job", "b"), 10_000, 0, 1, 2, 3, 4, 5, 6);

    [Fact]
    public void Range_query_is_ordered_by_labels_and_has_a_point_a_step()
    {
        using var engine = Requests().Engine();

        var result = engine.QueryRange("rate(requests_total[20s])", 20_000, 60_000, 20_000, QueryLimits.Default, default);

        Assert.Equal(ExprType.Matrix, result.Type);
        Assert.Equal(["a", "b"], result.Matrix.Select(s => s.Labels["job"]));
        Assert.Equal([20_000L, 40_000L, 60_000L], result.Matrix[0].Timestamps.ToArray());
        Assert.Equal([0.1, 0.1, 0.1], result.Matrix[1].Values.ToArray().Select(v => Math.Round(v, 12)));
        Assert.Null(result.Matrix[0].Histograms);
    }

    [Fact]
    public void Scalar_over_a_range_is_one_series_without_labels()
    {
        using var engine = new TestData().Engine();

        var result = engine.QueryRange("time() + 1", 0, 3_000, 1_500, QueryLimits.Default, default);

        var series = Assert.Single(result.Matrix);
        Assert.Equal(Labels.Empty, series.Labels);
        Assert.Equal([1, 2.5, 4], series.Values.ToArray());
    }

    [Fact]
    public void Instant_query_counts_what_it_read()
    {
        using var engine = Requests().Engine();

        var result = engine.Query("sum(increase(requests_total[1m]))", 60_000, QueryLimits.Default, default);

        Assert.Equal(2, result.Statistics.SeriesRead);
        Assert.Equal(12, result.Statistics.SamplesRead);
        Assert.True(result.Statistics.PeakSamples >= 6);
        Assert.Equal(60_000, Assert.Single(result.Vector).TimestampMs);
    }

    [Theory]
    [InlineData("(", ")", 4000)]
    [InlineData("-(", ")", 4000)]
    [InlineData("abs(", ")", 2000)]
    [InlineData("sum by (job) (", ")", 2000)]
    [InlineData("sum_over_time(", "[10s:10s])", 600)]
    [InlineData("requests_total or ", "", 4000)]
    [InlineData("1 + ", "", 8000)]
    public void Deep_query_is_answered(string open, string close, int levels)
    {
        using var engine = Requests().Engine();
        var query = string.Concat(Enumerable.Repeat(open, levels)) + "requests_total" + string.Concat(Enumerable.Repeat(close, levels));

        Assert.Equal(2, engine.Query(query, 60_000, QueryLimits.Default, default).Vector.Count);
        Assert.Equal(2, engine.QueryRange(query, 0, 60_000, 20_000, QueryLimits.Default, default).Matrix.Count);
    }

    [Theory]
    [InlineData("requests_total[5m]", "invalid expression type \"range vector\" for range query, must be Scalar or instant Vector")]
    [InlineData("\"text\"", "invalid expression type \"string\" for range query, must be Scalar or instant Vector")]
    public void Range_query_of_a_type_without_steps_is_refused(string query, string message)
    {
        using var engine = Requests().Engine();

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.QueryRange(query, 0, 1, 1, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.InvalidQuery, error.Kind);
        Assert.Equal(message, error.Message);
    }
}
