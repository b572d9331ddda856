using Touchline.Differential.PromQL;
using Touchline.Model;

namespace Touchline.Differential.Fuzzing;

/// <summary>
/// Random samples of fixed names: counters with resets, gaps, staleness markers, NaN and infinities, series of one name in several jobs, classic
/// histograms whole and broken, native histograms of every kind. A seed always gives the same.
/// </summary>
internal sealed class FuzzData
{
    public const long StartMs = 1_700_000_000_000;
    public const long EndMs = StartMs + 30 * 60_000;
    public const long StepMs = 15_000;

    private static readonly double[] Awkward = [0, -0.0, 1, -1, 2.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e15, -1e9, 1e-7, 123456789, 1e21, 0.1];

    private readonly Random _random;

    private FuzzData(int seed) => _random = new Random(seed);

    public SampleSet Samples { get; } = new();

    public static SampleSet Build(int seed)
    {
        var data = new FuzzData(seed);
        data.AddRequests();
        data.AddGauges();
        data.AddInformation();
        data.AddClassicHistograms();
        data.AddUnusualNames();
        new FuzzHistograms(data._random, data.Samples).Add();
        return data.Samples;
    }

    private static IEnumerable<long> Times() => Enumerable.Range(0, (int)((EndMs - StartMs) / StepMs) + 1).Select(i => StartMs + i * StepMs);

    private static IEnumerable<(string Job, string Instance)> Targets() =>
        from job in (string[])["api", "web"] from instance in (string[])["a:1", "b:1", "c:1"] select (job, instance);

    private void AddRequests()
    {
        foreach (var (job, instance) in Targets())
        {
            foreach (var path in (string[])["/", "/x"])
            {
                foreach (var code in (string[])["200", "500"])
                {
                    AddCounter(Labels.Of("__name__", "requests_total", "job", job, "instance", instance, "path", path, "code", code));
                }
                AddCounter(Labels.Of("__name__", "errors_total", "job", job, "instance", instance, "path", path));
            }
        }
    }

    /// <summary>Resets now and then, is away now and then, with a staleness marker or without, and its times are not quite even.</summary>
    private void AddCounter(Labels labels)
    {
        var (value, away) = ((double)_random.Next(1000), 0);
        var jitter = _random.Next(3) == 0 ? 4000 : 1;
        var whole = _random.Next(2) == 0;
        foreach (var time in Times())
        {
            if (away > 0)
            {
                away--;
                continue;
            }
            if (_random.Next(40) == 0)
            {
                away = _random.Next(1, 30);
                if (_random.Next(2) == 0)
                {
                    Samples.Add(labels, time, StaleMarker.Value);
                    continue;
                }
            }
            value = _random.Next(25) == 0 ? _random.Next(5) : value + (whole ? _random.Next(20) : _random.NextDouble() * 20);
            Samples.Add(labels, time + _random.Next(jitter), value);
        }
    }

    private void AddGauges()
    {
        foreach (var (job, instance) in Targets())
        {
            foreach (var zone in (string[])["n", "s"])
            {
                var value = _random.NextDouble() * 100 - 50;
                AddEach(Labels.Of("__name__", "temperature", "job", job, "instance", instance, "zone", zone), () => value += (_random.NextDouble() - 0.5) * 10, 0.05);
            }
            AddEach(Labels.Of("__name__", "queue_length", "job", job, "instance", instance), () => _random.Next(4), 0.02);
            AddEach(Labels.Of("__name__", "odd", "job", job, "instance", instance), () => Awkward[_random.Next(Awkward.Length)], 0.1);
            AddEach(Labels.Of("__name__", "since", "job", job, "instance", instance), () => _random.Next(2_000_000_000) * (_random.Next(5) == 0 ? -1.0 : 1.0), 0);
        }
        foreach (var path in (string[])["/", "/x", "/y"])
        {
            AddEach(Labels.Of("__name__", "limits", "path", path), () => _random.Next(500), 0);
        }
        AddEach(Labels.Of("__name__", "twin_a", "instance", "a:1"), () => _random.Next(3), 0.1);
        AddEach(Labels.Of("__name__", "twin_b", "instance", "a:1"), () => _random.Next(3), 0.1);
        AddEach(Labels.Of("__name__", "single"), () => _random.Next(3), 0.02);
        AddEach(Labels.Of("__name__", "constant", "job", "api"), () => 7, 0);
        AddEach(Labels.Of("__name__", "typed_total", "__type__", "counter", "__unit__", "bytes", "job", "api"), () => _random.Next(100), 0);
    }

    private void AddEach(Labels labels, Func<double> value, double gaps)
    {
        foreach (var time in Times())
        {
            var next = value();
            if (_random.NextDouble() >= gaps)
            {
                Samples.Add(labels, time, next);
            }
            else if (_random.Next(2) == 0)
            {
                Samples.Add(labels, time, StaleMarker.Value);
            }
        }
    }

    private void AddInformation()
    {
        foreach (var (job, instance) in Targets())
        {
            var change = StartMs + _random.Next(120) * StepMs;
            foreach (var time in Times())
            {
                // One goes before the other comes: to Prometheus 3.5 a marker at the time of the other's sample is a conflict in range queries.
                var version = time <= change ? "1" : "2";
                Samples.Add(
                    Labels.Of("__name__", "target_info", "job", job, "instance", instance, "version", version, "region", "r" + instance[0]),
                    time,
                    time == change ? StaleMarker.Value : 1);
            }
            AddEach(Labels.Of("__name__", "build_info", "job", job, "instance", instance, "revision", "v1." + _random.Next(8, 12)), () => 1, 0);
        }
    }

    private void AddClassicHistograms()
    {
        foreach (var (job, instance) in Targets())
        {
            AddClassic("latency", job, instance, ["0.1", "0.5", "1", "5", "+Inf"], broken: false);
        }
        AddClassic("broken", "api", "a:1", ["0.1", "0.5", "1.0", "1", "+Inf"], broken: true);
        AddClassic("broken", "api", "b:1", ["-5", "-1", "0", "3"], broken: false);
        AddClassic("broken", "api", "c:1", ["1", "2", "many", "+Inf"], broken: true);
        AddClassic("broken", "web", "a:1", ["+Inf"], broken: false);
        AddClassic("broken", "web", "b:1", ["-5", "-1", "0", "3", "Inf"], broken: false);
    }

    private void AddClassic(string name, string job, string instance, string[] bounds, bool broken)
    {
        var counts = new double[bounds.Length];
        var sum = 0.0;
        foreach (var time in Times())
        {
            for (var i = _random.Next(6); i > 0; i--)
            {
                var smallest = _random.Next(bounds.Length);
                for (var b = smallest; b < counts.Length; b++)
                {
                    counts[b] += broken && _random.Next(4) == 0 ? 0 : 1;
                }
                sum += smallest;
            }
            if (_random.Next(50) == 0)
            {
                Array.Clear(counts);
                sum = 0;
            }
            for (var b = 0; b < counts.Length; b++)
            {
                Samples.Add(Labels.Of("__name__", name + "_bucket", "job", job, "instance", instance, "le", bounds[b]), time, counts[b]);
            }
            Samples.Add(Labels.Of("__name__", name + "_count", "job", job, "instance", instance), time, counts[^1]);
            Samples.Add(Labels.Of("__name__", name + "_sum", "job", job, "instance", instance), time, sum);
        }
    }

    private void AddUnusualNames()
    {
        AddCounter(Labels.Of("__name__", "http.server.duration", "http.status", "200", "job", "api"));
        AddCounter(Labels.Of("__name__", "http.server.duration", "http.status", "5\"0\\0\n", "job", "api"));
        AddCounter(Labels.Of("__name__", "größe", "ländle", "süd", "job", "web"));
        AddCounter(Labels.Of("__name__", "a:rule", "job", "web"));
        AddCounter(Labels.Of("__name__", "sum", "job", "web", "on", "x"));
    }
}
