using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>The files of the team whose application is watched first, as they are.</summary>
public sealed class TeamConfigurationTests
{
    private static readonly string Simple = Path.Combine(AppContext.BaseDirectory, "Fixtures", "prometheus-simple.yml");
    private static readonly string Fixed = Path.Combine(AppContext.BaseDirectory, "Fixtures", "prometheus-fixed.yml");

    private static readonly string[] UnknownKeys = ["retention_time", "data_retention_size", "record_retention_size"];

    [Fact]
    public async Task Simple_file_runs_as_it_is()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + Simple);

        var jobs = (await touchline.TargetsAsync()).Select(t => t.Job);
        Assert.Equal(["prometheus", "node-exporter", "cadvisor", "football-api", "football-health", "test-server", .. BuiltInJobs.Names], jobs);
        Assert.DoesNotContain(touchline.Log.All, line => line.Contains(Simple, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fixed_file_runs_as_it_is_with_a_warning_for_each_unknown_key()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + Fixed);

        Assert.Equal(
            ["football-api", "prometheus", "node-exporter", "cadvisor", "postgres", "redis", .. BuiltInJobs.Names],
            (await touchline.TargetsAsync()).Select(t => t.Job));
        foreach (var (index, key) in UnknownKeys.Index())
        {
            Assert.Contains(
                touchline.Log.All,
                line => line.Contains("level=WARN", StringComparison.Ordinal) && line.Contains($"{Fixed}:{68 + index}:5:", StringComparison.Ordinal)
                    && line.Contains($"field {key} not found", StringComparison.Ordinal));
        }
        Assert.Equal(3, await touchline.MetricAsync("touchline_config_findings"));
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count(node_load1)") is 1, "the host is not watched beside it");
    }

    [Fact]
    public async Task Fixed_file_is_refused_where_strict_as_prometheus_refuses_it()
    {
        using var folder = new TemporaryFolder();

        var ended = await TouchlineProgram.RunAsync(folder.Path, "--config.file=" + Fixed, "--config.strict", "--web.listen-address=127.0.0.1:0");

        Assert.Equal(2, ended.ExitCode);
        Assert.Empty(ended.Output);
        Assert.All(UnknownKeys, key => Assert.Contains($"field {key} not found in type config.plain", ended.ErrorText, StringComparison.Ordinal));
        Assert.False(Directory.Exists(folder.File("data")), "a refused start leaves nothing behind");
    }

    [Fact]
    public async Task Host_that_cannot_be_resolved_costs_its_own_job_only()
    {
        using var folder = new TemporaryFolder();
        await using var target = new HttpTarget().Serve("/metrics", "resolved_gauge 1\n");
        var config = folder.Write("prometheus.yml", $$"""
            global: { scrape_interval: 5s, scrape_timeout: 5s }
            scrape_configs:
              - job_name: football-api
                static_configs: [{ targets: ["football-api-service.invalid:8000"] }]
              - job_name: refused
                static_configs: [{ targets: ["127.0.0.1:1"] }]
              - job_name: works
                static_configs: [{ targets: ["{{target.Address}}"] }]
            """);
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config);

        var targets = await Eventually.GetAsync(
            async () => await touchline.TargetsAsync() is var all && all.All(t => t.Health != "unknown") ? all : null, "a target was never scraped");

        Assert.Equal(["down", "down", "up"], targets.Take(3).Select(t => t.Health));
        Assert.Contains("football-api-service.invalid", targets[0].LastError, StringComparison.Ordinal);
        Assert.Contains("connection refused", targets[1].LastError, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await touchline.ValueAsync("count_over_time(resolved_gauge[1h])") >= 2, "the good job does not go on");
        Assert.Equal(0, await touchline.ValueAsync("up{job=\"football-api\"}"));
        Assert.Equal(1, await touchline.ValueAsync("up{job=\"works\"}"));
    }

    [Fact]
    public async Task Bad_job_is_skipped_and_the_others_run()
    {
        using var folder = new TemporaryFolder();
        await using var target = new HttpTarget().Serve("/metrics", "good_gauge 1\n");
        var config = folder.Write("prometheus.yml", $$"""
            global: { scrape_interval: 500ms, scrape_timeout: 500ms }
            scrape_configs:
              - job_name: bad
                metric_relabel_configs: [{ action: keep, regex: "(" }]
                static_configs: [{ targets: ["localhost:1"] }]
              - job_name: good
                static_configs: [{ targets: ["{{target.Address}}"] }]
            """);
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--config.file=" + config);

        await Eventually.TrueAsync(async () => await touchline.ValueAsync("good_gauge") is 1, "the good job does not run");
        Assert.DoesNotContain(await touchline.TargetsAsync(), t => t.Job == "bad");
        Assert.Contains(touchline.Log.All, line => line.Contains($"{config}:4:", StringComparison.Ordinal) && line.Contains("regex", StringComparison.Ordinal));
        var strict = await TouchlineProgram.RunAsync(folder.Path, "--config.file=" + config, "--config.strict", "--web.listen-address=127.0.0.1:0");
        Assert.Equal(2, strict.ExitCode);
    }
}
