namespace Touchline.Configuration.Tests;

public sealed class PrometheusConfigWriterTests
{
    [Fact]
    public void Configuration_is_written_in_the_order_and_layout_of_Prometheus()
    {
        var config = PrometheusConfigLoader.Load(Fixture.Path("everything.yml"), strict: true).Config!;

        var yaml = PrometheusConfigWriter.ToYaml(config).Replace(Fixture.Folder, "FOLDER", StringComparison.Ordinal);

        Assert.Equal(File.ReadAllText(Fixture.Path("everything.written.yml")), yaml);
    }

    [Fact]
    public void Written_configuration_reads_back_as_itself()
    {
        var config = PrometheusConfigLoader.Load(Fixture.Path("everything.yml"), strict: true).Config!;
        var yaml = PrometheusConfigWriter.ToYaml(config);

        var again = PrometheusConfigLoader.Parse(yaml, config.FileName, strict: true);

        Assert.Empty(again.Diagnostics);
        Assert.Equal(yaml, PrometheusConfigWriter.ToYaml(again.Config!));
    }

    [Fact]
    public void Secrets_are_not_written()
    {
        const string Yaml = """
            scrape_configs:
              - job_name: a
                basic_auth: { username: u, password: hunter2 }
                proxy_url: http://me:hunter2@proxy:80
                tls_config: { cert: c, key: hunter2 }
              - job_name: b
                bearer_token: hunter2
            """;

        var yaml = PrometheusConfigWriter.ToYaml(PrometheusConfigLoader.Parse(Yaml, "p.yml", strict: true).Config!);

        Assert.DoesNotContain("hunter2", yaml, StringComparison.Ordinal);
        Assert.Contains("proxy_url: http://me:xxxxx@proxy:80", yaml, StringComparison.Ordinal);
        Assert.Equal(3, yaml.Split("<secret>").Length - 1);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("5")]
    [InlineData("1e3")]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("a: b # c")]
    [InlineData("- x")]
    [InlineData("two\nlines\n")]
    [InlineData(" space ")]
    [InlineData("tab\t")]
    [InlineData("\"quoted\" 'both'")]
    [InlineData("2026-11-23")]
    [InlineData("ünïcödé €")]
    [InlineData("$HOME")]
    public void Label_value_of_any_text_reads_back_as_text(string value)
    {
        var config = new PrometheusConfig
        {
            Global = new GlobalConfig { ExternalLabels = Touchline.Model.Labels.Of("a", value, "b", "after") },
        };

        var again = PrometheusConfigLoader.Parse(PrometheusConfigWriter.ToYaml(config), "p.yml", strict: true).Config!;

        Assert.Equal(config.Global.ExternalLabels, again.Global.ExternalLabels);
    }
}
