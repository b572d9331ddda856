namespace Touchline.Configuration.Tests;

/// <summary>The check that also looks for every file that a configuration names.</summary>
public sealed class ConfigCheckTests
{
    [Fact]
    public void Files_that_are_missing_are_listed_all_at_once()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("prometheus.yml", """
            rule_files: [missing.yml, "none/*.yml"]
            scrape_configs:
              - job_name: a
                tls_config: { ca_file: ca.pem }
                authorization: { credentials_file: token }
                file_sd_configs: [{ files: [targets.json] }]
            """);

        var result = PrometheusConfigLoader.Check(path, strict: false);

        Assert.Equal(
            [(1, 14, ConfigSeverity.Error, "rule file"), (1, 27, ConfigSeverity.Warning, "no rule file"),
                (4, 28, ConfigSeverity.Error, "error checking TLS file"), (5, 40, ConfigSeverity.Error, "error checking credentials file"),
                (6, 33, ConfigSeverity.Warning, "file")],
            result.Diagnostics.Select(d => (d.Line, d.Column, d.Severity, d.Message[..d.Message.IndexOf(" \"", StringComparison.Ordinal)].Replace(" matches", "", StringComparison.Ordinal))));
        Assert.NotNull(result.Config);
    }

    [Fact]
    public void Load_does_not_look_for_them()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("prometheus.yml", "rule_files: [missing.yml]");

        Assert.Empty(PrometheusConfigLoader.Load(path, strict: true).Diagnostics);
    }

    [Fact]
    public void Findings_in_a_target_file_name_that_file()
    {
        using var folder = new TemporaryFolder();
        var targets = folder.Write("sd/t.json", """[{"targets": ["a:1"], "lables": {}}]""");
        var path = folder.Write("prometheus.yml", "scrape_configs: [{ job_name: a, file_sd_configs: [{ files: ['sd/*.json'] }] }]");

        var finding = Assert.Single(PrometheusConfigLoader.Check(path, strict: false).Diagnostics);

        Assert.Equal((targets, 1, 23), (finding.File, finding.Line, finding.Column));
        Assert.Contains("did you mean labels?", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Jobs_of_scrape_config_files_join_those_of_the_main_file()
    {
        using var folder = new TemporaryFolder();
        folder.Write("jobs/1.yml", "scrape_configs: [{ job_name: b, tls_config: { ca_file: x.pem } }]");
        var second = folder.Write("jobs/2.yml", "scrape_configs: [{ job_name: a }, { job_name: c, oops: 1 }]");
        var path = folder.Write("prometheus.yml", """
            global: { scrape_interval: 7s }
            scrape_config_files: [jobs/*.yml]
            scrape_configs: [{ job_name: a }]
            """);

        var result = PrometheusConfigLoader.Load(path, strict: false);

        Assert.Equal(["a", "b", "c"], result.Config!.ScrapeConfigs.Select(job => job.JobName));
        Assert.Equal(7_000, result.Config.ScrapeConfigs[1].ScrapeIntervalMs);
        Assert.Equal(Path.Combine(folder.Path, "jobs/x.pem"), result.Config.ScrapeConfigs[1].Http.Tls.CaFile);
        Assert.All(result.Diagnostics, d => Assert.Equal(second, d.File));
        Assert.Contains(result.Diagnostics, d => d.Message.Contains("found multiple scrape configs with job name \"a\"", StringComparison.Ordinal));
    }
}
