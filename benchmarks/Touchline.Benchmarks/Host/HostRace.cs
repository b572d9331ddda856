using System.Globalization;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Host;

/// <summary>What a look at this host costs: node_exporter and Touchline's own port for it, the same collectors, asked in turn.</summary>
internal sealed class HostRace(BenchmarkArguments arguments)
{
    private const int DefaultCollections = 1000;

    // Until the runtimes have compiled what they use and grown their buffers.
    private const int WarmUp = 200;

    // Asked in turn, so that what else runs on the machine meets both.
    private const int Batch = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<string> RunAsync()
    {
        var folder = Path.Combine(arguments.Root, "artifacts", "benchmark-host");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
        var collections = arguments.Number(0, DefaultCollections);
        using var ours = StartTouchline(Path.Combine(folder, "touchline"));
        await ours.WaitForAsync("/metrics", _ => true, Patience);
        using var http = new HttpClient();
        var collectors = CollectorsOf(await http.GetStringAsync(ours.Address + "/metrics"));
        using var theirs = StartNodeExporter(Path.Combine(folder, "node_exporter"), collectors);
        await theirs.WaitForAsync("/metrics", _ => true, Patience);
        Server[] both = [theirs, ours];
        foreach (var server in both)
        {
            await AskAsync(http, server, WarmUp);
        }
        var before = both.Select(server => server.CpuSeconds()).ToArray();
        for (var done = 0; done < collections; done += Batch)
        {
            foreach (var server in both)
            {
                await AskAsync(http, server, Math.Min(Batch, collections - done));
            }
        }
        var spent = both.Select((server, i) => (server.CpuSeconds() - before[i]) / collections * 1000).ToArray();
        return Table(collectors.Count, collections, both, spent);
    }

    private static async Task AskAsync(HttpClient http, Server server, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await http.GetByteArrayAsync(server.Address + "/metrics");
        }
    }

    private Server StartTouchline(string folder)
    {
        var port = arguments.Port + 1;
        List<string> command =
        [
            $"--storage.tsdb.path={folder}/data", $"--web.listen-address=127.0.0.1:{arguments.Port}", $"--collector.host.listen-address=127.0.0.1:{port}",
            "--no-collector.self", "--no-collector.host",
        ];
        return Server.Launch("touchline", $"{arguments.Root}/artifacts/benchmark/touchline", port, folder, command);
    }

    private Server StartNodeExporter(string folder, IEnumerable<string> collectors)
    {
        var port = arguments.Port + 2;
        List<string> command =
        [
            "--collector.disable-defaults", .. collectors.Select(name => "--collector." + name), $"--web.listen-address=127.0.0.1:{port}",
            "--web.disable-exporter-metrics",
        ];
        return Server.Launch("node_exporter", $"{arguments.Peers}/usr/bin/prometheus-node-exporter", port, folder, command);
    }

    private static List<string> CollectorsOf(string exposition) =>
        [.. exposition.Split('\n').Where(line => line.StartsWith("node_scrape_collector_success{", StringComparison.Ordinal)).Select(line => line.Split('"')[1])];

    private static string Table(int collectors, int collections, Server[] servers, double[] spent)
    {
        var lines = new List<string>
        {
            FormattableString.Invariant($"{collectors} collectors, {collections} collections over HTTP each, in turn."), "",
            "| program | CPU a collection, ms | resident memory, MiB |", "|---|---:|---:|",
        };
        for (var i = 0; i < servers.Length; i++)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"| {servers[i].Name} | {spent[i]:F2} | {servers[i].Memory():F0} |"));
        }
        lines.Add("");
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"Touchline takes {spent[1] / spent[0]:F2} of node_exporter's CPU time."));
        return string.Join('\n', lines);
    }
}
