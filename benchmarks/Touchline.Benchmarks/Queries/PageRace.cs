using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Queries;

/// <summary>
/// A dashboard's page about one machine, all of its panels asked at once, each over a connection that stays open: what connecting costs is the system's and the client's.
/// </summary>
internal sealed class PageRace(BenchmarkArguments arguments, FilledServers filled, int stepSeconds)
{
    private const double Aim = 0.5;

    /// <summary>Rounds that are not counted.</summary>
    private const int WarmingUp = 3;

    private readonly WriteStream _stream = filled.Streams[1];
    private readonly int _panels = StreamQueries.NodePage("").Count;
    private readonly int _rounds = arguments.Option("--page-rounds", 60);

    public async Task<string> RunAsync()
    {
        var text = new StringBuilder();
        var connections = filled.Servers.ToDictionary(server => server, server => new PanelConnections(server.Address, _panels));
        try
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"A page of {_panels} panels about one machine of the recorded stream, all asked at once, {stepSeconds}-s steps over {Hours(_stream.EndMs - _stream.StartMs):F1} h, {_rounds} rounds, nothing remembered.\n");
            text.AppendLine(Compare(connections, FirstPaths));
            text.AppendLine(CultureInfo.InvariantCulture, $"The same page as it refreshes: of one machine, over {Hours(RefreshedMs):F1} h, each time a step later, with each server's cache of answers as it is by default.\n");
            text.AppendLine(Compare(connections, RefreshedPaths));
            if (filled.Servers.FirstOrDefault(server => server.Name == "touchline") is { } touchline)
            {
                text.AppendLine(await GarbageAsync(connections[touchline], touchline));
            }
        }
        finally
        {
            foreach (var connection in connections.Values)
            {
                connection.Dispose();
            }
        }
        return text.ToString();
    }

    /// <summary>What a refreshing page looks back: what there is, but for the time by which it moves on.</summary>
    private long RefreshedMs => _stream.EndMs - _stream.StartMs - (_rounds + WarmingUp) * stepSeconds * 1000L;

    /// <summary>Another machine each time, and computed, so that nothing is remembered.</summary>
    private IReadOnlyList<string> FirstPaths(int round) =>
        [.. StreamQueries.NodePage(Machine(round)).Select(query => RangeQueries.Path(query, _stream.StartMs, _stream.EndMs, stepSeconds))];

    private IReadOnlyList<string> RefreshedPaths(int round)
    {
        // The grid of a dashboard is one of whole steps.
        var stepMs = stepSeconds * 1000L;
        var start = (_stream.StartMs / stepMs + 1 + round) * stepMs;
        return [.. StreamQueries.NodePage(Machine(0)).Select(query => RangeQueries.RememberedPath(query, start, start + RefreshedMs / stepMs * stepMs, stepSeconds))];
    }

    private string Machine(int round) => $"10.2.0.{round % _stream.Targets}:9100";

    private string Compare(Dictionary<Server, PanelConnections> connections, Func<int, IReadOnlyList<string>> paths)
    {
        var latencies = filled.Servers.ToDictionary(server => server.Name, _ => new List<double>());
        var cpu = filled.Servers.ToDictionary(server => server.Name, _ => 0.0);
        for (var round = 0; round < _rounds + WarmingUp; round++)
        {
            foreach (var server in filled.Servers)
            {
                var before = server.CpuSeconds();
                var asked = connections[server].Ask(paths(round));
                if (round >= WarmingUp)
                {
                    latencies[server.Name].AddRange(asked);
                    cpu[server.Name] += (server.CpuSeconds() - before) * 1000 / _rounds;
                }
            }
        }
        return Table(latencies, cpu);
    }

    private string Table(Dictionary<string, List<double>> latencies, Dictionary<string, double> cpu)
    {
        var text = new StringBuilder();
        text.AppendLine("| server | p50, ms | p95, ms | CPU of the server a page, ms |\n|---|---|---|---|");
        foreach (var server in filled.Servers)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {server.Name} | {Quantile(latencies[server.Name], 0.5):F1} | {Quantile(latencies[server.Name], 0.95):F1} | {cpu[server.Name]:F1} |");
        }
        if (latencies.TryGetValue("victoria-metrics", out var theirs) && latencies.TryGetValue("touchline", out var ours))
        {
            var ratio = Quantile(ours, 0.95) / Quantile(theirs, 0.95);
            text.AppendLine(CultureInfo.InvariantCulture, $"\nTouchline's p95 is {ratio:F2} of victoria-metrics'; the aim is at most {Aim:F2}: {(ratio <= Aim ? "reached" : "missed")}.");
        }
        return text.ToString();
    }

    /// <summary>What a page that is computed again and again leaves to the garbage collector.</summary>
    private async Task<string> GarbageAsync(PanelConnections connections, Server server)
    {
        const int EverySeconds = 5;
        var pages = arguments.Option("--refreshes", 720);
        var before = await ManagedMemory.ReadAsync(server);
        for (var page = 0; page < pages; page++)
        {
            _ = connections.Ask(FirstPaths(page));
        }
        var used = await ManagedMemory.ReadAsync(server) - before;
        var minutes = pages * EverySeconds / 60.0;
        return string.Create(CultureInfo.InvariantCulture, $"""
            {pages} such pages, computed, what is asked in {minutes:F0} minutes when all panels refresh every {EverySeconds} s: {used.AllocatedBytes / 1024 / pages / _panels:F0} KiB allocated a query, {used.FullCollections:F0} full garbage collections.
            The aim is less than one a minute: {(used.FullCollections < minutes ? "reached" : "missed")}.
            """);
    }

    private static double Hours(long ms) => ms / 3_600_000.0;

    private static double Quantile(List<double> values, double quantile) => values.Order().ElementAt((int)(quantile * (values.Count - 1)));
}
