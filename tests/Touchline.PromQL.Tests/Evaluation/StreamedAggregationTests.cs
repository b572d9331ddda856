using System.Globalization;
using Touchline.Model;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>Aggregations take their operand's series one after the other.</summary>
public sealed class StreamedAggregationTests
{
    private const int Many = 5_000;

    [Theory]
    [InlineData("sum(m)", 12_497_500)]
    [InlineData("avg(m)", 2_499.5)]
    [InlineData("count(m)", Many)]
    [InlineData("max(m)", Many - 1)]
    [InlineData("sum(max_over_time(m[1m]))", 12_497_500)]
    [InlineData("sum(max_over_time({__name__=~\"m\"}[1m]))", 12_497_500)]
    [InlineData("max(sum by (tenth) (m))", 1_252_000)]
    [InlineData("sum(m) / count(m)", 2_499.5)]
    public void Aggregation_holds_a_part_of_its_operand_at_a_time(string query, double expected)
    {
        using var engine = ManySeries().Engine(new PromQLOptions { MaxSamples = Many - 1 });

        Assert.Equal(expected, engine.Query(query, 10_000, QueryLimits.Default, default).Vector[0].Value);
    }

    [Theory]
    [InlineData("quantile(0.5, m)")]
    [InlineData("topk(1, m)")]
    public void Aggregation_that_keeps_its_operand_has_all_of_it_counted(string query)
    {
        using var engine = ManySeries().Engine(new PromQLOptions { MaxSamples = Many - 1 });

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.Query(query, 10_000, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.TooManySamples, error.Kind);
    }

    [Fact]
    public void Groups_come_in_the_order_of_their_first_series()
    {
        using var engine = ManySeries().Engine();

        var groups = engine.Query("count by (tenth) (m)", 10_000, QueryLimits.Default, default).Vector;

        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), groups.Select(g => g.Labels["tenth"]));
        Assert.All(groups, g => Assert.Equal(Many / 10, g.Value));
    }

    [Fact]
    public void Series_that_are_alike_without_their_name_are_refused_where_they_meet()
    {
        using var engine = TwoNames(0).Engine();

        var error = Assert.Throws<PromQLEvaluationException>(
            () => engine.QueryRange("sum(count_over_time({__name__=~\"a|b\"}[10s]))", 10_000, 60_000, 10_000, QueryLimits.Default, default));

        Assert.Equal("vector cannot contain metrics with the same labelset", error.Message);
    }

    [Fact]
    public void Series_that_are_alike_without_their_name_and_never_meet_are_one()
    {
        using var engine = TwoNames(3).Engine();

        var matrix = engine.QueryRange("sum(count_over_time({__name__=~\"a|b\"}[10s]))", 10_000, 50_000, 10_000, QueryLimits.Default, default).Matrix;

        Assert.Equal([1, 1, 1, 1, 1], Assert.Single(matrix).Values.ToArray());
    }

    private static TestData ManySeries()
    {
        var data = new TestData();
        for (var i = 0; i < Many; i++)
        {
            var number = i.ToString("D4", CultureInfo.InvariantCulture);
            data.Series(Labels.Of("__name__", "m", "i", number, "tenth", number[3..]), 10_000, i, i);
        }
        return data;
    }

    /// <summary>Metrics a and b of the same labels; b begins so many steps later, and a ends there where that is not 0.</summary>
    private static TestData TwoNames(int later) => new TestData()
        .Series(Labels.Of("__name__", "a", "i", "1"), 10_000, later == 0 ? [1, 1, 1, 1, 1, 1] : [1, 1, 1])
        .Series(Labels.Of("__name__", "b", "i", "1"), 10_000, [.. Enumerable.Range(0, 6).Select(i => i < later ? (double?)null : 1)]);
}
