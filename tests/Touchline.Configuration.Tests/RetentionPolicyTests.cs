namespace Touchline.Configuration.Tests;

public sealed class RetentionPolicyTests
{
    private const string Good = """
        retention_policies:
          - matchers: ['__name__=~"go_.*"', job!=api]
            keep_for: 7d
          - matchers: ['tier="gold"']
            keep_for: forever
            downsample:
              - { after: 30d, resolution: 5m }
              - { after: 180d, resolution: 1h }
          - matchers: []
            downsample: [{ after: 10d, resolution: 1h }]
        """;

    [Fact]
    public void Policies_are_read_in_their_order()
    {
        var result = PrometheusConfigLoader.Parse(Good, "p.yml", strict: true);

        Assert.Empty(result.Diagnostics);
        var policies = result.Config!.RetentionPolicies!;
        const long Day = 24L * 3600 * 1000;
        Assert.Equal([7 * Day, 0, null], policies.Select(policy => policy.KeepForMs));
        Assert.Equal(["__name__=~\"go_.*\"", "job!=\"api\""], policies[0].Matchers.Select(matcher => matcher.ToString()));
        Assert.Equal([new(30 * Day, 300_000), new(180 * Day, 3_600_000)], policies[1].Downsampling);
        Assert.Empty(policies[2].Matchers);
    }

    [Fact]
    public void Policies_read_back_as_they_were_written()
    {
        var written = PrometheusConfigWriter.ToYaml(PrometheusConfigLoader.Parse(Good, "p.yml", strict: true).Config!);
        var again = PrometheusConfigLoader.Parse(written, "p.yml", strict: true);

        Assert.Empty(again.Diagnostics);
        Assert.Equal(3, again.Config!.RetentionPolicies!.Count);
        Assert.Equal(written, PrometheusConfigWriter.ToYaml(again.Config));
    }

    [Fact]
    public void File_without_policies_has_none()
    {
        Assert.Empty(PrometheusConfigLoader.Parse("global: {}", "p.yml", strict: true).Config!.RetentionPolicies!);
    }

    [Theory]
    [InlineData("matchers: ['job=\"a\"'], keep_fro: 7d", "did you mean keep_for?")]
    [InlineData("matchers: ['job=\"a\"'], keep_for: 7 days", "not a valid duration string: \"7 days\"")]
    [InlineData("matchers: ['job=\"a\"'], keep_for: forevr", "did you mean forever?")]
    [InlineData("matchers: ['job=\"a\"'], keep_for: 0s", "keep_for is 0")]
    [InlineData("matchers: ['up{job=\"a\"}'], keep_for: 7d", "is no matcher")]
    [InlineData("matchers: ['{job=\"a\"}'], keep_for: 7d", "is no matcher")]
    [InlineData("matchers: ['job=\"a'], keep_for: 7d", "is no matcher")]
    [InlineData("matchers: ['job=~\"(\"'], keep_for: 7d", "error parsing regexp")]
    [InlineData("matchers: job=a, keep_for: 7d", "matchers is a list")]
    [InlineData("keep_for: 7d", "the policy has no matchers")]
    [InlineData("matchers: ['job=a']", "the policy changes nothing")]
    [InlineData("matchers: ['job=a'], downsample: [{ after: 30d, resolution: 10m }]", "a resolution of 5m or 1h, not 10m")]
    [InlineData("matchers: ['job=a'], downsample: [{ after: 30d }]", "needs both after and resolution")]
    [InlineData("matchers: ['job=a'], downsample: [{ after: 30d, resolution: 1h }, { after: 60d, resolution: 5m }]", "must rise")]
    [InlineData("matchers: ['job=a'], keep_for: 20d, downsample: [{ after: 30d, resolution: 1h }]", "nothing is left to aggregate")]
    public void Mistake_is_named_with_its_place_and_takes_all_policies_with_it(string policy, string message)
    {
        var yaml = $$"""
            retention_policies:
              - { matchers: ['job="x"'], keep_for: 1d }
              - { {{policy}} }
            """;
        var result = PrometheusConfigLoader.Parse(yaml, "p.yml", strict: false);

        Assert.Null(result.Config!.RetentionPolicies);
        var finding = Assert.Single(result.Diagnostics);
        Assert.Equal(ConfigSeverity.Error, finding.Severity);
        Assert.Contains(message, finding.Message, StringComparison.Ordinal);
        Assert.Equal(3, finding.Line);
        Assert.True(finding.Column >= 5, finding.ToString());
    }

    [Fact]
    public void Policy_behind_one_that_takes_everything_is_warned_of()
    {
        var result = PrometheusConfigLoader.Parse(
            "retention_policies: [{ matchers: [], keep_for: 1d }, { matchers: ['job=a'], keep_for: 2d }]", "p.yml", strict: true);

        Assert.Equal(2, result.Config!.RetentionPolicies!.Count);
        Assert.Contains("no series gets here", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_behind_one_whose_matchers_are_wrong_is_not_warned_of()
    {
        var result = PrometheusConfigLoader.Parse(
            "retention_policies: [{ matchers: ['x'], keep_for: 1d }, { matchers: ['job=a'], keep_for: 2d }]", "p.yml", strict: true);

        Assert.Equal(ConfigSeverity.Error, Assert.Single(result.Diagnostics).Severity);
    }

    [Fact]
    public void Misspelled_section_is_recognised()
    {
        var result = PrometheusConfigLoader.Parse("retention_polices: []", "p.yml", strict: false);

        Assert.Contains("did you mean retention_policies?", Assert.Single(result.Diagnostics).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_of_its_own_holds_policies_only()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "retention.yml");
        File.WriteAllText(path, Good);
        var (policies, findings) = RetentionPolicyFile.Load(path);
        Assert.Equal(3, policies!.Count);
        Assert.Empty(findings);

        File.WriteAllText(path, Good + "\nscrape_configs: []\n");
        (policies, findings) = RetentionPolicyFile.Load(path);
        Assert.Contains("scrape_configs", Assert.Single(findings).Message, StringComparison.Ordinal);
        Assert.Equal(ConfigSeverity.Error, findings[0].Severity);
        Assert.Null(policies);

        (policies, findings) = RetentionPolicyFile.Load(path + ".missing");
        Assert.Null(policies);
        Assert.Contains("cannot be read", Assert.Single(findings).Message, StringComparison.Ordinal);
    }
}
