using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Queries;

/// <summary>Asks every server the same range queries in turn and compares the answers with the first server's.</summary>
internal sealed class RangeQueries(IReadOnlyList<Server> servers, long startMs, long endMs, int stepSeconds, int runs)
{
    /// <summary>
    /// Medians by server of the latency and of the CPU that an answer took, ms; KiB that it allocated on average; how each server's answer compares with the first's.
    /// </summary>
    public sealed record Row(
        string Query, IReadOnlyList<double> Milliseconds, IReadOnlyList<double> CpuMilliseconds, IReadOnlyList<double> Kibibytes, IReadOnlyList<string> Answers);

    public async Task<IReadOnlyList<Row>> RunAsync(IEnumerable<string> queries)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(2) };
        var rows = new List<Row>();
        var readings = new ManagedMemory[servers.Count];
        for (var i = 0; i < servers.Count; i++)
        {
            readings[i] = await ManagedMemory.OfReadingAsync(servers[i]);
        }
        foreach (var query in queries)
        {
            var memory = new ManagedMemory[servers.Count];
            var latencies = servers.Select(_ => new List<double>()).ToList();
            var cpu = new double[servers.Count];
            var bodies = new byte[servers.Count][];
            // Two rounds are not counted: they fill caches and compile code.
            for (var run = -2; run < runs; run++)
            {
                for (var i = 0; i < servers.Count; i++)
                {
                    if (run == 0)
                    {
                        memory[i] = await ManagedMemory.ReadAsync(servers[i]);
                    }
                    var cpuBefore = servers[i].CpuSeconds();
                    var clock = Stopwatch.StartNew();
                    bodies[i] = await http.GetByteArrayAsync(servers[i].Address + Path(query, startMs, endMs, stepSeconds));
                    if (run >= 0)
                    {
                        latencies[i].Add(clock.Elapsed.TotalMilliseconds);
                        cpu[i] += (servers[i].CpuSeconds() - cpuBefore) * 1000 / runs;
                    }
                }
            }
            var allocated = new double[servers.Count];
            for (var i = 0; i < servers.Count; i++)
            {
                allocated[i] = Math.Max(0, (await ManagedMemory.ReadAsync(servers[i]) - memory[i] - readings[i]).AllocatedBytes / 1024 / runs);
            }
            var reference = Parse(bodies[0]);
            rows.Add(new Row(query, [.. latencies.Select(Median)], cpu, allocated, [.. bodies.Select(body => Compare(reference, Parse(body)))]));
            Console.Error.WriteLine($"{string.Join(" / ", rows[^1].Milliseconds.Select(ms => ms.ToString("F1", CultureInfo.InvariantCulture)))} ms: {query}");
        }
        return rows;
    }

    public static double Median(IReadOnlyList<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>A range query that is computed and not remembered.</summary>
    public static string Path(string query, long startMs, long endMs, int stepSeconds) => RememberedPath(query, startMs, endMs, stepSeconds) + "&nocache=1";

    /// <summary>A range query that may be answered from earlier answers.</summary>
    public static string RememberedPath(string query, long startMs, long endMs, int stepSeconds) =>
        $"/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={Seconds(startMs)}&end={Seconds(endMs)}&step={stepSeconds}";

    /// <summary>A table of the rows, and the geometric mean of each other server's latency and CPU over the last one's.</summary>
    public string Table(IReadOnlyList<Row> rows)
    {
        var text = new System.Text.StringBuilder();
        text.AppendLine($"| query | {string.Join(" | ", servers.Select(s => s.Name))} | KiB allocated | answers |\n|---|{string.Concat(servers.Select(_ => "---|"))}---|---|");
        foreach (var row in rows)
        {
            var cells = row.Milliseconds.Select((ms, i) => string.Create(CultureInfo.InvariantCulture, $"{ms:F1} ({row.CpuMilliseconds[i]:F0})"));
            text.AppendLine($"| `{row.Query.Replace("|", "\\|", StringComparison.Ordinal)}` | {string.Join(" | ", cells)} | {string.Join(" / ", row.Kibibytes.Select(kib => kib.ToString("F0", CultureInfo.InvariantCulture)))} | {string.Join(", ", row.Answers.Skip(1).Select((a, i) => $"{servers[i + 1].Name} {a}"))} |");
        }
        for (var i = 0; i + 1 < servers.Count; i++)
        {
            var latency = Math.Exp(rows.Average(row => Math.Log(row.Milliseconds[i] / row.Milliseconds[^1])));
            // CPU is counted in ticks of 10 ms: of a query that takes none, half a tick shared by the runs is as good a guess as any.
            var cpu = Math.Exp(rows.Average(row => Math.Log(Math.Max(row.CpuMilliseconds[i], 5.0 / runs) / Math.Max(row.CpuMilliseconds[^1], 5.0 / runs))));
            var slower = rows.Count(row => row.Milliseconds[^1] > row.Milliseconds[i]);
            text.AppendLine(CultureInfo.InvariantCulture, $"\nGeometric mean of {servers[i].Name} over {servers[^1].Name}: latency {latency:F2}, CPU {cpu:F2}. {servers[^1].Name} is slower at {slower} of {rows.Count}.");
        }
        return text.ToString();
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
