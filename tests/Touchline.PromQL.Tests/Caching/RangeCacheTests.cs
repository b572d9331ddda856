using Touchline.Model;
using Touchline.PromQL.Tests.Evaluation;

namespace Touchline.PromQL.Tests.Caching;

/// <summary>What is kept and what is not; that answers stay right while the store changes is tried with a real one (CachedRangesTests).</summary>
public sealed class RangeCacheTests : IDisposable
{
    private readonly PromQLEngine _engine = Data().Engine(new PromQLOptions { RangeCacheBytes = 20_000, Features = PromQLFeatures.All });

    public void Dispose() => _engine.Dispose();

    [Theory]
    [InlineData("a", 1)]
    [InlineData("sum(rate(c_total[1m])) by (i)", 1)]
    [InlineData("quantile(0.5, a)", 1)]
    [InlineData("max_over_time(a[1m:])", 1)]
    [InlineData("a @ end()", 0)]
    [InlineData("max_over_time(a[1m:10s] @ 60)", 0)]
    [InlineData("a * (end() - start())", 0)]
    [InlineData("a * range()", 0)]
    [InlineData("a offset (range() / 10)", 0)]
    [InlineData("stddev_over_time(a[1m])", 0)]
    [InlineData("topk(scalar(count(a)), a)", 0)]
    [InlineData("a smoothed", 0)]
    public void A_query_whose_steps_stand_for_themselves_is_kept(string query, int kept)
    {
        Ask(query, 0, 100);
        Assert.Equal(kept, _engine.RangeCache.Count);
        Ask(query, 0, 100);
        Assert.Equal(kept, _engine.RangeCache.Hits);
        Ask(query, 30, 130);
        Assert.Equal(kept, _engine.RangeCache.PartialHits);
        Assert.Equal(kept, _engine.RangeCache.Misses);
    }

    [Theory]
    [InlineData(10, 20)] // Its steps are farther apart.
    [InlineData(10, 10, 5)] // They lie in between.
    public void Other_steps_are_other_answers(int step, int otherStep, int from = 0)
    {
        Ask("a", 0, 100, step);
        Ask("a", from, 100 + from, otherStep);
        Assert.Equal((0, 2), (_engine.RangeCache.Hits + _engine.RangeCache.PartialHits, _engine.RangeCache.Count));
    }

    [Fact]
    public void What_the_configuration_says_of_subqueries_counts()
    {
        _engine.Options.DefaultSubqueryStepMs = 10_000;
        var often = Ask("count_over_time(a[1m:])", 60, 100)[0].Values.Span[0];
        _engine.Options.DefaultSubqueryStepMs = 30_000;
        Assert.NotEqual(often, Ask("count_over_time(a[1m:])", 60, 100)[0].Values.Span[0]);
    }

    [Fact]
    public void Another_lookback_is_another_answer()
    {
        var limits = new QueryLimits(null, 1000);
        Ask("a", 3, 93);
        Assert.Empty(_engine.QueryRange("a", 3_000, 93_000, 10_000, limits, default).Matrix);
    }

    [Fact]
    public void Whoever_wants_it_computed_has_it_computed()
    {
        Ask("a", 0, 100);
        foreach (var limits in new[] { QueryLimits.Default with { IsComputed = true }, QueryLimits.Default with { Explains = true }, QueryLimits.Default with { CountsSteps = true } })
        {
            Assert.True(_engine.QueryRange("a", 0, 100_000, 10_000, limits, default).Statistics.SamplesRead > 0);
        }
        Assert.Equal(0, _engine.QueryRange("a", 0, 100_000, 10_000, QueryLimits.Default, default).Statistics.SamplesRead);
    }

    [Fact]
    public void Measuring_operators_computes_nothing_that_is_kept()
    {
        var limits = QueryLimits.Default with { MeasuresOperators = true };
        Assert.NotNull(_engine.QueryRange("a", 0, 100_000, 10_000, limits, default).Plan);
        var kept = _engine.QueryRange("a", 0, 100_000, 10_000, limits, default);
        Assert.Equal((null, 0L), (kept.Plan, kept.Statistics.SamplesRead));
    }

    [Fact]
    public void Those_that_were_not_asked_for_the_longest_make_room()
    {
        for (var i = 0; i < 50; i++)
        {
            Ask("a", 0, 100);
            Ask($"a + {i}", 0, 100);
        }
        Assert.InRange(_engine.RangeCache.Bytes, 10_000, 20_000);
        Assert.Equal(49, _engine.RangeCache.Hits); // All of a.
    }

    [Fact]
    public void One_answer_does_not_take_all_the_room()
    {
        Ask("a", 0, 900, 1);
        Assert.Equal((0, 0L), (_engine.RangeCache.Count, _engine.RangeCache.Bytes));
    }

    [Fact]
    public void Answers_with_something_to_note_are_not_kept()
    {
        Ask("rate(c_total[1m])", 0, 100);
        Assert.Equal(1, _engine.RangeCache.Count);
        Ask("rate(a[1m])", 0, 100);
        Assert.Equal(1, _engine.RangeCache.Count);
    }

    private IReadOnlyList<SeriesColumns> Ask(string query, int from, int to, int step = 10) =>
        _engine.QueryRange(query, from * 1000, to * 1000, step * 1000, QueryLimits.Default, default).Matrix;

    private static TestData Data()
    {
        var data = new TestData();
        for (var i = 0; i < 3; i++)
        {
            data.Series(Labels.Of("__name__", "a", "i", $"{i}"), 10_000, [.. Enumerable.Range(0, 100).Select(step => (double?)(step * (i + 1)))]);
            data.Series(Labels.Of("__name__", "c_total", "i", $"{i}"), 10_000, [.. Enumerable.Range(0, 100).Select(step => (double?)step)]);
        }
        return data;
    }
}
