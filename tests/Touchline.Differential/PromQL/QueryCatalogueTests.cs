using System.Collections.Concurrent;
using Touchline.PromQL;

namespace Touchline.Differential.PromQL;

/// <summary>Asks the real Prometheus and our engine the same questions about the same samples.</summary>
public sealed class QueryCatalogueTests
{
    /// <summary>Where the answer may differ: what the query begins with, and why.</summary>
    private static readonly (string Prefix, string Reason)[] Explained =
    [
        ("avg({__name__=~\"native", "which of several misfits is named depends on the order in which the store has the series"),
        ("sum({__name__=~\"native", "which of several misfits is named depends on the order in which the store has the series"),
        ("sum by (instance) ({__name__=~\"native", "which of several misfits is named depends on the order in which the store has the series"),
        ("sort", "later versions warn where a range query loses the order"),
        ("topk(NaN", "later versions say that the parameter is NaN"),
        ("topk(scalar(demo_intermittent", "later versions say that the parameter is NaN"),
        ("bottomk(NaN", "later versions say that the parameter is NaN"),
        ("histogram_fraction(", "later versions let the first classic bucket begin at zero, where 3.5 answers NaN"),
    ];

    [Fact]
    public async Task Instant_and_range_queries_have_the_answers_of_Prometheus()
    {
        var samples = DemoData.Build();
        await using var prometheus = await RealPrometheus.StartAsync();
        await prometheus.LoadAsync(samples);
        using var engine = new PromQLEngine(samples.ToStore(), new PromQLOptions { Features = PromQLFeatures.ExperimentalFunctions }, TimeProvider.System);
        var differences = new ConcurrentQueue<string>();
        var compared = 0;
        await Parallel.ForEachAsync(QueryCatalogue.Queries, async (query, _) =>
        {
            foreach (var time in (long[])[DemoData.StartMs + 31 * 60_000 + 500, DemoData.EndMs])
            {
                using var json = await prometheus.QueryAsync(query, time);
                Compare(differences, $"{query} @ {time}", Answer.Of(json), Answer.Of(query, () => engine.Query(query, time, QueryLimits.Default, default)));
            }
            var (start, end, step) = (DemoData.StartMs - 60_000, DemoData.EndMs + 7 * 60_000, 43_000L);
            using var range = await prometheus.QueryRangeAsync(query, start, end, step);
            Compare(differences, $"{query} over the range", Answer.Of(range), Answer.Of(query, () => engine.QueryRange(query, start, end, step, QueryLimits.Default, default)));
            Interlocked.Increment(ref compared);
        });
        Assert.True(compared > 1000);
        Assert.True(differences.IsEmpty, $"{differences.Count} differences (Prometheus / Touchline):\n{string.Join('\n', differences)}");
    }

    /// <summary>Whether a difference in the answer to a query is one that is known and meant.</summary>
    internal static bool IsExplained(string query) => Explained.Any(a => query.StartsWith(a.Prefix, StringComparison.Ordinal));

    private static void Compare(ConcurrentQueue<string> differences, string what, Answer expected, Answer actual)
    {
        if (expected.DifferenceTo(actual) is { } difference && !IsExplained(what))
        {
            differences.Enqueue($"{what}: {difference}");
        }
    }
}
