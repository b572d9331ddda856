using System.Diagnostics;
using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Race;

/// <summary>
/// Scrapes the same stream into prometheus, victoria-metrics and touchline, one after the other, then asks all three the same
/// questions in turn.
/// </summary>
internal sealed class ScrapeRace(BenchmarkArguments arguments)
{
    private const int SourcePort = 29100;

    private readonly List<Server> _servers = [];
    private readonly List<(string Name, double Cpu, double Memory, long Disk)> _ingest = [];

    public async Task<string> RunAsync()
    {
        var root = arguments.Root;
        var peers = arguments.Peers;
        var work = Directory.CreateTempSubdirectory("touchline-benchmark-").FullName;
        // Prometheus refuses explicit timestamps more than an hour behind the newest sample, so the stream is shorter than that.
        var steps = Math.Min(arguments.Number(2, 200), 230);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var stream = new ScrapedStream(
            arguments.Number(0, 10), arguments.Number(1, 2000), steps, now / 15_000 * 15_000 - (long)steps * 15_000);
        await using var source = await ExpositionSource.StartAsync(stream, SourcePort);
        try
        {
            await StartAsync("prometheus", 29090, (folder, config) =>
                [$"{peers}/usr/bin/prometheus", $"--config.file={config}", $"--storage.tsdb.path={folder}/data", "--web.listen-address=127.0.0.1:29090"]);
            await StartAsync("victoria-metrics", 28428, (folder, config) =>
                [$"{peers}/usr/bin/victoria-metrics", $"-promscrape.config={config}", $"-storageDataPath={folder}/data", "-httpListenAddr=127.0.0.1:28428", "-search.latencyOffset=0s", "-search.disableCache", "-search.maxUniqueTimeseries=1000000"]);
            await StartAsync("touchline", 29091, (folder, config) =>
                [$"{root}/artifacts/benchmark/touchline", $"--config.file={config}", $"--storage.tsdb.path={folder}/data", "--web.listen-address=127.0.0.1:29091"]);
            return Tables(stream, await new QueryRace(_servers, stream, arguments.Number(3, 5)).RunAsync());
        }
        finally
        {
            _servers.ForEach(server => server.Dispose());
            Directory.Delete(work, recursive: true);
        }

        async Task StartAsync(string name, int port, Func<string, string, IReadOnlyList<string>> command)
        {
            var folder = Path.Combine(work, name);
            Directory.CreateDirectory(folder);
            var config = new StringBuilder("global:\n  scrape_interval: 250ms\n  scrape_timeout: 250ms\nscrape_configs:\n");
            for (var target = 0; target < stream.Targets; target++)
            {
                config.Append(CultureInfo.InvariantCulture, $"  - job_name: fleet-{target}\n    honor_timestamps: true\n    metrics_path: /{name}/{target}/metrics\n    static_configs:\n      - targets: ['127.0.0.1:{SourcePort}']\n");
            }
            var file = Path.Combine(folder, "prometheus.yml");
            await File.WriteAllTextAsync(file, config.ToString());
            var words = command(folder, file);
            var server = await Server.StartAsync(name, words[0], port, folder, [.. words.Skip(1)], TimeSpan.FromSeconds(60));
            _servers.Add(server);
            var clock = Stopwatch.StartNew();
            while (!source.Finished(name))
            {
                if (clock.Elapsed > TimeSpan.FromMinutes(10))
                {
                    throw new TimeoutException($"{name} did not scrape everything within ten minutes");
                }
                await Task.Delay(50);
            }
            // The empty scrapes that follow cost little, and each server pays them while the others are measured too.
            _ingest.Add((name, server.CpuSeconds(), server.PeakMemory(), server.DiskBytes()));
            Console.Error.WriteLine($"{name}: scraped {stream.Samples:N0} samples in {clock.Elapsed.TotalSeconds:F0} s");
        }
    }

    private string Tables(ScrapedStream stream, IReadOnlyList<QueryRace.Row> rows)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Stream: {stream.Targets} targets, {stream.Samples / stream.Steps:N0} series, {stream.Steps} steps of 15 s, {stream.Samples:N0} samples, scraped four times a second.\n");
        text.AppendLine("| server | ingest, CPU s a million samples | peak RSS, MiB | on disk right after, B a sample |\n|---|---|---|---|");
        foreach (var (name, cpu, memory, disk) in _ingest)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {cpu / stream.Samples * 1e6:F2} | {memory:F0} | {(double)disk / stream.Samples:F2} |");
        }
        text.AppendLine("\nRange queries over the whole stream at 15-s steps: median latency, ms (CPU of the server, ms), the answers compared with Prometheus'.\n");
        text.AppendLine($"| query | {string.Join(" | ", _servers.Select(s => s.Name))} | answers |\n|---|{string.Concat(_servers.Select(_ => "---|"))}---|");
        foreach (var row in rows)
        {
            var cells = row.Milliseconds.Select((ms, i) => string.Create(CultureInfo.InvariantCulture, $"{ms:F1} ({row.CpuMilliseconds[i]:F0})"));
            text.AppendLine($"| `{row.Query.Replace("|", "\\|", StringComparison.Ordinal)}` | {string.Join(" | ", cells)} | {string.Join(", ", row.Answers.Skip(1).Select((a, i) => $"{_servers[i + 1].Name} {a}"))} |");
        }
        for (var i = 0; i + 1 < _servers.Count; i++)
        {
            var ratio = Math.Exp(rows.Average(row => Math.Log(row.Milliseconds[i] / row.Milliseconds[^1])));
            text.AppendLine(CultureInfo.InvariantCulture, $"\nGeometric mean of {_servers[i].Name}'s latency over touchline's: {ratio:F2}.");
        }
        return text.ToString();
    }
}
