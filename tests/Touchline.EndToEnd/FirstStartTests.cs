using System.Net;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>The main job: one command in an empty folder, and a team sees its host and Touchline itself.</summary>
public sealed class FirstStartTests
{
    [Fact]
    public async Task Start_in_an_empty_folder_watches_the_host_and_itself()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);

        await Eventually.TrueAsync(
            async () => await touchline.ValueAsync("count(node_cpu_seconds_total) > 0 and count(node_memory_MemTotal_bytes) > 0") is > 0
                && await touchline.ValueAsync("count({job=\"touchline\", __name__=\"prometheus_tsdb_head_series\"})") is > 0,
            "the first series are not there");

        foreach (var metric in (string[])
            ["node_load1", "node_filesystem_size_bytes", "node_network_receive_bytes_total", "node_disk_read_bytes_total", "node_uname_info", "node_boot_time_seconds"])
        {
            Assert.True(await touchline.ValueAsync($"count({metric})") is > 0, $"{metric} is not there");
        }
        Assert.Equal(BuiltInJobs.Names.Count, await touchline.ValueAsync("count(up == 1)"));
        Assert.All(await touchline.TargetsAsync(), target => Assert.Equal(("up", ""), (target.Health, target.LastError)));
        Assert.True(Directory.Exists(folder.File("data")), "data are kept in ./data");
        Assert.Equal(0, await touchline.StopAsync());
        Assert.Matches(@"^Touchline \d+\.\d+\.\d+\S* is listening on http://localhost:\d+$", Assert.Single(touchline.Output.All));
        Assert.DoesNotContain(touchline.Log.All, line => line.Contains("level=WARN", StringComparison.Ordinal) || line.Contains("level=ERROR", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Overview_shows_the_host_and_touchline_without_a_script()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--collector.interval=500ms");
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("sum(rate(node_cpu_seconds_total[1m]))") is > 0, "no rates");

        using var response = await touchline.Http.GetAsync("/");
        var page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        foreach (var word in (string[])["CPU", "Memory", "Disk", "Network", "Load", "Series", "Samples", "Targets up", $"{BuiltInJobs.Names.Count} of {BuiltInJobs.Names.Count}", "Targets down"])
        {
            Assert.Contains(word, page, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/explore")]
    [InlineData("/targets")]
    [InlineData("/containers")]
    [InlineData("/queries")]
    [InlineData("/status")]
    public async Task Every_page_answers(string path)
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path);

        using var response = await touchline.Http.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, "text/html"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Data_is_there_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        double time;
        double value;
        await using (var touchline = await TouchlineProcess.StartAsync(folder.Path))
        {
            await Eventually.TrueAsync(async () => await touchline.ValueAsync("node_boot_time_seconds") is > 0, "the first series are not there");
            var first = Assert.Single(await touchline.QueryAsync("node_time_seconds[1h]")).Samples[0];
            (time, value) = (first.Time, first.Value);
            Assert.Equal(0, await touchline.StopAsync());
        }

        await using (var touchline = await TouchlineProcess.StartAsync(folder.Path))
        {
            var kept = Assert.Single(await touchline.QueryAsync("node_time_seconds[1h]"));
            Assert.Equal(new SampleAnswer(time, value), kept.Samples[0]);
        }
    }
}
