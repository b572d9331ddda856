using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Race;

/// <summary>Asks every server the same range queries in turn and compares the answers with the first server's.</summary>
internal sealed class QueryRace(IReadOnlyList<Server> servers, ScrapedStream stream, int runs)
{
    private static readonly string[] Queries =
    [
        "sum by (zone) (rate(requests_total_3[5m]))",
        "rate(requests_total_3[5m])",
        "topk(5, rate(requests_total_1[5m]))",
        "sum(rate({__name__=~\"requests_total_.*\"}[5m]))",
        "count by (zone) ({__name__=~\"limit_.*\"})",
        "avg by (host) (temperature_25)",
        "avg_over_time(temperature_24[10m])",
        "max_over_time(temperature_24[10m])",
        "quantile_over_time(0.95, noise_28[30m])",
        "quantile by (host) (0.9, noise_29)",
        "seconds_total_17 / on (host, path, zone) seconds_total_17",
        "increase(seconds_total_20[10m]) > 20",
        "histogram_quantile(0.9, sum by (le) (label_replace(rate(requests_total_2[5m]), \"le\", \"$1\", \"zone\", \"zone-(.)\")))",
        "count_over_time({__name__=~\".+\"}[50m])",
    ];

    public sealed record Row(string Query, IReadOnlyList<double> Milliseconds, IReadOnlyList<double> CpuMilliseconds, IReadOnlyList<string> Answers);

    public async Task<IReadOnlyList<Row>> RunAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var rows = new List<Row>();
        foreach (var query in Queries)
        {
            var latencies = servers.Select(_ => new List<double>()).ToList();
            var cpu = new double[servers.Count];
            var bodies = new byte[servers.Count][];
            // One round is not counted: it fills caches and compiles code.
            for (var run = -1; run < runs; run++)
            {
                for (var i = 0; i < servers.Count; i++)
                {
                    var url = $"{servers[i].Address}/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(stream.StartMs)}&end={Seconds(stream.EndMs)}&step=15&nocache=1";
                    var cpuBefore = servers[i].CpuSeconds();
                    var clock = Stopwatch.StartNew();
                    bodies[i] = await http.GetByteArrayAsync(url);
                    if (run >= 0)
                    {
                        latencies[i].Add(clock.Elapsed.TotalMilliseconds);
                        cpu[i] += (servers[i].CpuSeconds() - cpuBefore) * 1000 / runs;
                    }
                }
            }
            var reference = Parse(bodies[0]);
            rows.Add(new Row(query, [.. latencies.Select(Median)], cpu, [.. bodies.Select(body => Compare(reference, Parse(body)))]));
        }
        return rows;
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Seconds(long ms) => (ms / 1000.0).ToString("R", CultureInfo.InvariantCulture);

    private static Dictionary<string, Dictionary<double, double>> Parse(byte[] body)
    {
        using var json = JsonDocument.Parse(body);
        var result = new Dictionary<string, Dictionary<double, double>>();
        foreach (var series in json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var labels = string.Join(',', series.GetProperty("metric").EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value.GetString()}"));
            result[labels] = series.GetProperty("values").EnumerateArray().ToDictionary(
                point => point[0].GetDouble(), point => double.TryParse(point[1].GetString(), CultureInfo.InvariantCulture, out var value) ? value : double.PositiveInfinity);
        }
        return result;
    }

    private static string Compare(Dictionary<string, Dictionary<double, double>> expected, Dictionary<string, Dictionary<double, double>> actual)
    {
        var points = expected.Values.Sum(series => series.Count);
        var equal = 0;
        foreach (var (labels, series) in expected)
        {
            if (actual.TryGetValue(labels, out var other))
            {
                equal += series.Count(point => other.TryGetValue(point.Key, out var value) && (value.Equals(point.Value) || Math.Abs(value - point.Value) <= 1e-9 * Math.Abs(point.Value)));
            }
        }
        return equal == points && actual.Values.Sum(series => series.Count) == points
            ? "equal"
            : string.Create(CultureInfo.InvariantCulture, $"{100.0 * equal / Math.Max(1, points):F1} % equal");
    }
}
