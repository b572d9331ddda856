using Microsoft.Extensions.Time.Testing;
using Touchline.Model;

namespace Touchline.PromQL.Tests.Evaluation;

public sealed class CancellationTests
{
    private const int SeriesCount = 2000;

    private static TestData Data()
    {
        var data = new TestData();
        for (var i = 0; i < SeriesCount; i++)
        {
            data.Series(Labels.Of("__name__", "m_total", "i", $"{i}"), 10_000, i * 7919 % 1000, 2, 3, 4, 5, 6);
        }
        return data;
    }

    [Theory]
    [InlineData("m_total")]
    [InlineData("sum by (i) (m_total)")]
    [InlineData("rate(m_total[1m])")]
    [InlineData("sum_over_time(rate(m_total[20s])[1m:10s])")]
    [InlineData("m_total + m_total")]
    public void Query_whose_caller_gives_up_reads_no_more_series(string query)
    {
        using var caller = new CancellationTokenSource();
        var store = new CountingStore(Data().Store, 10, caller.Cancel);
        using var engine = new PromQLEngine(store, new PromQLOptions { Features = PromQLFeatures.All }, TimeProvider.System);

        var error = Assert.Throws<OperationCanceledException>(() => engine.Query(query, 50_000, QueryLimits.Default, caller.Token));

        Assert.Equal("query was canceled in expression evaluation", error.Message);
        // Every core may be about to read the series that it has at hand.
        Assert.InRange(store.Reads, 10, 10 + Environment.ProcessorCount);
    }

    [Fact]
    public void Query_that_runs_out_of_time_reads_no_more_series()
    {
        var time = new FakeTimeProvider();
        var store = new CountingStore(Data().Store, 10, () => time.Advance(TimeSpan.FromMinutes(3)));
        using var engine = new PromQLEngine(store, new PromQLOptions(), time);

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.Query("m_total", 50_000, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.Timeout, error.Kind);
        Assert.InRange(store.Reads, 10, 10 + Environment.ProcessorCount);
    }

    [Theory]
    [InlineData("m_total")]
    [InlineData("sort(m_total)")]
    [InlineData("sort_by_label(m_total, \"i\")")]
    [InlineData("m_total[1m]")]
    [InlineData("count by (i) (m_total)")]
    [InlineData("scalar(m_total)")]
    [InlineData("m_total and vector(1)")]
    [InlineData("abs(m_total)")]
    public void Query_given_up_when_all_is_read_makes_no_answer_of_it(string query)
    {
        using var caller = new CancellationTokenSource();
        var store = new CountingStore(Data().Store, SeriesCount, caller.Cancel);
        using var engine = new PromQLEngine(store, new PromQLOptions { Features = PromQLFeatures.All }, TimeProvider.System);

        Assert.Throws<OperationCanceledException>(() => engine.Query(query, 50_000, QueryLimits.Default, caller.Token));

        Assert.Equal(SeriesCount, store.Reads);
    }
}
