using System.Diagnostics;
using System.Globalization;
using System.Text;
using Touchline.Benchmarks.Queries;
using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Race;

/// <summary>
/// Scrapes the same stream into prometheus, victoria-metrics and touchline, one after the other, then asks all three the same
/// questions in turn.
/// </summary>
internal sealed class ScrapeRace(BenchmarkArguments arguments)
{
    private const int SourcePort = 29100;

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
            var queries = new RangeQueries(_servers, stream.StartMs, stream.EndMs, 15, arguments.Number(3, 5));
            return Tables(stream, queries, await queries.RunAsync(Queries));
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

    private string Tables(ScrapedStream stream, RangeQueries queries, IReadOnlyList<RangeQueries.Row> rows)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Stream: {stream.Targets} targets, {stream.Samples / stream.Steps:N0} series, {stream.Steps} steps of 15 s, {stream.Samples:N0} samples, scraped four times a second.\n");
        text.AppendLine("| server | ingest, CPU s a million samples | peak RSS, MiB | on disk right after, B a sample |\n|---|---|---|---|");
        foreach (var (name, cpu, memory, disk) in _ingest)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {cpu / stream.Samples * 1e6:F2} | {memory:F0} | {(double)disk / stream.Samples:F2} |");
        }
        text.AppendLine("\nRange queries over the whole stream at 15-s steps: median latency, ms (CPU of the server, ms), the answers compared with Prometheus'.\n");
        text.Append(queries.Table(rows));
        return text.ToString();
    }
}
