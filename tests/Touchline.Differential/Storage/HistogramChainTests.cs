using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Differential.PromQL;
using Touchline.Model;
using Touchline.PromQL;
using Touchline.RemoteWrite;
using Touchline.Tsdb;
using Touchline.Tsdb.Exchange;

namespace Touchline.Differential.Storage;

/// <summary>
/// Native histograms of every kind by remote write into the real Prometheus and into Touchline, there through head, blocks, compaction and export to
/// a real Prometheus, and from a real one's log and blocks back in: the answers stay those of the first.
/// </summary>
public sealed class HistogramChainTests : IDisposable
{
    private const long Hour = 3_600_000;
    private const long StepMs = 60_000;
    private const long StartMs = 1_700_006_400_000; // A multiple of two hours.
    private const long EndMs = StartMs + (14 * Hour);

    private static readonly string[] Names =
        ["whole", "fractional", "whole_gauge", "fractional_gauge", "signed", "custom_whole", "custom_fractional", "custom_changing", "custom_gauge", "at_times_a_number"];

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-histograms-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Answers_stay_the_same_all_the_way()
    {
        var samples = Samples();
        await using var prometheus = await RealPrometheus.StartAsync();
        await prometheus.LoadAsync(samples);
        var expected = await AskAsync(prometheus);
        Assert.All(Names, name => Assert.NotEmpty(expected[$"{name}[14h]"].Series));

        var data = Path.Combine(_folder, "data");
        using (var store = TsdbStore.Open(new TsdbOptions { Path = data, RetentionTimeMs = 0 }, TimeProvider.System, NullLogger.Instance))
        {
            using var receiver = new RemoteWriteReceiver(store, new RemoteWriteOptions(), TimeProvider.System);
            Assert.All(RealPrometheus.Bodies(samples), body => Assert.Equal(RemoteWriteOutcome.Stored, receiver.Write(body, RemoteWriteVersion.One).Outcome));
            Compare("head", expected, Ask(store));
            store.RunMaintenance();
            Assert.True(store.Status().Blocks.Count > 4);
            Compare("blocks", expected, Ask(store));
            store.RunCompaction();
            Assert.Contains(store.Status().Blocks, block => block.MaxTimeMs - block.MinTimeMs > 2 * Hour);
            Compare("compacted", expected, Ask(store));
        }
        AssertServes("opened again", expected, data);

        var exported = Path.Combine(_folder, "exported");
        var report = PrometheusExport.Run(new PrometheusExportOptions { Source = data, Target = exported }, TimeProvider.System, _ => { }, default);
        Assert.Empty(report.Damage);
        Assert.Equal(samples.Series.Values.Sum(series => series.Count), report.Samples);
        await using (var again = await RealPrometheus.StartOnAsync(_folder, exported))
        {
            Compare("exported", expected, await AskAsync(again));
        }
        AssertServes("exported and imported", expected, Import(exported, "again"));

        var snapshot = await prometheus.SnapshotAsync();
        await prometheus.StopAsync();
        AssertServes("imported from the log", expected, Import(prometheus.DataDirectory, "from-log"));
        AssertServes("imported from blocks", expected, Import(snapshot, "from-blocks"));
    }

    private static SampleSet Samples()
    {
        var (samples, random) = (new SampleSet(), new Random(77));
        foreach (var instance in (string[])["a", "b"])
        {
            Labels Of(string name) => Labels.Of("__name__", name, "instance", instance);
            AddExponential(samples, random, Of("whole"), one: 1, CounterResetHint.Unknown);
            AddExponential(samples, random, Of("fractional"), one: 0.25, CounterResetHint.Unknown);
            AddExponential(samples, random, Of("whole_gauge"), one: 1, CounterResetHint.Gauge);
            AddExponential(samples, random, Of("fractional_gauge"), one: 0.25, CounterResetHint.Gauge);
            AddExponential(samples, random, Of("signed"), one: 1, CounterResetHint.Unknown, negative: 4);
            AddCustom(samples, random, Of("custom_whole"), one: 1, CounterResetHint.Unknown, [0.1, 0.5, 1, 10]);
            AddCustom(samples, random, Of("custom_fractional"), one: 0.25, CounterResetHint.Unknown, [-1, 0, 2.5]);
            AddCustom(samples, random, Of("custom_changing"), one: 1, CounterResetHint.Unknown, [1, 2, 4], [1, 4, 16, 64]);
            AddCustom(samples, random, Of("custom_gauge"), one: 1, CounterResetHint.Gauge, [5, 50]);
            AddAtTimesNumbers(samples, random, Of("at_times_a_number"));
        }
        return samples;
    }

    /// <summary>Times with gaps, and whether the series ends there for a while.</summary>
    private static IEnumerable<(long Time, bool IsStale)> Times(Random random)
    {
        for (var time = StartMs; time < EndMs; time += StepMs)
        {
            if (random.Next(20) != 0)
            {
                yield return (time, random.Next(100) == 0);
            }
        }
    }

    private static void AddExponential(SampleSet samples, Random random, Labels labels, double one, CounterResetHint hint, int negative = 0)
    {
        var (below, above, zero, sum, schema) = (new double[negative], new double[9], 0.0, 0.0, 2);
        foreach (var (time, isStale) in Times(random))
        {
            if (isStale)
            {
                samples.Add(labels, time, new NativeHistogram { IsFloat = one < 1, Sum = StaleMarker.Value });
                continue;
            }
            if (hint == CounterResetHint.Gauge || random.Next(90) == 0)
            {
                Array.Clear(below);
                Array.Clear(above);
                (zero, sum, schema) = (0, 0, random.Next(0, 4));
            }
            for (var i = random.Next(1, 7); i > 0; i--)
            {
                var side = negative > 0 && random.Next(3) == 0 ? below : above;
                side[random.Next(side.Length)] += one * random.Next(1, 5);
                sum += (side == below ? -1 : 1) * random.NextDouble();
            }
            zero += random.Next(3) == 0 ? one : 0;
            samples.Add(labels, time, new NativeHistogram
            {
                CounterResetHint = hint,
                IsFloat = one < 1,
                Schema = schema,
                ZeroThreshold = 0.001,
                ZeroCount = zero,
                Count = zero + below.Sum() + above.Sum(),
                Sum = sum,
                PositiveSpans = [new BucketSpan(-3, 4), new BucketSpan(2, 5)],
                PositiveBuckets = [.. above],
                NegativeSpans = negative == 0 ? [] : [new BucketSpan(1, (uint)negative)],
                NegativeBuckets = [.. below],
            });
        }
    }

    /// <summary>The bounds change from one to the next with every reset.</summary>
    private static void AddCustom(SampleSet samples, Random random, Labels labels, double one, CounterResetHint hint, params double[][] allBounds)
    {
        var (resets, sum) = (0, 0.0);
        var bounds = allBounds[0];
        var buckets = new double[bounds.Length + 1];
        foreach (var (time, isStale) in Times(random))
        {
            if (isStale)
            {
                samples.Add(labels, time, new NativeHistogram { IsFloat = one < 1, Sum = StaleMarker.Value });
                continue;
            }
            if (hint == CounterResetHint.Gauge || random.Next(90) == 0)
            {
                bounds = allBounds[++resets % allBounds.Length];
                (buckets, sum) = (new double[bounds.Length + 1], 0);
            }
            buckets[random.Next(buckets.Length)] += one * random.Next(1, 9);
            sum += random.NextDouble();
            // Not every bucket is in a span: the last ones often are not there yet.
            var used = Array.FindLastIndex(buckets, bucket => bucket > 0) + 1;
            samples.Add(labels, time, new NativeHistogram
            {
                CounterResetHint = hint,
                IsFloat = one < 1,
                Schema = NativeHistogram.CustomBucketsSchema,
                CustomBounds = bounds,
                Count = buckets.Sum(),
                Sum = sum,
                PositiveSpans = [new BucketSpan(0, (uint)used)],
                PositiveBuckets = buckets[..used],
            });
        }
    }

    private static void AddAtTimesNumbers(SampleSet samples, Random random, Labels labels)
    {
        var isNumber = false;
        var n = 0;
        foreach (var (time, _) in Times(random))
        {
            n++;
            isNumber ^= random.Next(40) == 0;
            if (isNumber)
            {
                samples.Add(labels, time, n);
                continue;
            }
            samples.Add(labels, time, new NativeHistogram
            {
                Schema = 1,
                ZeroThreshold = 0.001,
                Count = n + 3,
                Sum = n,
                PositiveSpans = [new BucketSpan(0, 2)],
                PositiveBuckets = [n, 3],
            });
        }
    }

    private static IEnumerable<string> Queries(string name) =>
    [
        $"{name}[14h]",
        $"rate({name}[10m])",
        $"increase({name}[5h])",
        $"delta({name}[30m])",
        $"histogram_quantile(0.9, rate({name}[15m]))",
        $"histogram_quantile(0.5, sum(rate({name}[15m])))",
        $"histogram_fraction(-1, 2, {name})",
        $"histogram_avg({name})",
        $"histogram_stddev({name})",
        $"histogram_count(rate({name}[10m])) + histogram_sum(rate({name}[10m]))",
        $"histogram_avg(increase({name}[15m]))",
        $"sum(histogram_avg(increase({name}[15m])))",
        $"abs(histogram_sum(irate({name}[5m])))",
        $"sum(histogram_count(sum(sum_over_time({name}[20m]))))",
        $"sum({name})",
        $"avg_over_time({name}[20m])",
        $"sum_over_time({name}[20m])",
        $"last_over_time({name}[20m])",
        $"count_over_time({name}[3h])",
        $"changes({name}[6h])",
        $"resets({name}[6h])",
        $"{name} offset 3h",
    ];

    private static async Task<Dictionary<string, Answer>> AskAsync(RealPrometheus prometheus)
    {
        var answers = new Dictionary<string, Answer>();
        foreach (var query in Names.SelectMany(Queries))
        {
            using var instant = await prometheus.QueryAsync(query, EndMs);
            answers.Add(query, Answer.Of(instant));
            if (!query.EndsWith(']'))
            {
                using var range = await prometheus.QueryRangeAsync(query, StartMs, EndMs, 7 * StepMs);
                answers.Add(query + " over the range", Answer.Of(range));
            }
        }
        return answers;
    }

    private static Dictionary<string, Answer> Ask(TsdbStore store)
    {
        using var engine = new PromQLEngine(store, new PromQLOptions { Features = PromQLFeatures.ExperimentalFunctions }, TimeProvider.System);
        var answers = new Dictionary<string, Answer>();
        foreach (var query in Names.SelectMany(Queries))
        {
            answers.Add(query, Answer.Of(query, () => engine.Query(query, EndMs, QueryLimits.Default, default)));
            if (!query.EndsWith(']'))
            {
                answers.Add(query + " over the range", Answer.Of(query, () => engine.QueryRange(query, StartMs, EndMs, 7 * StepMs, QueryLimits.Default, default)));
            }
        }
        return answers;
    }

    private static void AssertServes(string where, Dictionary<string, Answer> expected, string directory)
    {
        using var store = TsdbStore.Open(new TsdbOptions { Path = directory, RetentionTimeMs = 0 }, TimeProvider.System, NullLogger.Instance);
        Compare(where, expected, Ask(store));
    }

    private static void Compare(string where, Dictionary<string, Answer> expected, Dictionary<string, Answer> actual)
    {
        var differences = expected.Select(answer => (answer.Key, Difference: answer.Value.DifferenceTo(actual[answer.Key])))
            .Where(answer => answer.Difference is not null).Select(answer => $"{answer.Key}: {answer.Difference}").ToList();
        Assert.True(differences.Count == 0, $"{where}: {differences.Count} differences:\n{string.Join('\n', differences.Take(40))}");
    }

    private string Import(string source, string name)
    {
        var target = Path.Combine(_folder, name);
        Assert.Empty(PrometheusImport.Run(new PrometheusImportOptions { Source = source, Target = target }, TimeProvider.System, _ => { }, default).Damage);
        return target;
    }
}
