using System.Globalization;
using Touchline.Differential.Api;
using Touchline.PromQL;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>Asks the real Prometheus and Touchline random questions about random samples. benchmarks/fuzz asks more of them.</summary>
public sealed class PromQLFuzzTests(ITestOutputHelper output)
{
    private const int FirstSeed = 1;
    private const int Rounds = 2;
    private const int Queries = 1500;

    [Fact]
    public async Task Random_queries_have_the_answers_of_Prometheus()
    {
        var (seed, rounds, queries) = (Setting("SEED", FirstSeed), Setting("ROUNDS", Rounds), Setting("QUERIES", Queries));
        var differences = new List<string>();
        var excused = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var compared = 0;
        for (var round = 0; round < rounds; round++)
        {
            var fuzz = new FuzzRound(seed + round, Setting("FIRST", 0), queries);
            await fuzz.RunAsync();
            output.WriteLine(string.Join('\n', [fuzz.Summary, .. fuzz.Differences]));
            differences.AddRange(fuzz.Differences);
            compared += fuzz.Compared;
            foreach (var (reason, count) in fuzz.Excused)
            {
                excused[reason] = excused.GetValueOrDefault(reason) + count;
            }
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds * queries} queries, {compared} answers compared, {differences.Count} differences, {excused.Values.Sum()} excused:"));
        foreach (var (reason, count) in excused.OrderByDescending(e => e.Value))
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {count,6} ({100.0 * count / compared:F3} %) {reason}"));
        }
        Assert.True(differences.Count == 0, $"{differences.Count} differences (Prometheus / Touchline):\n{string.Join('\n', differences.Distinct())}");
    }

    [Fact]
    public async Task Generator_asks_all_that_Prometheus_knows()
    {
        await using var prometheus = await ServerProcess.StartPrometheusAsync("{}", $"--enable-feature={FuzzRound.Features}");
        var known = Construct.All.Except(await Construct.UnknownToAsync(prometheus)).ToList();
        var unasked = new HashSet<Construct>(known);
        for (var number = 0; number < Rounds * Queries; number++)
        {
            var query = FuzzRound.QueryOf(FirstSeed + number / Queries, number % Queries);
            if (Parse(query) is { } expr)
            {
                unasked.RemoveWhere(c => ExprTree.SelfAndDescendants(expr).Any(c.IsAt));
            }
        }
        Assert.Contains(known, c => c.Name == "mad_over_time()");
        Assert.Contains(known, c => c.Name == "duration as offset");
        Assert.True(unasked.Count == 0, $"never asked: {string.Join(", ", unasked.Select(c => c.Name))}");
    }

    private static Expr? Parse(string query)
    {
        try
        {
            return PromQLParser.Parse(query, PromQLFeatures.All);
        }
        catch (PromQLSyntaxException)
        {
            // Operators without parentheses may turn the types around.
            return null;
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("TOUCHLINE_FUZZ_" + name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
