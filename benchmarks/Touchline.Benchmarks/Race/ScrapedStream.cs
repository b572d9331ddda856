using System.Globalization;
using System.Text;

namespace Touchline.Benchmarks.Race;

/// <summary>
/// What an imaginary fleet exposes: 40 % integer counters, 20 % counters with two decimals, 10 % gauges with two decimals, 5 % random
/// doubles, 25 % constants. The value depends on series and step only, so every server is told the very same.
/// </summary>
internal sealed class ScrapedStream(int targets, int seriesPerTarget, int steps, long startMs)
{
    public const int StepMs = 15_000;

    public int Targets => targets;

    public int Steps => steps;

    public long StartMs => startMs;

    public long EndMs => startMs + (long)(steps - 1) * StepMs;

    public long Samples => (long)targets * seriesPerTarget * steps;

    /// <summary>The body of one scrape, with explicit timestamps, so that an hour of data can be scraped in a minute.</summary>
    public byte[] Exposition(int target, int step)
    {
        var text = new StringBuilder(seriesPerTarget * 96);
        var time = startMs + (long)step * StepMs;
        var family = "";
        for (var series = 0; series < seriesPerTarget; series++)
        {
            var (name, type) = Kind(series);
            var metric = $"{name}_{series * 40 / seriesPerTarget}";
            if (metric != family)
            {
                text.Append(CultureInfo.InvariantCulture, $"# TYPE {metric} {type}\n");
                family = metric;
            }
            text.Append(CultureInfo.InvariantCulture, $"{metric}{{host=\"host-{target}\",path=\"/api/v1/resource/{series}\",zone=\"zone-{series % 3}\"}} ");
            text.Append(Value(target, series, step).ToString("R", CultureInfo.InvariantCulture)).Append(' ');
            text.Append(time.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private (string Name, string Type) Kind(int series) => (series * 40 / seriesPerTarget) switch
    {
        < 16 => ("requests_total", "counter"),
        < 24 => ("seconds_total", "counter"),
        < 28 => ("temperature", "gauge"),
        < 30 => ("noise", "gauge"),
        _ => ("limit", "gauge"),
    };

    private double Value(int target, int series, int step)
    {
        var seed = (uint)(target * 7919 + series);
        return Kind(series).Name switch
        {
            "requests_total" => (double)(seed % 1000) + (long)step * (1 + seed % 50) + Random(seed, step) % 5,
            "seconds_total" => Math.Round(seed % 100 + step * 0.37 * (1 + seed % 7) + Random(seed, step) % 30 / 100.0, 2),
            "temperature" => Math.Round(20 + 10 * Math.Sin((step + seed % 60) / 20.0) + Random(seed, step) % 50 / 100.0, 2),
            "noise" => Random(seed, step) / (double)uint.MaxValue,
            _ => seed % 4096,
        };
    }

    private static uint Random(uint seed, int step)
    {
        var x = (seed * 2654435761u) ^ ((uint)step * 40503u) ^ 0x9e3779b9u;
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        return x;
    }
}
