using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.EndToEnd.Running;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb;

namespace Touchline.EndToEnd;

/// <summary>A start with a long log: pages, health and writes at once, and no answer that is silently short of what is not loaded yet.</summary>
public sealed class StartUpTests
{
    private const int Series = 200_000;
    private const int Steps = 4;

    private readonly long _now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Server_with_a_long_log_answers_from_the_start_and_says_what_is_missing()
    {
        using var folder = new TemporaryFolder();
        WriteLog(folder.File("data"));
        await using var target = new HttpTarget().Serve("/metrics", () => new TargetBody("scraped 1\n"u8.ToArray()));
        var config = folder.Write("prometheus.yml", $$"""
            scrape_configs:
              - job_name: meanwhile
                scrape_interval: 100ms
                scrape_timeout: 100ms
                static_configs: [{ targets: ["{{target.Address}}"] }]
            """);
        await using var touchline = await TouchlineProcess.StartListeningAsync(
            folder.Path, "--config.file=" + config, "--collector.host=false", "--collector.containers=false", "--collector.self=false", "--web.enable-admin-api");
        while (true)
        {
            Assert.Equal(HttpStatusCode.OK, (await touchline.Http.GetAsync("/-/healthy")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await touchline.Http.GetAsync("/status")).StatusCode);
            using var ready = await touchline.Http.GetAsync("/-/ready");
            using var answer = JsonDocument.Parse(await touchline.GetTextAsync($"/api/v1/query?query=count(kept)&time={_now / 1000}"));
            var result = answer.RootElement.GetProperty("data").GetProperty("result");
            var isWhole = result.GetArrayLength() == 1 && result[0].GetProperty("value")[1].GetString() == $"{Series}";
            Assert.True(
                isWhole || answer.RootElement.GetProperty("warnings")[0].GetString()!.Contains("still being loaded", StringComparison.Ordinal),
                answer.RootElement.GetRawText());
            if (ready.StatusCode == HttpStatusCode.OK)
            {
                break;
            }
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Contains("being loaded", await ready.Content.ReadAsStringAsync());
        }
        Assert.Equal(Series, await touchline.ValueAsync("count(last_over_time(kept[1h]))"));
        await touchline.WaitForLogAsync("everything is loaded");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("scraped") == 1, "what was scraped while the log was read is not there");
        Assert.Equal(1, await touchline.MetricAsync("touchline_storage_loaded_ratio"));
        // A clean end writes the head as blocks; the next start has everything at once.
        Assert.Equal(0, await touchline.StopAsync());
        await using var next = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config, "--collector.host=false", "--collector.containers=false", "--collector.self=false");
        Assert.Equal(Series, await next.ValueAsync("count(last_over_time(kept[1h]))"));
        Assert.Equal(0, await next.MetricAsync("touchline_storage_damaged"));
    }

    private void WriteLog(string directory)
    {
        using var store = TsdbStore.Open(new TsdbOptions { Path = directory }, TimeProvider.System, NullLogger.Instance);
        using var appender = store.OpenAppender();
        var references = new SeriesRef[Series];
        for (var step = 0; step < Steps; step++)
        {
            for (var i = 0; i < Series; i++)
            {
                var labels = step == 0 ? Labels.Of("__name__", "kept", "instance", $"host-{i / 100}", "number", $"{i}") : null;
                Assert.Equal(AppendStatus.Stored, appender.Append(ref references[i], labels, _now - ((Steps - step) * 15_000), i));
            }
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
    }
}
