using Touchline.Model;

namespace Touchline.Differential.PromQL;

/// <summary>
/// An hour of samples with everything that is awkward in them: resets, gaps, staleness markers, NaN and infinities, jitter, classic
/// histograms, series that differ in their name only. The same every time.
/// </summary>
internal static class DemoData
{
    public const long StartMs = 1_700_000_000_000;
    public const long EndMs = StartMs + 60 * 60_000;
    private const long StepMs = 15_000;

    public static SampleSet Build()
    {
        var random = new Random(20250613);
        var samples = new SampleSet();
        for (var instance = 0; instance < 3; instance++)
        {
            string Host() => $"demo.promlabs.com:1000{instance}";
            Labels Of(string name, params string[] more) => Labels.Of([.. (string[])["__name__", name, "instance", Host(), "job", "demo"], .. more]);
            foreach (var type in (string[])["free", "used", "cached", "buffers"])
            {
                AddGauge(samples, random, Of("demo_memory_usage_bytes", "type", type), 1e9, 3e8);
            }
            AddEach(samples, Of("demo_num_cpus"), _ => instance + 2);
            AddGauge(samples, random, Of("demo_disk_usage_bytes"), 5e10, 1e7);
            AddEach(samples, Of("demo_disk_total_bytes"), _ => 6e10);
            AddEach(samples, Of("demo_batch_last_success_timestamp_seconds"), t => (t - t % 300_000) / 1000.0 - 40 * instance);
            foreach (var mode in (string[])["idle", "user", "system"])
            {
                AddCounter(samples, random, Of("demo_cpu_usage_seconds_total", "mode", mode), 15, resetEvery: 0);
            }
            foreach (var path in (string[])["/api/foo", "/api/bar"])
            {
                AddClassicHistogram(samples, random, (name, more) => Of(name, [.. (string[])["path", path, "method", "GET", "status", "200"], .. more]));
            }
            AddCounter(samples, random, Of("demo_resetting_total"), 20, resetEvery: 17);
            AddIntermittent(samples, random, Of("demo_intermittent_metric"));
            AddSpecialValues(samples, Of("demo_special_values"), instance);
            AddJitter(samples, random, Of("demo_jittered_total"));
        }
        AddEach(samples, Labels.Of("__name__", "demo_twin_a", "instance", "x"), t => t % 7);
        AddEach(samples, Labels.Of("__name__", "demo_twin_b", "instance", "x"), t => t % 5);
        AddEach(samples, Labels.Of("__name__", "demo_typed_total", "__type__", "counter", "__unit__", "seconds", "instance", "x"), t => t / 1000.0 - 1.6e9);
        AddEach(samples, Labels.Of("__name__", "demo_late_total", "instance", "x"), t => t > StartMs + 30 * 60_000 ? (t - StartMs) / 1000.0 : null);
        foreach (var version in (string[])["v1.2", "v1.10", "v1.9", "v2"])
        {
            AddEach(samples, Labels.Of("__name__", "demo_build_info", "version", version, "instance", "i" + version.Length), _ => 1);
        }
        foreach (var (bound, count) in (List<(string, double)>)[("0.1", 2), ("1", 1), ("10", 5), ("100", 4), ("1000", 9), ("+Inf", 8)])
        {
            AddEach(samples, Labels.Of("__name__", "demo_nonmonotonic_bucket", "le", bound), t => count * ((t - StartMs) / StepMs));
        }
        foreach (var (instance, version) in (List<(int, string)>)[(0, "1.0"), (1, "1.1")])
        {
            var (host, upgraded) = ($"demo.promlabs.com:1000{instance}", StartMs + 40 * 60_000);
            AddEach(samples, Labels.Of("__name__", "target_info", "instance", host, "job", "demo", "version", version, "cluster", "c"), t => t < upgraded ? 1 : null);
            AddEach(samples, Labels.Of("__name__", "target_info", "instance", host, "job", "demo", "version", "2", "cluster", "c"), t => t < upgraded ? null : 1);
            AddEach(samples, Labels.Of("__name__", "other_info", "instance", host, "job", "demo", "owner", "me"), _ => 1);
        }
        NativeHistogramData.AddTo(samples, StartMs, EndMs);
        return samples;
    }

    private static IEnumerable<long> Times() => Enumerable.Range(0, (int)((EndMs - StartMs) / StepMs) + 1).Select(i => StartMs + i * StepMs);

    private static void AddEach(SampleSet samples, Labels labels, Func<long, double?> value)
    {
        foreach (var time in Times())
        {
            if (value(time) is { } v)
            {
                samples.Add(labels, time, v);
            }
        }
    }

    private static void AddGauge(SampleSet samples, Random random, Labels labels, double around, double spread)
    {
        var value = around;
        AddEach(samples, labels, _ => value += (random.NextDouble() - 0.5) * spread);
    }

    private static void AddCounter(SampleSet samples, Random random, Labels labels, double rate, int resetEvery)
    {
        var value = 0.0;
        var count = 0;
        AddEach(samples, labels, _ =>
        {
            value += random.NextDouble() * rate;
            if (resetEvery > 0 && ++count % resetEvery == 0)
            {
                value = random.NextDouble();
            }
            return value;
        });
    }

    private static void AddClassicHistogram(SampleSet samples, Random random, Func<string, string[], Labels> labels)
    {
        double[] bounds = [0.0001, 0.001, 0.01, 0.05, 0.1, 0.5, 1, double.PositiveInfinity];
        var counts = new double[bounds.Length];
        var sum = 0.0;
        foreach (var time in Times())
        {
            for (var i = random.Next(20); i > 0; i--)
            {
                var seconds = random.NextDouble() * random.NextDouble() * 1.5;
                sum += seconds;
                for (var b = 0; b < bounds.Length; b++)
                {
                    counts[b] += seconds <= bounds[b] ? 1 : 0;
                }
            }
            for (var b = 0; b < bounds.Length; b++)
            {
                samples.Add(labels("demo_api_request_duration_seconds_bucket", ["le", SampleValue.Format(bounds[b])]), time, counts[b]);
            }
            samples.Add(labels("demo_api_request_duration_seconds_count", []), time, counts[^1]);
            samples.Add(labels("demo_api_request_duration_seconds_sum", []), time, sum);
        }
    }

    private static void AddIntermittent(SampleSet samples, Random random, Labels labels)
    {
        var present = true;
        foreach (var time in Times())
        {
            if (random.Next(8) == 0)
            {
                present = !present;
                if (!present && random.Next(2) == 0)
                {
                    samples.Add(labels, time, StaleMarker.Value);
                    continue;
                }
            }
            if (present)
            {
                samples.Add(labels, time, random.Next(5));
            }
        }
    }

    private static void AddSpecialValues(SampleSet samples, Labels labels, int shift)
    {
        double[] values = [1, double.NaN, 2.5, double.PositiveInfinity, -3, double.NegativeInfinity, 0, -0.0, 1e300, -1e300, 1e-300, double.NaN];
        var i = shift;
        AddEach(samples, labels, _ => values[i++ % values.Length]);
    }

    private static void AddJitter(SampleSet samples, Random random, Labels labels)
    {
        var value = 0.0;
        foreach (var time in Times())
        {
            value += random.Next(100);
            if (random.Next(10) != 0)
            {
                samples.Add(labels, time + random.Next(2000), value);
            }
        }
    }
}
