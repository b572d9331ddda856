using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL.Tests.Evaluation;

public sealed class QueryLimitsTests
{
    private static TestData HundredSeries()
    {
        var data = new TestData();
        for (var i = 0; i < 100; i++)
        {
            data.Series(Labels.Of("__name__", "m_total", "i", $"{i}"), 10_000, 1, 2, 3, 4, 5, 6);
        }
        return data;
    }

    [Theory]
    [InlineData("m_total")]
    [InlineData("rate(m_total[1m])")]
    [InlineData("sum(m_total)")]
    [InlineData("count_values(\"v\", m_total)")]
    [InlineData("m_total + m_total")]
    [InlineData("sum_over_time(m_total[1m:10s])")]
    public void Query_that_holds_more_samples_than_allowed_fails(string query)
    {
        using var engine = HundredSeries().Engine(new PromQLOptions { MaxSamples = 99 });

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.Query(query, 50_000, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.TooManySamples, error.Kind);
        Assert.Equal("query processing would load too many samples into memory in query execution", error.Message);
    }

    [Fact]
    public void Samples_that_are_decoded_at_once_count_even_where_few_points_come_of_them()
    {
        using var engine = HundredSeries().Engine(new PromQLOptions { MaxSamples = 5 });

        var error = Assert.Throws<PromQLEvaluationException>(
            () => engine.QueryRange("m_total{i=\"1\"}", 0, 50_000, 50_000, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.TooManySamples, error.Kind);
    }

    [Theory]
    [InlineData("m_total{i=\"1\"}", "1 1 1")]
    [InlineData("rate(m_total{i=\"1\"}[20s])", "2 2 2")]
    [InlineData("sum_over_time(m_total{i=\"1\"}[20s:5s])", "3 4 4")]
    [InlineData("max_over_time(rate(m_total{i=\"1\"}[20s])[20s:10s])", "1 2 2")]
    [InlineData("m_total{i=\"1\"} @ 50", "1 1 1")]
    [InlineData("rate(m_total{i=\"1\"}[30s] @ 50)", "3 3 3")]
    [InlineData("sum(m_total) + sum(m_total)", "200 200 200")]
    [InlineData("1", "0 0 0")]
    [InlineData("timestamp(m_total{i=\"1\"})", "1 1 1")]
    [InlineData("absent(m_total{i=\"1\"})", "1 1 1")]
    public void Samples_that_a_step_looks_at_are_counted_as_Prometheus_counts_them(string query, string perStep)
    {
        using var engine = HundredSeries().Engine();

        var statistics = engine.QueryRange(query, 10_000, 50_000, 20_000, new QueryLimits { CountsSteps = true }, default).Statistics;

        Assert.Equal(perStep, string.Join(' ', statistics.SamplesPerStep.Select(step => step.Samples)));
        Assert.Equal([10_000, 30_000, 50_000], statistics.SamplesPerStep.Select(step => step.TimestampMs));
        Assert.Equal(statistics.SamplesPerStep.Sum(step => step.Samples), statistics.QueryableSamples);
        Assert.Empty(engine.QueryRange(query, 10_000, 50_000, 20_000, QueryLimits.Default, default).Statistics.SamplesPerStep);
        using var plain = HundredSeries().Engine(new PromQLOptions());
        Assert.Empty(plain.QueryRange(query, 10_000, 50_000, 20_000, new QueryLimits { CountsSteps = true }, default).Statistics.SamplesPerStep);
    }

    [Theory]
    [InlineData("m")]
    [InlineData("m[1h]")]
    [InlineData("last_over_time(m[1h])")]
    [InlineData("sum(sum_over_time(m[1h]))")]
    public void A_series_longer_than_allowed_is_not_read_to_its_end(string query)
    {
        var store = new EndlessStore();
        using var engine = new PromQLEngine(store, new PromQLOptions { MaxSamples = 100_000 }, TimeProvider.System);

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.Query(query, 50_000, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.TooManySamples, error.Kind);
        Assert.InRange(store.Rows, 80_000, 100_000);
    }

    [Theory]
    [InlineData("h", 35)]
    [InlineData("h[1m]", 101)]
    [InlineData("sum_over_time(h[1m])", 101)]
    [InlineData("sum(h)", 35)]
    public void A_histogram_counts_as_the_samples_whose_memory_it_takes(string query, int size)
    {
        var histogram = new NativeHistogram { Count = 43, PositiveSpans = [new BucketSpan(0, 44)], PositiveBuckets = new double[44] };
        var data = new TestData();
        using (var appender = data.Store.OpenAppender())
        {
            SeriesRef series = default;
            for (var i = 1; i <= 3; i++)
            {
                Assert.Equal(AppendStatus.Stored, appender.AppendHistogram(ref series, Labels.Of("__name__", "h"), i * 10_000, histogram));
            }
            appender.Commit();
        }
        Assert.Equal(33, histogram.SampleSize);
        using var large = data.Engine();

        var result = large.Query(query, 30_000, new QueryLimits(null, 10_000), default);

        using var small = data.Engine(new PromQLOptions { MaxSamples = result.Statistics.PeakSamples - 1 });
        Assert.InRange(result.Statistics.PeakSamples, size - 2, size * 2);
        Assert.Throws<PromQLEvaluationException>(() => small.Query(query, 30_000, new QueryLimits(null, 10_000), default));
    }

    [Fact]
    public void Samples_of_finished_operators_do_not_count()
    {
        using var engine = HundredSeries().Engine(new PromQLOptions { MaxSamples = 250 });

        var result = engine.Query("sum(m_total) + sum(m_total) + sum(m_total) + sum(abs(m_total))", 50_000, QueryLimits.Default, default);

        Assert.Equal(2400, Assert.Single(result.Vector).Value);
        Assert.InRange(result.Statistics.PeakSamples, 100, 250);
    }

    [Theory]
    [InlineData("sum_over_time(vector(1)[10y:1ms])")]
    [InlineData("sum_over_time(sum_over_time(m_total[1y:10ms])[1y:1s])")]
    public void Subquery_with_more_steps_than_samples_are_allowed_fails_at_once(string query)
    {
        using var engine = HundredSeries().Engine();

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.Query(query, 50_000, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.TooManySamples, error.Kind);
    }

    [Fact]
    public void Range_with_millions_of_steps_fails_at_once()
    {
        using var engine = HundredSeries().Engine();

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.QueryRange("m_total", 0, 100_000_000_000, 1, QueryLimits.Default, default));

        Assert.Equal(QueryErrorKind.TooManySamples, error.Kind);
    }

    [Theory]
    [InlineData(null, 120_001)]
    [InlineData(500L, 501)]
    public void Query_beyond_its_timeout_stops(long? ownTimeoutMs, int passedMs)
    {
        var time = new FakeTimeProvider();
        var store = new InterruptedStore(HundredSeries().Store, () => time.Advance(TimeSpan.FromMilliseconds(passedMs)));
        using var engine = new PromQLEngine(store, new PromQLOptions(), time);

        var error = Assert.Throws<PromQLEvaluationException>(() => engine.Query("m_total", 50_000, new QueryLimits(ownTimeoutMs, null), default));

        Assert.Equal(QueryErrorKind.Timeout, error.Kind);
        Assert.Equal("query timed out in expression evaluation", error.Message);
    }

    [Fact]
    public void Query_whose_caller_gave_up_is_canceled()
    {
        using var caller = new CancellationTokenSource();
        using var engine = new PromQLEngine(new InterruptedStore(HundredSeries().Store, caller.Cancel), new PromQLOptions(), TimeProvider.System);

        Assert.Throws<OperationCanceledException>(() => engine.Query("m_total", 50_000, QueryLimits.Default, caller.Token));
    }

    [Fact]
    public async Task Query_that_waits_too_long_for_its_turn_times_out_in_the_queue()
    {
        var time = new FakeTimeProvider();
        using var entered = new SemaphoreSlim(0);
        using var leave = new SemaphoreSlim(0);
        var store = new InterruptedStore(HundredSeries().Store, () =>
        {
            entered.Release();
            leave.Wait();
        });
        using var engine = new PromQLEngine(store, new PromQLOptions { MaxConcurrency = 1 }, time);
        var running = Task.Run(() => engine.Query("m_total", 50_000, new QueryLimits(1_000_000, null), default));
        await entered.WaitAsync();

        var waiting = Task.Run(() => engine.Query("m_total", 50_000, new QueryLimits(1000, null), default));
        while (!waiting.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }
        var error = await Assert.ThrowsAsync<PromQLEvaluationException>(() => waiting);

        Assert.Equal((QueryErrorKind.Timeout, "query timed out in query queue"), (error.Kind, error.Message));
        leave.Release();
        // The fake clock has gone on under the running query too, but not beyond its own timeout.
        Assert.Equal(100, (await running).Vector.Count);
    }

    [Fact]
    public void Lookback_of_one_query_replaces_that_of_the_engine()
    {
        using var engine = HundredSeries().Engine();

        Assert.Equal(100, engine.Query("m_total", 349_999, QueryLimits.Default, default).Vector.Count);
        Assert.Empty(engine.Query("m_total", 350_000, QueryLimits.Default, default).Vector);
        Assert.Empty(engine.Query("m_total", 60_000, new QueryLimits(null, 10_000), default).Vector);
        Assert.Equal(100, engine.Query("m_total", 59_999, new QueryLimits(null, 10_000), default).Vector.Count);
    }

    [Fact]
    public void Query_nested_as_deep_as_the_parser_allows_is_answered()
    {
        using var engine = HundredSeries().Engine();
        var depth = 1;
        PromQLSyntaxException? refused = null;
        for (; refused is null && depth < 1 << 20; depth *= 2)
        {
            var query = string.Concat(Enumerable.Repeat("abs(-", depth)) + "m_total" + new string(')', depth);
            try
            {
                Assert.Equal(100, engine.Query(query, 50_000, QueryLimits.Default, default).Vector.Count);
            }
            catch (PromQLSyntaxException e)
            {
                refused = e;
            }
        }
        Assert.NotNull(refused);
        Assert.True(depth > 64);
    }
}
