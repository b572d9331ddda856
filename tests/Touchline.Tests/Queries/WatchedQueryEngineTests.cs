using Microsoft.Extensions.Time.Testing;
using Touchline.PromQL;
using Touchline.Queries;

namespace Touchline.Tests.Queries;

public sealed class WatchedQueryEngineTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_query_is_among_the_running_until_it_ends()
    {
        WatchedQueryEngine? watched = null;
        var engine = new Engine(_ =>
        {
            var running = Assert.Single(watched!.Running);
            Assert.Equal(("up", 1000L, 2000L, 500L, true), (running.Query.Text, running.Query.StartMs, running.Query.EndMs, running.Query.StepMs, running.Progress.IsWaiting));
            return Answer(1);
        });
        watched = new WatchedQueryEngine(engine, null, [], _clock);

        watched.QueryRange("up", 1000, 2000, 500, QueryLimits.Default, default);

        Assert.Equal(1, engine.Asked);
        Assert.Empty(watched.Running);
    }

    [Fact]
    public void The_ledger_keeps_the_slowest_run_of_each_text_and_sums_all()
    {
        var took = 10;
        var watched = new WatchedQueryEngine(
            new Engine(_ =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(took));
                return Answer(took);
            }),
            null, [], _clock);
        foreach (var (text, ms) in new[] { ("a", 10), ("b", 40), ("a", 70), ("a", 20) })
        {
            took = ms;
            watched.Query(text, ms, QueryLimits.Default, default);
        }

        Assert.Equal(["a", "b"], watched.Ledger.Slowest(5).Select(e => e.Slowest.Text));
        var slowest = watched.Ledger.Slowest(1)[0];
        Assert.Equal((70.0, 3L, 100.0, 70L, 70L), (slowest.SlowestMs, slowest.Runs, slowest.TotalMs, slowest.Slowest.StartMs, slowest.Statistics!.SamplesRead));
    }

    [Fact]
    public void A_query_that_fails_counts_with_its_reason()
    {
        var watched = new WatchedQueryEngine(
            new Engine(_ => throw new PromQLEvaluationException(QueryErrorKind.TooManySamples, "too many")), null, [], _clock);

        Assert.Throws<PromQLEvaluationException>(() => watched.Query("a", 1, QueryLimits.Default, default));

        var entry = Assert.Single(watched.Ledger.Slowest(5));
        Assert.Equal((1L, 1L, "too many", null), (entry.Runs, entry.Failures, entry.LastError, entry.Statistics));
        Assert.Empty(watched.Running);
    }

    [Fact]
    public void Fast_texts_make_room_for_slow_ones_and_not_the_other_way_round()
    {
        var ledger = new QueryLedger();
        for (var i = 0; i < QueryLedger.MaxTexts; i++)
        {
            ledger.Add(new NotedQuery($"q{i}", 0, 0, 0, 0), TimeSpan.FromMilliseconds(10 + i), null, null);
        }

        ledger.Add(new NotedQuery("fast", 0, 0, 0, 0), TimeSpan.FromMilliseconds(1), null, null);
        ledger.Add(new NotedQuery("slow", 0, 0, 0, 0), TimeSpan.FromMilliseconds(9000), null, null);

        var texts = ledger.Slowest(int.MaxValue).Select(e => e.Slowest.Text).ToHashSet();
        Assert.Equal(QueryLedger.MaxTexts, texts.Count);
        Assert.Contains("slow", texts);
        Assert.DoesNotContain("fast", texts);
        Assert.DoesNotContain("q0", texts);
    }

    [Theory]
    [InlineData(QueryLedger.SlowMs - 1, false)]
    [InlineData(QueryLedger.SlowMs, true)]
    public void What_was_slow_is_measured_when_it_is_asked_again(double tookMs, bool isMeasured)
    {
        var plan = new ExplainedNode("select", "a", 1, []) { OwnMs = 7 };
        var watched = new WatchedQueryEngine(
            new Engine(limits =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(tookMs));
                return Answer(1) with { Plan = limits.MeasuresOperators ? plan : null };
            }),
            null, [], _clock);

        watched.Query("a", 1, QueryLimits.Default, default);
        Assert.Null(Assert.Single(watched.Ledger.Slowest(5)).Plan);
        watched.Query("a", 1, QueryLimits.Default, default);
        watched.Query("b", 1, QueryLimits.Default, default);

        Assert.Equal(isMeasured ? plan : null, watched.Ledger.Slowest(5).Single(e => e.Slowest.Text == "a").Plan);
        Assert.Null(watched.Ledger.Slowest(5).Single(e => e.Slowest.Text == "b").Plan);
    }

    [Fact]
    public void A_plan_of_too_many_operators_is_not_kept()
    {
        var ledger = new QueryLedger();
        var large = new ExplainedNode("binary", "a", 1, [.. Enumerable.Repeat(new ExplainedNode("select", "a", 1, []), 1000)]);

        ledger.Add(new NotedQuery("a", 0, 0, 0, 0), TimeSpan.FromSeconds(1), null, null, large);

        Assert.Null(Assert.Single(ledger.Slowest(5)).Plan);
    }

    private static QueryResult Answer(int samples) => new() { Type = PromQL.Syntax.ExprType.Vector, Statistics = new QueryStatistics(samples, 1, samples, 1) };

    private sealed class Engine(Func<QueryLimits, QueryResult> answer) : IQueryEngine
    {
        public PromQLOptions Options { get; } = new();

        public int Asked { get; private set; }

        public QueryResult Query(string query, long timeMs, QueryLimits limits, CancellationToken cancellationToken) => Ask(limits);

        public QueryResult QueryRange(string query, long startMs, long endMs, long stepMs, QueryLimits limits, CancellationToken cancellationToken) => Ask(limits);

        private QueryResult Ask(QueryLimits limits)
        {
            Asked++;
            return answer(limits);
        }
    }
}
