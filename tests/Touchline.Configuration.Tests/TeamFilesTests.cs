namespace Touchline.Configuration.Tests;

/// <summary>The files of the team whose application is watched first, as they are.</summary>
public sealed class TeamFilesTests
{
    [Fact]
    public void Simple_file_loads_without_a_finding()
    {
        var result = PrometheusConfigLoader.Load(Fixture.Path("prometheus-simple.yml"), strict: true);

        Assert.Empty(result.Diagnostics);
        Assert.Equal(
            ["prometheus", "node-exporter", "cadvisor", "football-api", "football-health", "test-server"],
            result.Config!.ScrapeConfigs.Select(job => job.JobName));
        Assert.Equal(15_000, result.Config.ScrapeConfigs[0].ScrapeIntervalMs);
        Assert.Equal(10_000, result.Config.ScrapeConfigs[0].ScrapeTimeoutMs);
        Assert.Equal(30_000, result.Config.ScrapeConfigs[1].ScrapeIntervalMs);
        Assert.Equal(["footballprediction-app-1:8000"], result.Config.ScrapeConfigs[3].StaticConfigs.Single().Targets);
        Assert.Equal("/", result.Config.ScrapeConfigs[5].MetricsPath);
        Assert.Empty(result.Config.AlertmanagerTargets);
    }

    [Fact]
    public void Fixed_file_loads_and_names_the_keys_that_do_not_exist()
    {
        var path = Fixture.Path("prometheus-fixed.yml");

        var result = PrometheusConfigLoader.Load(path, strict: false);

        Assert.False(result.HasErrors);
        Assert.Equal(
            [(68, "retention_time", "retention: { time: 7d }"), (69, "data_retention_size", "retention: { size: 2GB }"),
                (70, "record_retention_size", "retention: { size: 2GB }")],
            result.Diagnostics.Select(d => (d.Line, Field(d), Hint(d))));
        Assert.All(result.Diagnostics, d => Assert.Equal((path, 5), (d.File, d.Column)));
        Assert.Equal(6, result.Config!.ScrapeConfigs.Count);
        Assert.Equal(["/etc/prometheus/rules/*.yml"], result.Config.RuleFiles);
        Assert.Equal(["alertmanager:9093"], result.Config.AlertmanagerTargets);
        Assert.Equal("football-prediction", result.Config.Global.ExternalLabels["cluster"]);
        Assert.Null(result.Config.Storage.RetentionTimeMs);
    }

    [Fact]
    public void Fixed_file_is_refused_where_strict_as_Prometheus_refuses_it()
    {
        var result = PrometheusConfigLoader.Load(Fixture.Path("prometheus-fixed.yml"), strict: true);

        Assert.Null(result.Config);
        Assert.Equal(3, result.Diagnostics.Count(d => d.Severity == ConfigSeverity.Error));
        Assert.StartsWith("field retention_time not found in type config.plain", result.Diagnostics[0].Message, StringComparison.Ordinal);
    }

    private static string Field(ConfigDiagnostic d) => d.Message.Split(' ')[1];

    private static string Hint(ConfigDiagnostic d) => d.Message.Split('"')[1];
}
