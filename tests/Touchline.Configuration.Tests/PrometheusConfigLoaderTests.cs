using Touchline.Model;

namespace Touchline.Configuration.Tests;

public sealed class PrometheusConfigLoaderTests
{
    [Fact]
    public void Bad_job_is_skipped_and_the_others_run()
    {
        var result = Lenient("""
            scrape_configs:
              - job_name: good
              - job_name: bad
                scrape_interval: soon
              - job_name: odd
                scrape_intervall: 5s
            """);

        Assert.Equal(["good", "odd"], result.Config!.ScrapeConfigs.Select(job => job.JobName));
        Assert.Equal(
            ["p.yml:3:5: warning: job \"bad\" is skipped because of the errors in it",
                "p.yml:4:22: error: not a valid duration string: \"soon\"; whole numbers with units (y, w, d, h, m, s, ms), as in 30s or 1h30m",
                "p.yml:6:5: warning: field scrape_intervall not found in type config.ScrapeConfig: scrape_configs has no such key; did you mean scrape_interval? (skipped)"],
            result.Diagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void Second_job_of_the_same_name_is_skipped()
    {
        var result = Lenient("""
            scrape_configs:
              - { job_name: a, metrics_path: /first }
              - { job_name: a, metrics_path: /second }
            """);

        Assert.Equal("/first", Assert.Single(result.Config!.ScrapeConfigs).MetricsPath);
        Assert.True(result.HasErrors);
    }

    [Fact]
    public void Bad_global_value_falls_back_to_the_default()
    {
        var result = Lenient("global: { scrape_interval: x, evaluation_interval: 5s }");

        Assert.Equal((60_000, 5_000), (result.Config!.Global.ScrapeIntervalMs, result.Config.Global.EvaluationIntervalMs));
        Assert.True(result.HasErrors);
    }

    [Fact]
    public void Repeated_key_keeps_the_first_where_lenient()
    {
        var result = Lenient("global: { scrape_interval: 5s, scrape_interval: 7s }");

        Assert.Equal(5_000, result.Config!.Global.ScrapeIntervalMs);
        Assert.Contains("already set", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Job_inherits_intervals_and_limits_from_global()
    {
        var config = Strict("""
            global: { scrape_interval: 20s, scrape_timeout: 7s, sample_limit: 5, body_size_limit: 1MB }
            scrape_configs:
              - job_name: inherits
              - { job_name: own, scrape_interval: 5s, sample_limit: 9, body_size_limit: 2KB }
            """);

        var (inherits, own) = (config.ScrapeConfigs[0], config.ScrapeConfigs[1]);
        Assert.Equal((20_000, 7_000, 5, 1048576), (inherits.ScrapeIntervalMs, inherits.ScrapeTimeoutMs, inherits.SampleLimit, inherits.BodySizeLimitBytes));
        // The inherited timeout is cut to the shorter interval, an own one would be an error.
        Assert.Equal((5_000, 5_000, 9, 2048), (own.ScrapeIntervalMs, own.ScrapeTimeoutMs, own.SampleLimit, own.BodySizeLimitBytes));
    }

    [Fact]
    public void Empty_global_section_has_the_defaults_of_Prometheus()
    {
        var global = Strict("global:").Global;

        Assert.Equal((60_000, 10_000, 60_000), (global.ScrapeIntervalMs, global.ScrapeTimeoutMs, global.EvaluationIntervalMs));
    }

    [Fact]
    public void Relative_paths_start_from_the_folder_of_the_file()
    {
        const string Yaml = """
            rule_files: [rules/*.yml, /abs/r.yml]
            scrape_configs:
              - job_name: a
                tls_config: { ca_file: ca.pem }
                basic_auth: { username: u, password_file: pw }
                file_sd_configs: [{ files: [sd/*.json] }]
            """;

        var config = PrometheusConfigLoader.Parse(Yaml, "/etc/p/prometheus.yml", strict: true).Config!;

        Assert.Equal(["/etc/p/rules/*.yml", "/abs/r.yml"], config.RuleFiles);
        var job = config.ScrapeConfigs[0];
        Assert.Equal(("/etc/p/ca.pem", "/etc/p/pw"), (job.Http.Tls.CaFile, job.Http.BasicAuth!.PasswordFile));
        Assert.Equal(["/etc/p/sd/*.json"], job.FileDiscoveryConfigs[0].Files);
        Assert.Equal(300_000, job.FileDiscoveryConfigs[0].RefreshIntervalMs);
    }

    [Fact]
    public void Relabelling_step_has_the_defaults_of_Prometheus()
    {
        var steps = Strict("""
            scrape_configs:
              - job_name: a
                relabel_configs:
                  - { target_label: x }
                  - { regex: "", target_label: y, replacement: "", separator: "", action: Replace }
            """).ScrapeConfigs[0].RelabelConfigs;

        Assert.Equal((";", "(.*)", "$1", RelabelAction.Replace), (steps[0].Separator, steps[0].Regex.Pattern, steps[0].Replacement, steps[0].Action));
        Assert.Equal(("", "", ""), (steps[1].Separator, steps[1].Regex.Pattern, steps[1].Replacement));
    }

    [Theory]
    [InlineData("$A", "alpha")]
    [InlineData("${A}-${B}", "alpha-beta")]
    [InlineData("$$A", "$A")]
    [InlineData("cost: 5$", "cost: 5$")]
    [InlineData("$ A", "$ A")]
    [InlineData("${A", "A")]
    [InlineData("x${}y", "xy")]
    [InlineData("$A_B", "")]
    [InlineData("${MISSING}z", "z")]
    public void External_label_takes_environment_variables_as_Prometheus_does(string written, string expected)
    {
        var environment = new Dictionary<string, string> { ["A"] = "alpha", ["B"] = "beta" };

        var result = PrometheusConfigLoader.Parse(
            $"global: {{ external_labels: {{ l: '{written}' }} }}", "p.yml", strict: true, checkFiles: false, environment.GetValueOrDefault);

        Assert.Equal(expected, result.Config!.Global.ExternalLabels["l"]);
    }

    [Fact]
    public void Empty_environment_variable_is_warned_about()
    {
        var result = PrometheusConfigLoader.Parse("global: { external_labels: { l: $NOPE } }", "p.yml", strict: true, checkFiles: false, _ => null);

        Assert.Contains("environment variable NOPE is empty", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_are_not_honoured_are_said_and_accepted()
    {
        var result = PrometheusConfigLoader.Load(Fixture.Path("good/keys_of_other_features.yml"), strict: true);

        Assert.Equal(
            ["global.query_log_file", "global.rule_query_offset",
                "remote_read", "tracing", "otlp", "storage.exemplars.max_exemplars", "scrape_configs.nerve_sd_configs"],
            result.Diagnostics.Select(d => d.Message.Split(' ')[0]));
        Assert.All(result.Diagnostics, d => Assert.Equal(ConfigSeverity.Warning, d.Severity));
    }

    [Fact]
    public void Retention_section_of_newer_versions_is_read()
    {
        var storage = Strict("storage: { tsdb: { out_of_order_time_window: 30m, retention: { time: 7d, size: 2GB } } }").Storage;

        Assert.Equal(new StorageConfig { OutOfOrderTimeWindowMs = 1_800_000, RetentionTimeMs = 604_800_000, RetentionSizeBytes = 2147483648 }, storage);
    }

    [Fact]
    public void Series_limits_are_read_written_and_checked()
    {
        const string Yaml = """
            storage:
              tsdb:
                series_limits:
                  total: 0
                  per_job: 1000
                  per_metric: 100
                  jobs: { api: 5000, "no limit: here": 0 }
                  metrics:
                    http_requests_total: 50

            """;
        var config = PrometheusConfigLoader.Parse(Yaml, "p.yml", strict: true).Config!;
        var limits = config.Storage.SeriesLimits!;

        Assert.Equal((0, 1000, 100), (limits.Total, limits.PerJob, limits.PerMetric));
        Assert.Equal((5000, 0), (limits.Jobs["api"], limits.Jobs["no limit: here"]));
        Assert.Equal(50, Assert.Single(limits.Metrics).Value);
        var written = PrometheusConfigLoader.Parse(PrometheusConfigWriter.ToYaml(config), "p.yml", strict: true);
        Assert.Empty(written.Diagnostics);
        Assert.Equivalent(limits, written.Config!.Storage.SeriesLimits);

        var findings = PrometheusConfigLoader.Parse(
            "storage: { tsdb: { series_limits: { totl: 1, per_job: many, metrics: { m: -1 } } } }", "p.yml", strict: true).Diagnostics;
        Assert.Equal(3, findings.Count);
        Assert.Contains(findings, f => f.ToString().Contains("p.yml:1:37", StringComparison.Ordinal) && f.Message.EndsWith("did you mean total?", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Message.Contains("per_job is a whole number", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Message.Contains("the limit of \"m\" is a whole number", StringComparison.Ordinal));
    }

    [Fact]
    public void Alertmanagers_of_every_entry_are_listed()
    {
        var config = PrometheusConfigLoader.Load(Fixture.Path("good/alerting.yml"), strict: true).Config!;

        Assert.Equal(["am-1:9093", "am-2:9093", "am-3:9093"], config.AlertmanagerTargets);
    }

    [Fact]
    public void Merge_keys_bring_what_the_job_itself_does_not_say()
    {
        var jobs = PrometheusConfigLoader.Load(Fixture.Path("good/anchors_and_merge_keys.yml"), strict: true).Config!.ScrapeConfigs;

        Assert.Equal(["one", "two", "three"], jobs.Select(job => job.JobName));
        Assert.All(jobs, job => Assert.Equal(30_000, job.ScrapeIntervalMs));
        Assert.All(jobs, job => Assert.Equal(["a:1"], job.StaticConfigs.Single().Targets));
        Assert.Equal(["/metrics", "/other", "/metrics"], jobs.Select(job => job.MetricsPath));
    }

    [Fact]
    public void Label_of_a_target_group_without_a_value_is_left_out()
    {
        var job = PrometheusConfigLoader.Load(Fixture.Path("good/scalar_kinds.yml"), strict: true).Config!.ScrapeConfigs[0];

        Assert.Equal(Labels.Of("a", "1.5"), job.StaticConfigs[0].Labels);
        Assert.Equal((true, false, 1000, 16), (job.HonorLabels, job.HonorTimestamps, job.SampleLimit, job.LabelLimit));
    }

    [Fact]
    public void Missing_file_is_an_error_without_a_configuration()
    {
        var result = PrometheusConfigLoader.Load("/nonexistent/prometheus.yml", strict: false);

        Assert.Null(result.Config);
        Assert.Equal("/nonexistent/prometheus.yml:0:0: error: the file cannot be read: no such file", Assert.Single(result.Diagnostics).ToString());
    }

    private static PrometheusConfig Strict(string yaml)
    {
        var result = PrometheusConfigLoader.Parse(yaml, "p.yml", strict: true);
        Assert.Empty(result.Diagnostics);
        return result.Config!;
    }

    private static ConfigLoadResult Lenient(string yaml) => PrometheusConfigLoader.Parse(yaml, "p.yml", strict: false);
}
