using System.Net;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

public sealed class DiskFullTests
{
    [Fact]
    public async Task Full_disk_refuses_samples_says_so_and_recovers_when_room_returns()
    {
        using var folder = new TemporaryFolder();
        using var disk = new SmallDisk(mebibytes: 8);
        await using var target = new HttpTarget().Serve("/metrics", "room_gauge 1\n");
        var config = folder.Write("prometheus.yml", $$"""
            scrape_configs:
              - job_name: app
                scrape_interval: 250ms
                scrape_timeout: 250ms
                static_configs: [{ targets: ["{{target.Address}}"] }]
            """);
        await using var touchline = await TouchlineProcess.StartAsync(
            folder.Path, "--config.file=" + config, "--storage.tsdb.path=" + disk.Path, "--collector.interval=250ms");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count_over_time(room_gauge[1h])") is >= 2, "nothing is stored yet");
        Assert.Equal(0, await touchline.MetricAsync("touchline_storage_refusing"));

        // 1. Full: refused, with the reason in the log, at the target and as a metric.
        disk.Fill();
        await Eventually.TrueAsync(async () => await touchline.MetricAsync("touchline_storage_refusing") is 1, "a full disk is not noticed");
        await Eventually.TrueAsync(
            async () => (await touchline.TargetsAsync()).Any(t => t.Job == "app" && t.LastError.Contains("storage refuses samples", StringComparison.Ordinal)),
            "the target does not say why its samples are lost");
        Assert.Contains(
            touchline.Log.All,
            line => line.Contains("level=ERROR", StringComparison.Ordinal) && line.Contains("No space left on device", StringComparison.Ordinal)
                && line.Contains(disk.Path, StringComparison.Ordinal));
        Assert.True(await touchline.MetricAsync("touchline_samples_refused_total{reason=\"storage_unavailable\"}") > 0);

        // 2. Queries and pages go on, and nothing more is stored.
        var stored = await touchline.ValueAsync("count_over_time(room_gauge[1h])");
        Assert.True(stored >= 2);
        foreach (var page in (string[])["/", "/targets", "/status", "/api/v1/labels", "/-/healthy"])
        {
            using var response = await touchline.Http.GetAsync(page);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        Assert.Contains("No space left on device", await touchline.GetTextAsync("/status"), StringComparison.Ordinal);
        Assert.Equal(stored, await touchline.ValueAsync("count_over_time(room_gauge[1h])"));

        // 3. Room again: it recovers by itself.
        disk.MakeRoom();
        await Eventually.TrueAsync(async () => await touchline.MetricAsync("touchline_storage_refusing") is 0, "room is not noticed");
        await Eventually.TrueAsync(
            async () => await touchline.ValueAsync("count_over_time(room_gauge[1h])") is { } count && count >= stored + 2, "nothing is stored again");
        await Eventually.TrueAsync(async () => (await touchline.TargetsAsync()).All(t => t.LastError.Length == 0), "targets still complain");

        // 4. And all of it survives.
        stored = await touchline.ValueAsync("count_over_time(room_gauge[1h])");
        Assert.Equal(0, await touchline.StopAsync());
        await using var again = await TouchlineProcess.StartAsync(folder.Path, "--storage.tsdb.path=" + disk.Path);
        Assert.True(await again.ValueAsync("count_over_time(room_gauge[1h])") >= stored);
        Assert.Equal(0, await again.MetricAsync("touchline_storage_damaged"));
    }
}
