using System.Diagnostics;
using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Queries;

/// <summary>Queries of all kinds over the synthetic stream, one at a time, then a dashboard's page over the recorded one, all of its panels at once.</summary>
internal sealed class QueryRace(BenchmarkArguments arguments)
{
    private const int Targets = 20;
    private const int Steps = 1200;
    private const int StepSeconds = 30;

    public async Task<string> RunAsync()
    {
        var steps = arguments.Option("--steps", Steps);
        using var filled = await FilledServers.StartAsync(arguments, steps, async start =>
            [new SyntheticStream(arguments.Option("--targets", Targets), steps, start), new RecordedStream(await Recording.LoadOrMakeAsync(arguments), steps, start)]);
        var text = new StringBuilder();
        if (!arguments.Has("--page-only"))
        {
            text.AppendLine(await OneByOneAsync(filled));
        }
        if (!arguments.Has("--queries-only"))
        {
            text.AppendLine(await PageAsync(filled));
        }
        return text.ToString();
    }

    private async Task<string> OneByOneAsync(FilledServers filled)
    {
        var runs = arguments.Option("--rounds", 5);
        var stream = filled.Streams[0];
        var chosen = arguments.Option("--grep", [""])[0];
        var queries = new RangeQueries(filled.Servers, stream.StartMs, stream.EndMs, StepSeconds, runs);
        var rows = await queries.RunAsync(StreamQueries.All.Where(query => query.Contains(chosen, StringComparison.Ordinal)));
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{filled.Samples:N0} samples, {string.Join(" and ", filled.Streams.Select(s => $"{s.Series:N0} series"))} over {stream.Steps * 15 / 3600.0:F1} h. Range queries over all of it at {StepSeconds}-s steps: median latency of {runs}, ms (CPU of the server, ms), the answers compared with Prometheus'.\n");
        text.Append(queries.Table(rows));
        return text.ToString();
    }

    /// <summary>
    /// The page as a dashboard asks it, all panels at once, each over a connection that stays open from page to page: what connecting costs is the system's, and the
    /// client's, which runs on the same cores.
    /// </summary>
    private async Task<string> PageAsync(FilledServers filled)
    {
        var stream = filled.Streams[1];
        var rounds = arguments.Option("--page-rounds", 15);
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = StreamQueries.NodePage("").Count }) { Timeout = TimeSpan.FromMinutes(2) };
        var latencies = filled.Servers.ToDictionary(server => server.Name, _ => new List<double>());
        var cpu = filled.Servers.ToDictionary(server => server.Name, _ => 0.0);
        for (var round = -3; round < rounds; round++)
        {
            foreach (var server in filled.Servers)
            {
                var before = server.CpuSeconds();
                // Another machine each time, so that nothing is only remembered.
                var asked = await AskPageAsync(http, server, StreamQueries.NodePage($"10.2.0.{(round + 3) % stream.Targets}:9100"), stream);
                if (round >= 0)
                {
                    latencies[server.Name].AddRange(asked);
                    cpu[server.Name] += (server.CpuSeconds() - before) * 1000 / rounds;
                }
            }
        }
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"A page of {StreamQueries.NodePage("").Count} panels about one machine of the recorded stream, all asked at once, {StepSeconds}-s steps over {stream.Steps * 15 / 3600.0:F1} h, {rounds} rounds.\n");
        text.AppendLine("| server | p50, ms | p95, ms | CPU of the server a page, ms |\n|---|---|---|---|");
        foreach (var server in filled.Servers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {server.Name} | {Quantile(latencies[server.Name], 0.5):F1} | {Quantile(latencies[server.Name], 0.95):F1} | {cpu[server.Name]:F0} |");
        }
        if (latencies.TryGetValue("victoria-metrics", out var theirs) && latencies.TryGetValue("touchline", out var ours))
        {
            var ratio = Quantile(ours, 0.95) / Quantile(theirs, 0.95);
            text.AppendLine(CultureInfo.InvariantCulture, $"\nTouchline's p95 is {ratio:F2} of victoria-metrics'; the aim is at most 0.50: {(ratio <= 0.5 ? "reached" : "missed")}.");
        }
        if (filled.Servers.FirstOrDefault(server => server.Name == "touchline") is { } touchline)
        {
            text.AppendLine().AppendLine(await RefreshedAsync(http, touchline, stream));
        }
        return text.ToString();
    }

    private static async Task<double[]> AskPageAsync(HttpClient http, Server server, IReadOnlyList<string> queries, WriteStream stream) =>
        await Task.WhenAll(queries.Select(async query =>
        {
            var clock = Stopwatch.StartNew();
            _ = await http.GetByteArrayAsync(server.Address + RangeQueries.Path(query, stream.StartMs, stream.EndMs, StepSeconds));
            return clock.Elapsed.TotalMilliseconds;
        }));

    /// <summary>What a page that is asked again and again leaves to the garbage collector.</summary>
    private async Task<string> RefreshedAsync(HttpClient http, Server server, WriteStream stream)
    {
        const int EverySeconds = 5;
        var pages = arguments.Option("--refreshes", 720);
        var panels = StreamQueries.NodePage("").Count;
        var before = await ManagedMemory.ReadAsync(server);
        for (var page = 0; page < pages; page++)
        {
            _ = await AskPageAsync(http, server, StreamQueries.NodePage($"10.2.0.{page % stream.Targets}:9100"), stream);
        }
        var used = await ManagedMemory.ReadAsync(server) - before;
        var minutes = pages * EverySeconds / 60.0;
        return string.Create(CultureInfo.InvariantCulture, $"""
            {pages} such pages, what is asked in {minutes:F0} minutes when all panels refresh every {EverySeconds} s: {used.AllocatedBytes / 1024 / pages / panels:F0} KiB allocated a query, {used.FullCollections:F0} full garbage collections.
            The aim is less than one a minute: {(used.FullCollections < minutes ? "reached" : "missed")}.
            """);
    }

    private static double Quantile(List<double> values, double quantile) => values.Order().ElementAt((int)(quantile * (values.Count - 1)));
}
