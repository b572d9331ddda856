using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Queries;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>Has every server read every sample of the synthetic stream, in turn, and compares what they made of them.</summary>
internal sealed class ScanRace(BenchmarkArguments arguments)
{
    private const int Targets = 20;
    private const int Steps = 1200;
    private const string Selector = "{__name__!=\"\",job=\"node\"}";

    /// <summary>One that needs the times only, and two that need the values.</summary>
    private static readonly (string Function, bool IsCount)[] Functions = [("count_over_time", true), ("sum_over_time", false), ("max_over_time", false)];

    public async Task<string> RunAsync()
    {
        var steps = arguments.Option("--steps", Steps);
        var targets = arguments.Option("--targets", Targets);
        using var filled = await FilledServers.StartAsync(arguments, steps, start => Task.FromResult<IReadOnlyList<WriteStream>>([new SyntheticStream(targets, steps, start)]));
        return await RaceAsync(filled);
    }

    private async Task<string> RaceAsync(FilledServers filled)
    {
        var rounds = arguments.Option("--rounds", 5);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{filled.Samples:N0} samples of {filled.Streams[0].Series:N0} series, all read for one point in time. Medians of {rounds} rounds.");
        foreach (var (function, isCount) in Functions)
        {
            text.AppendLine();
            await RaceAsync(text, filled, rounds, function, isCount);
        }
        return text.ToString();
    }

    private static async Task RaceAsync(StringBuilder text, FilledServers filled, int rounds, string function, bool isCount)
    {
        var (servers, stream) = (filled.Servers, filled.Streams[0]);
        var figures = servers.ToDictionary(server => server.Name, _ => new Medians());
        var answers = servers.ToDictionary(server => server.Name, _ => 0.0);
        var range = (stream.EndMs - stream.StartMs + 1000) / 1000;
        var query = string.Create(CultureInfo.InvariantCulture, $"sum({function}({Selector}[{range}s]))");
        // Two rounds are not counted: they read the files into memory and compile code.
        for (var round = -2; round < rounds; round++)
        {
            foreach (var server in servers)
            {
                var (answer, elapsed, cpu) = await Counting.AskAsync(server, query, stream.EndMs);
                answers[server.Name] = answer;
                if (round >= 0)
                {
                    figures[server.Name].Add("rate", filled.Samples / 1e6 / elapsed.TotalSeconds);
                    figures[server.Name].Add("seconds", elapsed.TotalSeconds);
                    figures[server.Name].Add("cpu", cpu);
                }
            }
        }
        text.AppendLine(CultureInfo.InvariantCulture, $"| `sum({function}({Selector}[…]))` | M samples/s | seconds | CPU s | answer |\n|---|---|---|---|---|");
        var right = isCount ? filled.Samples : answers[servers[0].Name];
        foreach (var server in servers)
        {
            var f = figures[server.Name];
            // Sums of doubles differ by their order.
            var isRight = Math.Abs(answers[server.Name] - right) <= (isCount ? 0 : Math.Abs(right) * 1e-9);
            var told = isRight ? isCount ? "all" : "equal" : string.Create(CultureInfo.InvariantCulture, $"{answers[server.Name]:R}, wrong");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {server.Name} | {f["rate"]:F1} | {f["seconds"]:F3} | {f["cpu"]:F2} | {told} |");
        }
        foreach (var (peer, aim) in new[] { ("prometheus", 5.0), ("victoria-metrics", 2.0) })
        {
            if (figures.TryGetValue(peer, out var theirs) && figures.TryGetValue("touchline", out var ours))
            {
                var ratio = ours["rate"] / theirs["rate"];
                text.AppendLine(CultureInfo.InvariantCulture, $"\nTouchline reads {ratio:F1} times as fast as {peer}, with {theirs["cpu"] / ours["cpu"]:F1} times less CPU; the aim is {aim:F0} times as fast: {(ratio >= aim ? "reached" : "missed")}.");
            }
        }
    }
}
