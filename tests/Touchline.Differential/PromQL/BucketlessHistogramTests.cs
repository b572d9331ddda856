using Touchline.Model;
using Touchline.PromQL;

namespace Touchline.Differential.PromQL;

/// <summary>
/// Count, sum and average of what is made of native histograms: where buckets are read and where not shows at gauges, and where layouts change.
/// </summary>
public sealed class BucketlessHistogramTests
{
    private const long StartMs = 1_700_006_400_000;
    private const long EndMs = StartMs + (7 * 60_000);

    /// <summary>Buckets that fall, at times with the count and at times without.</summary>
    private static readonly (double[] Buckets, double Sum)[] Samples =
        [([1, 2], 3), ([2, 4], 6), ([9, 1], 7), ([9, 3], 9), ([1, 1], 1), ([2, 9], 5), ([12, 1], 6), ([13, 2], 7)];

    private static readonly string[] Names = ["plain", "plain_gauge", "schemas", "schemas_gauge", "bounds", "bounds_gauge", "mixed", "mixed_gauge", "turns"];

    [Fact]
    public async Task Answers_and_notes_are_those_of_Prometheus()
    {
        var samples = new SampleSet();
        for (var i = 0; i < Samples.Length; i++)
        {
            foreach (var (suffix, hint) in new[] { ("", CounterResetHint.Unknown), ("_gauge", CounterResetHint.Gauge) })
            {
                Add("plain" + suffix, i, hint, 0);
                Add("schemas" + suffix, i, hint, i % 2 == 0 ? 1 : 2);
                Add("bounds" + suffix, i, hint, NativeHistogram.CustomBucketsSchema, i < 4 ? 1 : 2);
                Add("mixed" + suffix, i, hint, i < 3 ? 0 : NativeHistogram.CustomBucketsSchema, 1);
            }
            Add("aside", i, CounterResetHint.Gauge, 0);
            Add("turns", i, i % 2 == 0 ? CounterResetHint.Unknown : CounterResetHint.Gauge, 0);
        }
        await using var prometheus = await RealPrometheus.StartAsync();
        await prometheus.LoadAsync(samples);
        using var engine = new PromQLEngine(samples.ToStore(), new PromQLOptions { Features = PromQLFeatures.ExperimentalFunctions }, TimeProvider.System);
        var differences = new List<string>();
        foreach (var query in Names.SelectMany(Queries))
        {
            using var instant = await prometheus.QueryAsync(query, EndMs);
            if (Answer.Of(instant).DifferenceTo(Answer.Of(query, () => engine.Query(query, EndMs, QueryLimits.Default, default))) is { } difference)
            {
                differences.Add($"{query}: {difference}");
            }
            foreach (var step in (long[])[60_000, 90_000, 180_000])
            {
                using var range = await prometheus.QueryRangeAsync(query, StartMs, EndMs, step);
                if (Answer.Of(range).DifferenceTo(Answer.Of(query, () => engine.QueryRange(query, StartMs, EndMs, step, QueryLimits.Default, default))) is { } another)
                {
                    differences.Add($"{query} every {step} ms: {another}");
                }
            }
        }
        Assert.True(differences.Count == 0, $"{differences.Count} differences:\n{string.Join('\n', differences)}");

        void Add(string name, int i, CounterResetHint hint, int schema, params double[] bounds) => samples.Add(
            Labels.Of("__name__", name),
            StartMs + (i * 60_000),
            new NativeHistogram
            {
                CounterResetHint = hint,
                IsFloat = true,
                Schema = schema,
                ZeroThreshold = schema == NativeHistogram.CustomBucketsSchema ? 0 : 0.001,
                CustomBounds = schema == NativeHistogram.CustomBucketsSchema ? bounds : [],
                Count = Samples[i].Buckets.Sum(),
                Sum = Samples[i].Sum,
                PositiveSpans = [new BucketSpan(0, 2)],
                PositiveBuckets = Samples[i].Buckets,
            });
    }

    private static IEnumerable<string> Queries(string name)
    {
        var increase = $"increase({name}[10m])";
        var count = $"histogram_count({increase})";
        return
        [
            increase, count, $"histogram_sum({increase})", $"histogram_avg({increase})", $"({count})", $"-{count}", $"sum({count})", $"sum(histogram_sum({increase}))",
            $"sum(histogram_avg({increase}))", $"sum(histogram_stddev({increase}))", $"{count} + histogram_sum({increase})", $"histogram_sum({increase}) / {count}",
            $"1 + {count}", $"{count} * 1", $"vector(0) + {count}", $"absent({name}) or {count}", $"{count} or {count}", $"histogram_count({increase} * 1)",
            $"histogram_count(sum({increase}))", $"sum(histogram_count(sum({increase})))", $"sum(histogram_count({increase} * 1))", $"sum(histogram_count(-{increase}))",
            $"sum(histogram_count(({increase})))", $"sum(histogram_count(increase({name}[2m])))", $"sum(histogram_count(increase({name}[150s])))",
            $"sum(histogram_count(increase({name}[10m] offset 3m)))", $"sum(histogram_count(increase({name}[10m] @ {EndMs / 1000})))",
            $"sum(histogram_count(increase({name}[10m:1m])))", $"histogram_count(increase({name}[10m:1m]))", $"sum_over_time({count}[2m:1m])", $"increase(histogram_count({name})[10m:1m])",
            $"label_replace({count}, \"a\", \"b\", \"\", \"\")", $"clamp_min({count}, scalar({count}))", $"topk(scalar(vector(1) or {count}), {count})", $"scalar({count})",
            $"histogram_quantile(0.5, {increase}) + {count}", $"{count} + histogram_quantile(0.5, {increase})", $"sum(histogram_quantile(scalar({count}), increase(aside[10m])))",
            $"sum(histogram_count(histogram_quantile(0.5, {increase})))", $"sum(histogram_count(delta({name}[10m])))", $"sum(histogram_count(irate({name}[5m])))",
            $"sum(histogram_count(idelta({name}[5m])))", $"sum(histogram_count(rate({name}[3m])))", $"sum(histogram_count(sum_over_time({name}[10m])))",
            $"sum(histogram_count(avg_over_time({name}[10m])))", $"sum(histogram_count(last_over_time({name}[10m])))", $"sum(histogram_count({name} + {name} offset 1m))",
            $"sum(histogram_count(sum({{__name__=~\"plain|{name}\"}})))", $"histogram_count({name})", $"sum(histogram_count({name}))", $"sum(resets({name}[10m]))",
        ];
    }
}
