using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Storage;

/// <summary>Asks a server to count everything it has, which makes it read every sample.</summary>
internal static class Counting
{
    /// <summary>How many samples there are from the start to the end, and how long and how much CPU the answer took.</summary>
    public static async Task<(long Samples, TimeSpan Elapsed, double Cpu)> SamplesAsync(Server server, long startMs, long endMs, string selector)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"sum(count_over_time({selector}[{(endMs - startMs + 1000) / 1000}s]))");
        var (answer, elapsed, cpu) = await AskAsync(server, query, endMs);
        return ((long)answer, elapsed, cpu);
    }

    /// <summary>The same, asked metric by metric, where series may differ in their name only.</summary>
    public static async Task<long> SamplesByNameAsync(Server server, long startMs, long endMs)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        using var names = JsonDocument.Parse(await http.GetStringAsync($"{server.Address}/api/v1/label/__name__/values?start={startMs / 1000}&end={endMs / 1000}"));
        var total = 0L;
        foreach (var name in names.RootElement.GetProperty("data").EnumerateArray())
        {
            total += (await SamplesAsync(server, startMs, endMs, $"{name.GetString()}{{job=\"node\"}}")).Samples;
        }
        return total;
    }

    /// <summary>The one number that answers a query at a time; 0 where there is none.</summary>
    public static async Task<(double Answer, TimeSpan Elapsed, double Cpu)> AskAsync(Server server, string query, long timeMs)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        var cpu = server.CpuSeconds();
        var clock = Stopwatch.StartNew();
        var time = (timeMs / 1000.0).ToString("R", CultureInfo.InvariantCulture);
        using var answer = await http.GetAsync($"{server.Address}/api/v1/query?query={Uri.EscapeDataString(query)}&time={time}&nocache=1");
        var body = await answer.Content.ReadAsStringAsync();
        var elapsed = clock.Elapsed;
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{server.Name} answered {(int)answer.StatusCode}: {body}");
        }
        using var json = JsonDocument.Parse(body);
        var result = json.RootElement.GetProperty("data").GetProperty("result");
        var number = result.GetArrayLength() == 0 ? "0" : result[0].GetProperty("value")[1].GetString()!;
        return (double.Parse(number, CultureInfo.InvariantCulture), elapsed, server.CpuSeconds() - cpu);
    }
}
