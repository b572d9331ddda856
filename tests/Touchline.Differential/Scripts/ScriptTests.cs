using Touchline.Differential.Fuzzing;
using Touchline.Differential.PromQL;
using Touchline.PromQL;
using Touchline.PromQL.Scripts;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Scripts;

/// <summary>
/// Asks the real Prometheus what our scripts ask. That the scripts expect what our engine answers is another test, so that what they expect is what
/// Prometheus says.
/// </summary>
public sealed class ScriptTests(ITestOutputHelper output)
{
    private const string FirstBucket = "later versions let the first classic bucket begin at zero, where 3.5 answers NaN";
    private const string LastBounds = "where the sum is NaN 3.5 answers with the bounds of the last bucket";

    /// <summary>Where 3.5 answers something else than the script expects: the script, its query, and why.</summary>
    private static readonly (string Script, string Query, string Reason)[] Explained =
    [
        ("classic_histograms.test", "histogram_fraction(0, 0.5, plain_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(0, 0.5, spelled_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(0, 0.5, falling_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(0.1, 0.75, spelled_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(0.1, 0.75, falling_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(0.5, Inf, spelled_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(0.5, Inf, falling_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(-3, 0, plain_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(-3, 0, spelled_bucket)", FirstBucket),
        ("classic_histograms.test", "histogram_fraction(-3, 0, falling_bucket)", FirstBucket),
        ("corners.test", "sort(mixed)", "later versions warn where a range query loses the order"),
        ("corners.test", "info(known)", "later versions say which info series are duplicates"),
        ("corners.test", "(single[20s] @ 20)", "3.5 fails at a range vector in parentheses that @ fixes"),
        ("dropped_names.test", "-last_over_time({__name__=~\"early|late\"}[10s])", "later versions join series without a time in common where their names are dropped at the end"),
        ("extended_ranges.test", "rate(gap[1m] anchored smoothed)", "3.5 does not know the words"),
        ("extended_ranges.test", "rate(gap[1m:10s] anchored)", "3.5 does not know the words"),
        ("fills.test", "ok + fill(0) 1", "3.5 does not know the word"),
        ("fills.test", "ok and fill(0) bad", "3.5 does not know the word"),
        ("histogram_trim.test", "custom </ bool 2", "3.5 does not know the operator"),
        ("native_histograms.test", "histogram_quantile(0.4, unmeasured)", LastBounds),
        ("native_histograms.test", "histogram_quantile(1, -unmeasured)", LastBounds),
        ("operators_and_names.test", "topk(NaN, requests)", "later versions say that the parameter is NaN"),
    ];

    public static TheoryData<string> Scripts => [.. Directory.GetFiles(Folder, "*.test").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Peers.Repository, "tests", "Touchline.PromQL.Tests", "Scripts");

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Script_expects_what_Prometheus_answers(string file)
    {
        var script = PromQLScript.Parse(file, await File.ReadAllTextAsync(Path.Combine(Folder, file)));
        var differences = new List<string>();
        var (asked, later) = (0, 0);
        var explained = new HashSet<string>();
        var session = await ScriptSession.StartAsync();
        try
        {
            var unknown = await Construct.UnknownToAsync(session.Prometheus);
            foreach (var command in script.Commands)
            {
                switch (command)
                {
                    case ClearCommand:
                        await session.DisposeAsync();
                        session = await ScriptSession.StartAsync();
                        break;
                    case LoadCommand load:
                        await session.LoadAsync(load);
                        break;
                    case EvalCommand eval when IsLater(eval.Query, unknown):
                        later++;
                        break;
                    case EvalCommand eval:
                        asked++;
                        var (prometheus, touchline) = await session.AskAsync(eval);
                        if (prometheus.DifferenceTo(touchline) is not { } difference)
                        {
                            break;
                        }
                        if (Explained.Any(e => e.Script == file && e.Query == eval.Query))
                        {
                            explained.Add(eval.Query);
                            break;
                        }
                        differences.Add($"{file}:{eval.Line}: {eval.Query}\n    {difference}");
                        break;
                }
            }
        }
        finally
        {
            await session.DisposeAsync();
        }
        output.WriteLine($"{file}: {asked} asked, of which {explained.Count} explained; {later} of later versions");
        Assert.Empty(Explained.Where(e => e.Script == file).Select(e => e.Query).Except(explained));
        Assert.True(differences.Count == 0, $"{differences.Count} differences (Prometheus / Touchline):\n{string.Join('\n', differences)}");
    }

    /// <summary>Whether a query has something that the peer does not know at all.</summary>
    private static bool IsLater(string query, IReadOnlyList<Construct> unknown)
    {
        try
        {
            return ExprTree.SelfAndDescendants(PromQLParser.Parse(query, PromQLFeatures.All)).Any(e => unknown.Any(c => c.IsAt(e)));
        }
        catch (PromQLSyntaxException)
        {
            // Meant to fail: Prometheus has to say so too.
            return false;
        }
    }
}
