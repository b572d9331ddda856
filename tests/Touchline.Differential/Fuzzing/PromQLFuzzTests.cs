using System.Globalization;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>Asks the real Prometheus and Touchline random questions about random samples. benchmarks/fuzz asks more of them.</summary>
public sealed class PromQLFuzzTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Random_queries_have_the_answers_of_Prometheus()
    {
        var (seed, rounds, queries) = (Setting("SEED", 1), Setting("ROUNDS", 2), Setting("QUERIES", 1500));
        var asked = new HashSet<string>();
        var differences = new List<string>();
        for (var round = 0; round < rounds; round++)
        {
            var fuzz = new FuzzRound(seed + round, queries);
            await fuzz.RunAsync();
            output.WriteLine(string.Join('\n', [fuzz.Summary, .. fuzz.Differences]));
            asked.UnionWith(fuzz.Asked.Keys);
            differences.AddRange(fuzz.Differences);
        }
        Assert.True(differences.Count == 0, $"{differences.Count} differences (Prometheus / Touchline):\n{string.Join('\n', differences.Distinct())}");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable("TOUCHLINE_FUZZ_" + name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
