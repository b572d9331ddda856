using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Touchline.Differential.Api;
using Touchline.Shared;

namespace Touchline.Differential.PromQL;

/// <summary>A real Prometheus on loopback with a data directory of its own, filled through remote write.</summary>
internal sealed class RealPrometheus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string? _folder;
    private bool _stopped;
    private readonly HttpClient _http;

    private RealPrometheus(Process process, string? folder, string data, HttpClient http)
    {
        _process = process;
        _folder = folder;
        DataDirectory = data;
        _http = http;
    }

    public string DataDirectory { get; }

    /// <param name="features">What to enable beside the experimental functions and native histograms.</param>
    public static Task<RealPrometheus> StartAsync(params string[] features)
    {
        var folder = Directory.CreateTempSubdirectory("promql-peer-").FullName;
        return StartAsync(folder, folder, Path.Combine(folder, "data"), features);
    }

    /// <summary>Starts on data that is there already; the folder of it stays when it has stopped.</summary>
    public static Task<RealPrometheus> StartOnAsync(string folder, string data) => StartAsync(null, folder, data, []);

    private static async Task<RealPrometheus> StartAsync(string? own, string folder, string data, string[] features)
    {
        var configuration = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, "global: {}\n");
        var port = FreePort.Next();
        var start = new ProcessStartInfo(Peers.Program("prometheus"))
        {
            ArgumentList =
            {
                $"--config.file={configuration}",
                $"--storage.tsdb.path={data}",
                "--storage.tsdb.retention.time=100y",
                $"--web.listen-address=127.0.0.1:{port}",
                "--web.enable-remote-write-receiver",
                "--web.enable-admin-api",
                $"--enable-feature={string.Join(',', (string[])["promql-experimental-functions", "native-histograms", .. features])}",
                "--log.level=error",
            },
        };
        var process = Process.Start(start)!;
        var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
        var prometheus = new RealPrometheus(process, own, data, http);
        await prometheus.WaitUntilReadyAsync();
        return prometheus;
    }

    /// <summary>Loads everything.</summary>
    public async Task LoadAsync(SampleSet samples)
    {
        foreach (var body in Bodies(samples))
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            content.Headers.ContentEncoding.Add("snappy");
            using var response = await _http.PostAsync("api/v1/write", content);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Write requests with everything, in order of time over all series, because the head takes nothing that is much older than its newest.</summary>
    public static IEnumerable<byte[]> Bodies(SampleSet samples)
    {
        // A request lists a series' floats before its histograms, so it must be short enough to hold one kind only.
        const long Slice = 15_000;
        var first = samples.Series.Values.Min(s => s.Keys.First());
        var last = samples.Series.Values.Max(s => s.Keys.Last());
        for (var from = first; from <= last; from += Slice)
        {
            var message = new RemoteWriteMessage();
            var isEmpty = true;
            foreach (var (labels, points) in samples.Series)
            {
                var part = points.Where(p => p.Key >= from && p.Key < from + Slice).Select(p => (p.Key, p.Value.Value, p.Value.Histogram)).ToList();
                if (part.Count > 0)
                {
                    message.AddSeries(labels, part);
                    isEmpty = false;
                }
            }
            if (!isEmpty)
            {
                yield return message.ToBody();
            }
        }
    }

    public Task<JsonDocument> QueryAsync(string query, long timeMs) => AskAsync("api/v1/query", new() { ["query"] = query, ["time"] = Seconds(timeMs) });

    public Task<JsonDocument> QueryRangeAsync(string query, long startMs, long endMs, long stepMs) => AskAsync(
        "api/v1/query_range",
        new() { ["query"] = query, ["start"] = Seconds(startMs), ["end"] = Seconds(endMs), ["step"] = Seconds(stepMs) });

    /// <summary>Has everything written as blocks, and answers the directory that they are in.</summary>
    public async Task<string> SnapshotAsync()
    {
        using var response = await _http.PostAsync("api/v1/admin/tsdb/snapshot", null);
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return Path.Combine(DataDirectory, "snapshots", answer.RootElement.GetProperty("data").GetProperty("name").GetString()!);
    }

    /// <summary>Ends the process, and leaves its data.</summary>
    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            _process.Kill();
            await _process.WaitForExitAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await StopAsync();
        _process.Dispose();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static string Seconds(long ms) => (ms / 1000.0).ToString("F3", CultureInfo.InvariantCulture);

    private async Task<JsonDocument> AskAsync(string path, Dictionary<string, string> parameters)
    {
        using var response = await _http.PostAsync(path, new FormUrlEncodedContent(parameters));
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }

    private async Task WaitUntilReadyAsync()
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var response = await _http.GetAsync("-/ready");
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException) when (attempt < 300 && !_process.HasExited)
            {
                // Not listening yet.
                await Task.Delay(100);
                continue;
            }
            Assert.True(attempt < 300, "prometheus did not get ready");
            await Task.Delay(100);
        }
    }
}
