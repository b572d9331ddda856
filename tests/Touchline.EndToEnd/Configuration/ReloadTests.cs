namespace Touchline.EndToEnd.Configuration;

public sealed class ReloadTests
{
    private const int SigHup = 1;

    [Fact]
    public async Task A_changed_file_is_applied_and_a_bad_one_leaves_the_old_running()
    {
        using var folder = new TemporaryFolder();
        await using var target = new FakeTarget(1);
        var config = folder.Write("prometheus.yml", Config("one", target));
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, $"--config.file={config}", "--web.enable-lifecycle", "--collector.interval=200ms");
        await Patience.UntilAsync("job one is scraped", async () => (await touchline.ValuesAsync("up{job=\"one\"} == 1")).Count == 1);

        folder.Write("prometheus.yml", Config("two", target));
        touchline.Signal(SigHup);
        await Patience.UntilAsync("SIGHUP brings job two", async () => (await touchline.ValuesAsync("up{job=\"two\"} == 1")).Count == 1);

        folder.Write("prometheus.yml", Config("three", target));
        using (var response = await touchline.Client.PostAsync(new Uri("/-/reload", UriKind.Relative), null))
        {
            Assert.Equal(200, (int)response.StatusCode);
        }
        await Patience.UntilAsync("POST brings job three", async () => (await touchline.ValuesAsync("up{job=\"three\"} == 1")).Count == 1);
        await Patience.UntilAsync("the series of job two are stale", async () => (await touchline.ValuesAsync("up{job=\"two\"}")).Count == 0);

        folder.Write("prometheus.yml", "scrape_configs:\n  - job_name: four\n    scrape_interval: [soon\n");
        using (var response = await touchline.Client.PostAsync(new Uri("/-/reload", UriKind.Relative), null))
        {
            Assert.Equal(500, (int)response.StatusCode);
            Assert.Contains("prometheus.yml:", await response.Content.ReadAsStringAsync());
        }
        Assert.Contains("job_name: three", (await touchline.DataAsync("status/config")).GetProperty("yaml").GetString());
        Assert.False((await touchline.DataAsync("status/runtimeinfo")).GetProperty("reloadConfigSuccess").GetBoolean());
        await Patience.UntilAsync("the failure is told in the metrics", async () => (await touchline.ValuesAsync("prometheus_config_last_reload_successful == 0")).Count == 1);
        Assert.Contains("The configuration was not changed", touchline.Errors);
        Assert.Single(await touchline.ValuesAsync("up{job=\"three\"} == 1"));

        folder.Write("prometheus.yml", Config("five", target));
        touchline.Signal(SigHup);
        await Patience.UntilAsync("a good file helps", async () => (await touchline.ValuesAsync("prometheus_config_last_reload_successful == 1")).Count == 1);
    }

    [Theory]
    [InlineData("prometheus-simple.yml")]
    [InlineData("prometheus-fixed.yml")]
    public async Task The_configuration_of_a_team_runs_as_it_is(string name)
    {
        using var folder = new TemporaryFolder();
        var config = Path.Combine(Executable.Root, "tests", "Touchline.Configuration.Tests", "Fixtures", name);
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, $"--config.file={config}");
        var pools = (await touchline.DataAsync("scrape_pools")).GetProperty("scrapePools").EnumerateArray().Select(p => p.GetString()).ToList();
        Assert.Equal(8, pools.Count);
        Assert.Contains("node", pools);
        Assert.Contains("touchline", pools);
        if (name == "prometheus-fixed.yml")
        {
            Assert.Contains("prometheus-fixed.yml:68:5: warning:", touchline.Errors);
            var (code, _, errors) = await TouchlineProcess.RunAsync(folder.Path, $"--config.file={config}", "--config.strict");
            Assert.NotEqual(0, code);
            Assert.Contains("prometheus-fixed.yml:68:5: error:", errors);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_configuration_is_told_with_its_place()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("prometheus.yml", "global:\n  scrape_interval: [1s\n");
        var (code, _, errors) = await TouchlineProcess.RunAsync(folder.Path, "--web.listen-address=127.0.0.1:0", $"--config.file={config}");
        Assert.NotEqual(0, code);
        Assert.Matches("prometheus.yml:[0-9]+:[0-9]+: error:", errors);
        Assert.DoesNotContain("   at ", errors);
    }

    private static string Config(string job, FakeTarget target) =>
        $$"""
        global: { scrape_interval: 200ms, scrape_timeout: 200ms }
        scrape_configs:
          - job_name: {{job}}
            static_configs: [{ targets: ["{{target.Address}}"] }]
        """;
}
