using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Touchline.Benchmarks.Queries;
using Touchline.Benchmarks.Servers;
using Touchline.Benchmarks.Streams;

namespace Touchline.Benchmarks.Storage;

/// <summary>
/// Fills Touchline with days of the synthetic stream, then changes its retention policies, so that all blocks become 5m aggregates and then 1h
/// aggregates, and measures what is on disk and how fast queries over everything are each time.
/// </summary>
internal sealed class DownsamplingRun(BenchmarkArguments arguments)
{
    private const int Steps = 5 * 24 * 240;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private static readonly string[] Queries =
    [
        "sum by (job) (rate(http_requests_total[1h]))", "max by (chip) (max_over_time(node_hwmon_temp_celsius[1h]))", "avg by (handler) (avg_over_time(request_score[1h]))",
    ];

    public async Task<string> RunAsync()
    {
        var work = Directory.CreateTempSubdirectory("touchline-downsampling-").FullName;
        try
        {
            var steps = arguments.Option("--steps", Steps);
            using var bodies = BodyFile.Write(new SyntheticStream(1, steps, WriteStream.StartOf(steps)), Path.Combine(work, "bodies"));
            var policies = Path.Combine(work, "retention.yml");
            await File.WriteAllTextAsync(policies, "retention_policies: []\n");
            using var server = await StartAsync(work, policies);
            _ = await Loader.SendAsync(server, bodies.Bodies());

            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"Stream: {bodies.Stream.Description}. Range queries over all of it at steps of 1 h, median of 5, ms.\n");
            text.AppendLine(CultureInfo.InvariantCulture, $"| kept in blocks | MiB | B a sample of the stream | {string.Join(" | ", Queries.Select(query => $"`{query}`"))} |");
            text.AppendLine(CultureInfo.InvariantCulture, $"|---|---|---|{string.Concat(Queries.Select(_ => "---|"))}");
            var samples = 0L;
            foreach (var (name, resolution) in new[] { ("samples", 0L), ("5m aggregates", 300_000), ("1h aggregates", 3_600_000) })
            {
                if (resolution > 0)
                {
                    var written = resolution == 300_000 ? "5m" : "1h";
                    await File.WriteAllTextAsync(policies, $"retention_policies: [{{ matchers: [], downsample: [{{ after: 1m, resolution: {written} }}] }}]\n");
                    await PostAsync(server, "/-/reload");
                }
                var blocks = await SettledAsync(server, resolution);
                samples = resolution == 0 ? blocks.Samples : samples;
                var latencies = new List<string>();
                foreach (var query in Queries)
                {
                    latencies.Add((await LatencyAsync(server, bodies.Stream, query)).ToString("F1", CultureInfo.InvariantCulture));
                }
                text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {blocks.Bytes / 1048576.0:F2} | {(double)blocks.Bytes / samples:F4} | {string.Join(" | ", latencies)} |");
            }
            return text.ToString();
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    private Task<Server> StartAsync(string work, string policies) => Server.StartAsync(
        "touchline", $"{arguments.Root}/artifacts/benchmark/touchline", arguments.Port + 2, work,
        [
            $"--storage.tsdb.path={work}/data", $"--storage.tsdb.retention-policies.file={policies}", "--storage.tsdb.retention.time=2y",
            $"--web.listen-address=127.0.0.1:{arguments.Port + 2}", "--web.enable-remote-write-receiver", "--web.enable-lifecycle",
            "--collector.self=false", "--collector.host=false", "--collector.containers=false",
        ],
        TimeSpan.FromMinutes(1));

    /// <summary>Waits until every block is of the resolution and nothing has changed for longer than maintenance and compaction wait.</summary>
    private static async Task<(long Bytes, long Samples)> SettledAsync(Server server, long resolution)
    {
        var clock = Stopwatch.StartNew();
        var quietSince = clock.Elapsed;
        var last = "";
        while (clock.Elapsed < Patience)
        {
            await Task.Delay(1000);
            string[] blocks = [.. Directory.GetDirectories(Path.Combine(server.DataFolder, "blocks")).Order()];
            var state = string.Join(',', blocks);
            if (state != last || blocks.Length == 0 || Array.Exists(blocks, Path.HasExtension) || !blocks.All(block => ResolutionOf(block) == resolution))
            {
                (last, quietSince) = (state, clock.Elapsed);
            }
            else if (clock.Elapsed - quietSince > TimeSpan.FromSeconds(130))
            {
                return (Server.BytesIn(blocks), blocks.Sum(block => Meta(block).GetProperty("samples").GetInt64()));
            }
        }
        throw new TimeoutException($"the blocks did not settle within {Patience}");
    }

    private static long ResolutionOf(string block) => Meta(block).TryGetProperty("resolutionMs", out var resolution) ? resolution.GetInt64() : 0;

    private static JsonElement Meta(string block)
    {
        using var meta = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(block, "meta.json")));
        return meta.RootElement.Clone();
    }

    private static async Task<double> LatencyAsync(Server server, WriteStream stream, string query)
    {
        const long Hour = 3600;
        using var http = new HttpClient();
        var (start, end) = (stream.StartMs / 1000 / Hour * Hour + Hour, stream.EndMs / 1000 / Hour * Hour);
        var latencies = new List<double>();
        for (var round = -1; round < 5; round++)
        {
            var clock = Stopwatch.StartNew();
            using var answer = await http.GetAsync($"{server.Address}/api/v1/query_range?query={Uri.EscapeDataString(query)}&start={start}&end={end}&step={Hour}");
            answer.EnsureSuccessStatusCode();
            _ = await answer.Content.ReadAsByteArrayAsync();
            if (round >= 0)
            {
                latencies.Add(clock.Elapsed.TotalMilliseconds);
            }
        }
        return RangeQueries.Median(latencies);
    }

    private static async Task PostAsync(Server server, string page)
    {
        using var http = new HttpClient();
        using var answer = await http.PostAsync(server.Address + page, null);
        answer.EnsureSuccessStatusCode();
    }
}
