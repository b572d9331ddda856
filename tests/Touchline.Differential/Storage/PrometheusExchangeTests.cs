using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Differential.PromQL;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.Tsdb;
using Touchline.Tsdb.Exchange;

namespace Touchline.Differential.Storage;

/// <summary>
/// Data that the real Prometheus wrote comes in, from its log and from its blocks, and goes out again to blocks that the real Prometheus serves:
/// the answers stay the same all the way.
/// </summary>
public sealed class PrometheusExchangeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-exchange-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Answers_stay_the_same_from_Prometheus_to_Touchline_and_back()
    {
        var samples = DemoData.Build();
        AddIntegerHistograms(samples);
        await using var prometheus = await RealPrometheus.StartAsync();
        await prometheus.LoadAsync(samples);
        var expected = await AskAsync(prometheus);
        var snapshot = await prometheus.SnapshotAsync();
        await prometheus.StopAsync();

        var fromLog = Import(prometheus.DataDirectory, "from-log");
        AssertAnswers(expected, fromLog);
        var fromBlocks = Import(snapshot, "from-blocks");
        AssertAnswers(expected, fromBlocks);

        var exported = Path.Combine(_folder, "exported");
        var report = PrometheusExport.Run(new PrometheusExportOptions { Source = fromBlocks, Target = exported }, TimeProvider.System, _ => { }, default);
        Assert.Empty(report.Damage);
        Assert.Equal(samples.Series.Values.Sum(series => series.Count), report.Samples);

        var list = await PromtoolAsync("tsdb", "list", exported);
        Assert.All(report.Blocks, block => Assert.Contains(block, list, StringComparison.Ordinal));
        Assert.Contains($"Total Series: {samples.Series.Count}", await PromtoolAsync("tsdb", "analyze", exported), StringComparison.Ordinal);
        Directory.CreateDirectory(Path.Combine(snapshot, "wal")); // promtool wants one.
        var (before, after) = (Floats(await PromtoolAsync("tsdb", "dump", snapshot)), Floats(await PromtoolAsync("tsdb", "dump", exported)));
        Assert.NotEmpty(before);
        Assert.Equal(before, after);

        await using var again = await RealPrometheus.StartOnAsync(_folder, exported);
        Compare(expected, await AskAsync(again));
    }

    private static void AddIntegerHistograms(SampleSet samples)
    {
        var random = new Random(11);
        foreach (var (name, hint) in new[] { ("exchange_counter", CounterResetHint.Unknown), ("exchange_gauge", CounterResetHint.Gauge) })
        {
            var buckets = new SortedDictionary<int, double>();
            for (var (time, n) = (DemoData.StartMs, 0); time <= DemoData.EndMs; time += 15_000, n++)
            {
                if (n % 50 == 49 || hint == CounterResetHint.Gauge)
                {
                    buckets.Clear();
                }
                for (var i = random.Next(8); i > 0; i--)
                {
                    var index = random.Next(-20, 60);
                    buckets[index] = buckets.GetValueOrDefault(index) + random.Next(1, 9);
                }
                samples.Add(Labels.Of("__name__", name), time, Integer(buckets, n, hint));
            }
        }
    }

    private static NativeHistogram Integer(SortedDictionary<int, double> buckets, int sum, CounterResetHint hint)
    {
        var spans = new List<BucketSpan>();
        var next = 0;
        foreach (var index in buckets.Keys)
        {
            spans.Add(new BucketSpan(index - next, 1));
            next = index + 1;
        }
        return new NativeHistogram
        {
            CounterResetHint = hint,
            Schema = 2,
            ZeroThreshold = 1e-128,
            ZeroCount = 3,
            Count = buckets.Values.Sum() + 3,
            Sum = sum * 0.1,
            PositiveSpans = [.. spans],
            PositiveBuckets = [.. buckets.Values],
        };
    }

    private static IEnumerable<string> Queries() => QueryCatalogue.Queries
        .Append("exchange_counter").Append("exchange_gauge").Append("rate(exchange_counter[5m])").Append("histogram_quantile(0.9, increase(exchange_counter[10m]))")
        .Where(query => !QueryCatalogueTests.IsExplained(query));

    private static async Task<ConcurrentDictionary<string, Answer>> AskAsync(RealPrometheus prometheus)
    {
        var answers = new ConcurrentDictionary<string, Answer>();
        await Parallel.ForEachAsync(Queries(), async (query, _) =>
        {
            using var json = await prometheus.QueryAsync(query, DemoData.EndMs);
            answers[query] = Answer.Of(json);
        });
        Assert.True(answers.Count > 1000);
        return answers;
    }

    private static void AssertAnswers(ConcurrentDictionary<string, Answer> expected, string directory)
    {
        using var store = TsdbStore.Open(new TsdbOptions { Path = directory, RetentionTimeMs = 0 }, TimeProvider.System, NullLogger.Instance);
        using var engine = new PromQLEngine(store, new PromQLOptions { Features = PromQLFeatures.ExperimentalFunctions }, TimeProvider.System);
        Compare(expected, new ConcurrentDictionary<string, Answer>(expected.Keys.Select(
            query => KeyValuePair.Create(query, Answer.Of(query, () => engine.Query(query, DemoData.EndMs, QueryLimits.Default, default))))));
    }

    private static void Compare(ConcurrentDictionary<string, Answer> expected, ConcurrentDictionary<string, Answer> actual)
    {
        var differences = expected.Select(answer => (answer.Key, Difference: answer.Value.DifferenceTo(actual[answer.Key])))
            .Where(answer => answer.Difference is not null).Select(answer => $"{answer.Key}: {answer.Difference}").ToList();
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences.Take(40))}");
    }

    /// <summary>The lines of a dump that are floats: which empty buckets a histogram is dumped with depends on its neighbours in the chunk.</summary>
    private static List<string> Floats(string dump) =>
        [.. dump.Split('\n').Where(line => line.StartsWith('{') && !line.Contains("} {count:", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static async Task<string> PromtoolAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Peers.Program("promtool"), arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var promtool = Process.Start(start)!;
        var output = promtool.StandardOutput.ReadToEndAsync();
        var errors = promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, $"promtool {string.Join(' ', arguments)}: {await errors}");
        return await output;
    }

    private string Import(string source, string name)
    {
        var target = Path.Combine(_folder, name);
        var report = PrometheusImport.Run(new PrometheusImportOptions { Source = source, Target = target }, TimeProvider.System, _ => { }, default);
        Assert.Empty(report.Damage);
        return target;
    }
}
