using Touchline.Model;

namespace Touchline.PromQL.Tests.Evaluation;

/// <summary>What stands in a query more than once is read and computed once.</summary>
public sealed class RepeatedPartsTests
{
    private const int Series = 3;

    [Theory]
    [InlineData("a / (a + a)", 1)]
    [InlineData("a{i=~\"0|1|2\"} / (a{ i =~ '0|1|2' } + b)", 2)]
    [InlineData("sum(rate(a_total[1m])) / count(rate(a_total[1m]))", 1)]
    [InlineData("sum(a) + on () sum(a) + on () sum(a)", 1)]
    [InlineData("topk(2, a) or sum(a)", 2)] // One needs the order of the series, the other not.
    [InlineData("a - a offset 1m", 2)]
    [InlineData("rate(a_total[1m]) - rate(a_total[2m])", 2)]
    [InlineData("a - a @ 60", 2)]
    [InlineData("max_over_time((a + a)[1m:10s]) + a", 2)]
    [InlineData("rate(a[1m]) + rate(a[1m])", 2)] // What is noted has a place.
    public void Each_series_is_read_once_for_what_is_the_same(string query, int reads)
    {
        var store = new CountingStore(Data().Store, -1, () => { });
        using var engine = new PromQLEngine(store, new PromQLOptions(), TimeProvider.System);

        engine.QueryRange(query, 60_000, 120_000, 10_000, QueryLimits.Default, default);

        Assert.Equal(reads * Series, store.Reads);
    }

    [Theory]
    [InlineData("a / (a + b)", "a / (a * 1 + b)")]
    [InlineData("sum(a) / count(a)", "sum(a) / count(a > -1)")]
    [InlineData("topk(2, a) + on (i) a", "topk(2, a) + on (i) (a * 1)")]
    [InlineData("sum by (i) (a) * on (i) group_right a", "sum by (i) (a * 1) * on (i) group_right a")]
    public void The_answer_is_that_of_parts_that_are_computed_apart(string query, string apart)
    {
        using var engine = Data().Engine();

        var (shared, separate) = (Ask(query), Ask(apart));

        Assert.NotEmpty(shared.Matrix);
        Assert.Equal(separate.Matrix.Select(Text), shared.Matrix.Select(Text));
        Assert.Equal(separate.Statistics.QueryableSamples, shared.Statistics.QueryableSamples);

        QueryResult Ask(string text) => engine.QueryRange(text, 60_000, 120_000, 10_000, QueryLimits.Default, default);
    }

    [Fact]
    public void What_is_noted_has_the_place_of_the_last()
    {
        using var engine = Data().Engine();

        var note = Assert.Single(engine.QueryRange("rate(a[1m]) + rate(a[1m])", 60_000, 120_000, 10_000, QueryLimits.Default, default).Annotations);

        Assert.Equal(19, note.Span.Start);
    }

    private static string Text(SeriesColumns series) => $"{series.Labels} {string.Join(' ', series.Values.ToArray())} {string.Join(' ', series.Timestamps.ToArray())}";

    private static TestData Data()
    {
        var data = new TestData();
        for (var i = 0; i < Series; i++)
        {
            foreach (var name in new[] { "a", "b", "a_total" })
            {
                data.Series(Labels.Of("__name__", name, "i", $"{i}"), 10_000, [.. Enumerable.Range(0, 13).Select(step => (double?)(step * (i + 2) + name.Length))]);
            }
        }
        return data;
    }
}
