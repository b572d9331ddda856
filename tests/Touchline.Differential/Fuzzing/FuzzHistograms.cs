using Touchline.Differential.PromQL;
using Touchline.Model;

namespace Touchline.Differential.Fuzzing;

/// <summary>
/// Native histograms: whole and fractional counts, exponential and custom buckets, gauges, resets told and untold, layouts that change on the way,
/// and series that are numbers at times.
/// </summary>
internal sealed class FuzzHistograms(Random random, SampleSet samples)
{
    private static readonly double[][] Bounds = [[0.1, 0.5, 1, 5], [0.1, 1, 5], [-2, 0, 2, 4], [1, 2, 3, 4, 5]];

    public void Add()
    {
        foreach (var instance in (string[])["a:1", "b:1", "c:1"])
        {
            Labels Of(string name, string job = "api") => Labels.Of("__name__", name, "job", job, "instance", instance);
            AddExponential(Of("nh_whole"), isFloat: false, CounterResetHint.Unknown, [random.Next(0, 3)]);
            AddExponential(Of("nh_whole", "web"), isFloat: false, CounterResetHint.Unknown, [random.Next(-2, 5)]);
            AddExponential(Of("nh_float"), isFloat: true, CounterResetHint.Unknown, [random.Next(0, 4), random.Next(0, 4)]);
            AddExponential(Of("nh_gauge"), isFloat: random.Next(2) == 0, CounterResetHint.Gauge, [random.Next(0, 3)]);
            AddCustom(Of("nh_custom"), isFloat: random.Next(2) == 0, CounterResetHint.Unknown, change: random.Next(3) == 0);
            AddCustom(Of("nh_custom_gauge"), isFloat: random.Next(2) == 0, CounterResetHint.Gauge, change: false);
            AddMixed(Of("nh_mixed"));
            AddExponential(Of("latency"), isFloat: false, CounterResetHint.Unknown, [1]);
        }
    }

    /// <summary>A counter of whole observations.</summary>
    public void AddOne(Labels labels) => AddExponential(labels, isFloat: false, CounterResetHint.Unknown, [3], withNotNumbers: false);

    private IEnumerable<long> Times()
    {
        for (var time = FuzzData.StartMs; time <= FuzzData.EndMs; time += FuzzData.StepMs)
        {
            if (random.Next(25) != 0)
            {
                yield return time;
            }
        }
    }

    private void AddExponential(Labels labels, bool isFloat, CounterResetHint hint, int[] schemas, bool withNotNumbers = true)
    {
        var schema = schemas[0];
        var (negative, positive) = (new double[random.Next(3) == 0 ? 5 : 0], new double[8]);
        var (zero, sum, narrow) = (0.0, 0.0, random.Next(2) == 0);
        // No bucket may lie inside the zero bucket, as no sender has it so; that of one series may cover buckets of another.
        var (offset, threshold) = (narrow ? random.Next(-1, 4) : random.Next(1, 4), 0.001);
        foreach (var time in Times())
        {
            if (random.Next(40) == 0)
            {
                samples.Add(labels, time, new NativeHistogram { IsFloat = isFloat, Sum = StaleMarker.Value });
                continue;
            }
            if (random.Next(30) == 0 || hint == CounterResetHint.Gauge)
            {
                Array.Clear(positive);
                Array.Clear(negative);
                (zero, sum) = (0, 0);
                schema = schemas[random.Next(schemas.Length)];
                threshold = !narrow && random.Next(4) == 0 ? 0.5 : threshold;
            }
            for (var i = random.Next(6); i > 0; i--)
            {
                var one = isFloat ? random.Next(1, 9) / 4.0 : random.Next(1, 4);
                var buckets = negative.Length > 0 && random.Next(3) == 0 ? negative : positive;
                buckets[random.Next(random.Next(1, buckets.Length + 1))] += one;
                sum += (buckets == negative ? -1 : 1) * random.NextDouble() * 10;
            }
            zero += random.Next(3) == 0 ? 1 : 0;
            samples.Add(labels, time, Exponential(schema, isFloat, hint, offset, positive, negative, zero, threshold, sum, withNotNumbers && random.Next(60) == 0 ? 2 : 0));
        }
    }

    private static NativeHistogram Exponential(
        int schema, bool isFloat, CounterResetHint hint, int offset, double[] positive, double[] negative, double zero, double threshold, double sum, double notNumbers = 0) => new()
        {
            Schema = schema,
            IsFloat = isFloat,
            CounterResetHint = hint,
            ZeroThreshold = threshold,
            ZeroCount = zero,
            Count = zero + positive.Sum() + negative.Sum() + notNumbers,
            Sum = notNumbers > 0 ? double.NaN : sum,
            PositiveSpans = [new BucketSpan(offset, 3), new BucketSpan(2, (uint)positive.Length - 3)],
            PositiveBuckets = [.. positive],
            NegativeSpans = negative.Length == 0 ? [] : [new BucketSpan(1, (uint)negative.Length)],
            NegativeBuckets = [.. negative],
        };

    private void AddCustom(Labels labels, bool isFloat, CounterResetHint hint, bool change)
    {
        var bounds = Bounds[random.Next(Bounds.Length)];
        var buckets = new double[bounds.Length + 1];
        var sum = 0.0;
        foreach (var time in Times())
        {
            if (random.Next(30) == 0 || hint == CounterResetHint.Gauge)
            {
                bounds = change ? Bounds[random.Next(Bounds.Length)] : bounds;
                buckets = new double[bounds.Length + 1];
                sum = 0;
            }
            buckets[random.Next(buckets.Length)] += isFloat ? random.Next(9) / 4.0 : random.Next(5);
            sum += random.NextDouble();
            samples.Add(labels, time, new NativeHistogram
            {
                Schema = NativeHistogram.CustomBucketsSchema,
                CustomBounds = bounds,
                IsFloat = isFloat,
                CounterResetHint = hint,
                Count = buckets.Sum(),
                Sum = sum,
                PositiveSpans = [new BucketSpan(0, (uint)buckets.Length)],
                PositiveBuckets = [.. buckets],
            });
        }
    }

    private void AddMixed(Labels labels)
    {
        var (n, histogram) = (0.0, false);
        foreach (var time in Times())
        {
            n++;
            histogram ^= random.Next(15) == 0;
            if (histogram)
            {
                samples.Add(labels, time, Exponential(1, false, CounterResetHint.Unknown, 0, [n, 2, 0, 1], [], 0, 0.001, n));
            }
            else
            {
                samples.Add(labels, time, n);
            }
        }
    }
}
