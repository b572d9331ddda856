using Touchline.Model;

namespace Touchline.Differential.PromQL;

/// <summary>Native histograms: counters with resets and changing resolution, gauges, custom bounds, and series that are floats at times.</summary>
internal static class NativeHistogramData
{
    private const long StepMs = 15_000;

    public static void AddTo(SampleSet samples, long startMs, long endMs)
    {
        var random = new Random(4711);
        foreach (var instance in (string[])["a", "b", "c"])
        {
            Labels Of(string name) => Labels.Of("__name__", name, "instance", instance, "job", "native");
            AddCounter(samples, random, Of("native_latency_seconds"), startMs, endMs, schemas: [3], resetEvery: 0);
            AddCounter(samples, random, Of("native_resetting_seconds"), startMs, endMs, schemas: [2], resetEvery: 13);
            AddCounter(samples, random, Of("native_schemas_seconds"), startMs, endMs, schemas: instance == "a" ? [4] : [1], resetEvery: 40);
            AddGauge(samples, random, Of("native_gauge"), startMs, endMs);
            AddCustom(samples, random, Of("native_custom_seconds"), startMs, endMs, instance == "c" ? [0.1, 1, 5] : [0.1, 0.5, 1, 10]);
            AddMixed(samples, random, Of("native_mixed"), startMs, endMs);
        }
    }

    private static void AddCounter(SampleSet samples, Random random, Labels labels, long startMs, long endMs, int[] schemas, int resetEvery)
    {
        var buckets = new double[12];
        double sum = 0, zero = 0;
        var n = 0;
        for (var time = startMs; time <= endMs; time += StepMs, n++)
        {
            if (resetEvery > 0 && n % resetEvery == resetEvery - 1)
            {
                Array.Clear(buckets);
                (sum, zero) = (0, 0);
            }
            for (var i = random.Next(12); i > 0; i--)
            {
                buckets[Math.Min(random.Next(12), random.Next(12))]++;
                sum += random.NextDouble();
            }
            zero += random.Next(2);
            samples.Add(labels, time, Exponential(schemas[n % schemas.Length], buckets, zero, sum, CounterResetHint.Unknown));
        }
    }

    private static void AddGauge(SampleSet samples, Random random, Labels labels, long startMs, long endMs)
    {
        for (var time = startMs; time <= endMs; time += StepMs)
        {
            double[] buckets = [.. Enumerable.Range(0, 6).Select(_ => (double)random.Next(10))];
            samples.Add(labels, time, Exponential(0, buckets, 3, random.Next(100) - 50, CounterResetHint.Gauge, negative: true));
        }
    }

    private static void AddCustom(SampleSet samples, Random random, Labels labels, long startMs, long endMs, double[] bounds)
    {
        var buckets = new double[bounds.Length + 1];
        var sum = 0.0;
        for (var time = startMs; time <= endMs; time += StepMs)
        {
            buckets[random.Next(buckets.Length)] += random.Next(5);
            sum += random.NextDouble();
            samples.Add(labels, time, new NativeHistogram
            {
                Schema = NativeHistogram.CustomBucketsSchema,
                CustomBounds = bounds,
                IsFloat = true,
                Count = buckets.Sum(),
                Sum = sum,
                PositiveSpans = [new BucketSpan(0, (uint)buckets.Length)],
                PositiveBuckets = (double[])buckets.Clone(),
            });
        }
    }

    private static void AddMixed(SampleSet samples, Random random, Labels labels, long startMs, long endMs)
    {
        var n = 0;
        for (var time = startMs; time <= endMs; time += StepMs, n++)
        {
            if (n / 23 % 2 == 0)
            {
                samples.Add(labels, time, (double)n);
            }
            else
            {
                samples.Add(labels, time, Exponential(1, [n, 2, random.Next(3)], 0, n, CounterResetHint.Unknown));
            }
        }
    }

    private static NativeHistogram Exponential(int schema, double[] buckets, double zero, double sum, CounterResetHint hint, bool negative = false)
    {
        double[] counts = [.. buckets];
        // A gap in the middle, so that there are two spans.
        var half = counts.Length / 2;
        BucketSpan[] spans = [new BucketSpan(-2, (uint)half), new BucketSpan(3, (uint)(counts.Length - half))];
        return new NativeHistogram
        {
            CounterResetHint = hint,
            Schema = schema,
            ZeroThreshold = 0.001,
            ZeroCount = zero,
            Count = counts.Sum() * (negative ? 2 : 1) + zero,
            Sum = sum,
            IsFloat = true,
            PositiveSpans = spans,
            PositiveBuckets = counts,
            NegativeSpans = negative ? spans : [],
            NegativeBuckets = negative ? [.. counts] : [],
        };
    }
}
