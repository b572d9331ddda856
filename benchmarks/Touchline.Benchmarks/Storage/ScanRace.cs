using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>Has every server read every sample of the synthetic stream, in turn, and compares what they counted.</summary>
internal sealed class ScanRace(BenchmarkArguments arguments)
{
    private const int Targets = 20;
    private const int Steps = 1200;
    private const string Selector = "{__name__!=\"\",job=\"node\"}";

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-scan-").FullName;
        var servers = new List<Server>();
        try
        {
            var steps = arguments.Option("--steps", Steps);
            using var bodies = BodyFile.Write(
                new SyntheticStream(arguments.Option("--targets", Targets), steps, WriteStream.StartOf(steps)), Path.Combine(work, "bodies"));
            var contenders = Contender.Of(arguments);
            foreach (var contender in contenders)
            {
                var server = await contender.StartAsync(Path.Combine(work, contender.Name));
                servers.Add(server);
                _ = await Loader.SendAsync(server, bodies.Bodies());
                _ = await contender.SettleAsync(server);
                _ = await contender.CompactedAsync(server, bodies.Samples);
            }
            return await RaceAsync(servers, bodies);
        }
        finally
        {
            servers.ForEach(server => server.Dispose());
            Directory.Delete(work, recursive: true);
        }
    }

    private async Task<string> RaceAsync(List<Server> servers, BodyFile bodies)
    {
        var rounds = arguments.Option("--rounds", 5);
        var figures = servers.ToDictionary(server => server.Name, _ => new Medians());
        var answers = servers.ToDictionary(server => server.Name, _ => 0L);
        // One round is not counted: it reads the files into memory and compiles code.
        for (var round = -1; round < rounds; round++)
        {
            foreach (var server in servers)
            {
                var (samples, elapsed, cpu) = await Counting.SamplesAsync(server, bodies.Stream.StartMs, bodies.Stream.EndMs, Selector);
                answers[server.Name] = samples;
                if (round >= 0)
                {
                    figures[server.Name].Add("rate", samples / 1e6 / elapsed.TotalSeconds);
                    figures[server.Name].Add("seconds", elapsed.TotalSeconds);
                    figures[server.Name].Add("cpu", cpu);
                }
            }
        }
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"`sum(count_over_time({Selector}[…]))` over {bodies.Samples:N0} samples of {bodies.Stream.Series:N0} series, at one time. Medians of {rounds} rounds.\n");
        text.AppendLine("| server | M samples/s | seconds | CPU s | samples counted |\n|---|---|---|---|---|");
        foreach (var server in servers)
        {
            var f = figures[server.Name];
            var right = answers[server.Name] == bodies.Samples ? "all" : string.Create(CultureInfo.InvariantCulture, $"{answers[server.Name]:N0}, wrong");
            text.AppendLine(CultureInfo.InvariantCulture, $"| {server.Name} | {f["rate"]:F1} | {f["seconds"]:F3} | {f["cpu"]:F2} | {right} |");
        }
        foreach (var (peer, aim) in new[] { ("prometheus", 5.0), ("victoria-metrics", 2.0) })
        {
            if (figures.TryGetValue(peer, out var theirs) && figures.TryGetValue("touchline", out var ours))
            {
                var ratio = ours["rate"] / theirs["rate"];
                text.AppendLine(CultureInfo.InvariantCulture, $"\nTouchline reads {ratio:F1} times as fast as {peer}; the aim is {aim:F0} times: {(ratio >= aim ? "reached" : "missed")}.");
            }
        }
        return text.ToString();
    }
}
