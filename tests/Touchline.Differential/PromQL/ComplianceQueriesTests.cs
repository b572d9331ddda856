using System.Collections.Concurrent;
using Touchline.PromQL;

namespace Touchline.Differential.PromQL;

/// <summary>Asks the real Prometheus and our engine what Prometheus' compliance programme asks.</summary>
public sealed class ComplianceQueriesTests(ITestOutputHelper output)
{
    [Fact]
    public void Expansion_is_that_of_every_combination_of_the_arguments()
    {
        var cases = ComplianceQueries.Read("""
            test_cases:
              - query: '{{.simpleTimeAggrOp}}_over_time(x[{{.range}}])'
                variant_args: ['simpleTimeAggrOp', 'range']
              - # Told in a comment.
                query: -1 ^ 2
              - query: 'label_replace(x, "", "", "", "")'
                should_fail: true
            """);

        Assert.Equal([false, false, true], cases.Select(c => c.ShouldFail));
        Assert.Equal(9 * 6, ComplianceQueries.Expand(cases[0]).Distinct().Count());
        Assert.Contains("absent_over_time(x[15m])", ComplianceQueries.Expand(cases[0]));
        Assert.Equal(["-1 ^ 2"], ComplianceQueries.Expand(cases[1]));
        Assert.Throws<KeyNotFoundException>(() => ComplianceQueries.Expand(new ComplianceCase("{{.what}}", ["what"], false)).ToList());
        Assert.Throws<FormatException>(() => ComplianceQueries.Expand(new ComplianceCase("x offset {{.offset}}", [], false)).ToList());
    }

    [Fact]
    public async Task Compliance_queries_have_the_answers_of_Prometheus()
    {
        if (ComplianceQueries.File is not { } file)
        {
            Assert.True(string.IsNullOrEmpty(Environment.GetEnvironmentVariable("PROMQLTEST_DIR")), "PROMQLTEST_DIR has no promql-test-queries.yml");
            output.WriteLine("promql-test-queries.yml was not handed out");
            return;
        }
        var cases = ComplianceQueries.Read(await File.ReadAllTextAsync(file));
        var samples = DemoData.Build();
        await using var prometheus = await RealPrometheus.StartAsync();
        await prometheus.LoadAsync(samples);
        using var engine = new PromQLEngine(samples.ToStore(), new PromQLOptions(), TimeProvider.System);
        var differences = new ConcurrentQueue<string>();
        var (asked, answered) = (0, 0);
        await Parallel.ForEachAsync(cases.SelectMany(c => ComplianceQueries.Expand(c).Select(query => (Query: query, c.ShouldFail))), async (one, _) =>
        {
            var (start, end, step) = (DemoData.StartMs + 10 * 60_000, DemoData.EndMs, 10_000L);
            using var json = await prometheus.QueryRangeAsync(one.Query, start, end, step);
            var (theirs, ours) = (Answer.Of(json), Answer.Of(one.Query, () => engine.QueryRange(one.Query, start, end, step, QueryLimits.Default, default)));
            Interlocked.Increment(ref asked);
            Interlocked.Add(ref answered, ours.Series.Count > 0 ? 1 : 0);
            if (theirs.DifferenceTo(ours) is { } difference)
            {
                differences.Enqueue($"{one.Query}: {difference}");
            }
            else if (!one.ShouldFail && ours.Error is { } error)
            {
                // Some that should fail do not any more: all names are valid since version 3.
                differences.Enqueue($"{one.Query}: {error}");
            }
        });
        output.WriteLine($"{cases.Count} cases, {asked} queries, {answered} with an answer");
        Assert.True(asked > 500 && answered > asked * 3 / 4, $"{asked} asked, {answered} with an answer");
        Assert.True(differences.IsEmpty, $"{differences.Count} differences (Prometheus / Touchline):\n{string.Join('\n', differences)}");
    }
}
