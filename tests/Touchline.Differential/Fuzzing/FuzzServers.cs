using System.Globalization;
using Touchline.Differential.Api;
using Touchline.Differential.PromQL;
using Touchline.Model;

namespace Touchline.Differential.Fuzzing;

/// <summary>The real Prometheus and Touchline with the same samples and features, both filled by remote write.</summary>
internal sealed class FuzzServers : IAsyncDisposable
{
    private readonly ServerProcess[] _servers;

    /// <summary>Prometheus' and Touchline's.</summary>
    public IEnumerable<string> Urls => _servers.Select(s => s.Url);

    private FuzzServers(ServerProcess[] servers) => _servers = servers;

    public static async Task<FuzzServers> StartAsync(SampleSet samples, int writeVersion, string features)
    {
        string[] arguments = ["--web.enable-remote-write-receiver", "--storage.tsdb.retention.time=100y", $"--enable-feature={features}"];
        var servers = new FuzzServers(await Task.WhenAll(
            ServerProcess.StartPrometheusAsync("{}", [.. arguments, "--enable-feature=native-histograms"]), ServerProcess.StartTouchlineAsync("{}", arguments)));
        await servers.LoadAsync(samples, writeVersion);
        return servers;
    }

    /// <summary>Asks both at once; the first answer is Prometheus'.</summary>
    public async Task<ApiAnswer[]> AskAsync(Question question, string query) => await Task.WhenAll(_servers.Select(async server =>
    {
        using var response = await server.Client.PostAsync(new Uri(question.Path, UriKind.Relative), new FormUrlEncodedContent(question.Parameters(query)));
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }));

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>
    /// In order of time over all series, because a head takes nothing that is much older than its newest. Before anything else each series gets a sample
    /// that no query reaches, in the order of labels: then both servers have the series in the same order, on which sums and ties depend.
    /// </summary>
    private async Task LoadAsync(SampleSet samples, int writeVersion)
    {
        var ordered = samples.Series.OrderBy(s => s.Key).ToList();
        var first = new RemoteWriteMessage(writeVersion);
        foreach (var (labels, _) in ordered)
        {
            first.AddSeries(labels, [(FuzzData.StartMs - 100 * 60_000, 1, null)]);
        }
        await SendAsync(first);
        // A request lists a series' numbers before its histograms, so it must be short enough to hold one kind only.
        var last = samples.Series.Values.Max(s => s.Keys.Last());
        for (var from = FuzzData.StartMs; from <= last; from += FuzzData.StepMs)
        {
            var message = new RemoteWriteMessage(writeVersion);
            foreach (var (labels, points) in ordered)
            {
                var part = points.Where(p => p.Key >= from && p.Key < from + FuzzData.StepMs).Select(p => (p.Key, p.Value.Value, p.Value.Histogram)).ToList();
                if (part.Count > 0)
                {
                    message.AddSeries(labels, part);
                }
            }
            await SendAsync(message);
        }
    }

    private async Task SendAsync(RemoteWriteMessage message)
    {
        foreach (var server in _servers)
        {
            using var content = new ByteArrayContent(message.ToBody());
            // As it stands: Prometheus knows the parameter only where no space is before it.
            content.Headers.TryAddWithoutValidation("Content-Type", message.ContentType);
            content.Headers.ContentEncoding.Add("snappy");
            if (message.ContentType.Contains("v2", StringComparison.Ordinal))
            {
                content.Headers.Add("X-Prometheus-Remote-Write-Version", "2.0.0");
            }
            using var response = await server.Client.PostAsync(new Uri("/api/v1/write", UriKind.Relative), content);
            Assert.True(response.IsSuccessStatusCode, $"{server.Url}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}

/// <summary>When a query is asked: at one time, or over a range where there is a step. Times in ms.</summary>
internal sealed record Question(long StartMs, long EndMs, long StepMs)
{
    public string Path => StepMs == 0 ? "/api/v1/query" : "/api/v1/query_range";

    public bool IsInstant => StepMs == 0;

    public IEnumerable<KeyValuePair<string, string>> Parameters(string query) => IsInstant
        ? [new("query", query), new("time", Seconds(StartMs))]
        : [new("query", query), new("start", Seconds(StartMs)), new("end", Seconds(EndMs)), new("step", Seconds(StepMs))];

    public override string ToString() => IsInstant ? $"at {StartMs}" : $"from {StartMs} to {EndMs} step {StepMs}";

    private static string Seconds(long ms) => (ms / 1000.0).ToString("F3", CultureInfo.InvariantCulture);
}
