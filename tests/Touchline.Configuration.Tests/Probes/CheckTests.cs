using Touchline.Configuration.Probes;

namespace Touchline.Configuration.Tests.Probes;

public sealed class CheckTests
{
    private const string Good = """
        checks:
          - api: https://api.example/health
          - db: tcp://db:5432
          - secure: tls://mail.example:993
          - name: dns://192.0.2.53/example.org?type=mx
          - host: icmp://router.example
          - rpc: grpc://backend:50051/shop.Cart
          - page:
              url: https://user:secret@www.example/
              interval: 10s
              timeout: 3s
              status: [200, 204]
              body: "Welcome"
              body_not: "Error"
              header: { Content-Type: "^text/html" }
              max_redirects: 0
              cert_days: 14
              public: false
        """;

    [Fact]
    public void Line_is_a_name_and_a_url_whose_scheme_says_how_to_look()
    {
        var checks = Read(Good);

        Assert.Equal(
            ["api Http https://api.example/health", "db Tcp db:5432", "secure Tcp mail.example:993", "name Dns 192.0.2.53", "host Icmp router.example", "rpc Grpc backend:50051", "page Http https://user:secret@www.example/"],
            checks.Select(check => $"{check.Name} {check.Module.Prober} {check.Target}"));
        Assert.True(checks[2].Module.Tcp.Tls);
        Assert.Equal(("example.org", "MX"), (checks[3].Module.Dns.QueryName, checks[3].Module.Dns.QueryType));
        Assert.Equal("shop.Cart", checks[5].Module.Grpc.Service);
        Assert.Equal((30_000, 10_000, true), (checks[0].IntervalMs, checks[0].TimeoutMs, checks[0].IsPublic));
    }

    [Fact]
    public void Expectations_stand_below_the_name()
    {
        var page = Read(Good)[^1];

        var http = page.Module.Http;
        Assert.Equal([200, 204], http.ValidStatusCodes);
        Assert.Equal("Welcome", Assert.Single(http.FailIfBodyNotMatches).Pattern);
        Assert.Equal("Error", Assert.Single(http.FailIfBodyMatches).Pattern);
        Assert.Equal("Content-Type", Assert.Single(http.FailIfHeaderNotMatches).Header);
        Assert.Equal(14 * 86_400, http.MinCertificateSeconds);
        Assert.False(http.Client.FollowRedirects);
        Assert.Equal((10_000, 3_000, false), (page.IntervalMs, page.TimeoutMs, page.IsPublic));
        Assert.Equal("https://www.example/", page.Url);
    }

    [Fact]
    public void Configuration_is_shown_without_passwords()
    {
        var written = PrometheusConfigWriter.ToYaml(PrometheusConfigLoader.Parse(Good, "p.yml", strict: true).Config!);

        Assert.DoesNotContain("secret", written, StringComparison.Ordinal);
        var again = Read(written);
        Assert.Equal(7, again.Count);
        Assert.Equal([200, 204], again[^1].Module.Http.ValidStatusCodes);
    }

    [Theory]
    [InlineData("a: api.example", "has no scheme; write it as https://api.example")]
    [InlineData("a: htps://x", "did you mean https://?")]
    [InlineData("a: ftp://x", "a check cannot look at ftp://")]
    [InlineData("a: tcp://db", "the port is missing")]
    [InlineData("a: dns://server", "the name to ask for is missing")]
    [InlineData("a: dns://server/x?type=AAAAA", "there is no record type")]
    [InlineData("a: {interval: 10s}", "check a has no URL")]
    [InlineData("a: {url: 'https://x', statsu: 200}", "did you mean status?")]
    [InlineData("a: {url: 'https://x', status: ok}", "is not a status code")]
    [InlineData("a: {url: 'https://x', body: '('}", "error parsing regexp")]
    [InlineData("a: {url: 'https://x', interval: 10s, timeout: 20s}", "no more than the interval")]
    [InlineData("a: {url: 'https://x', interval: 10ms}", "interval must be at least 1s")]
    [InlineData("a: {url: 'icmp://x', status: 200}", "status means nothing here")]
    [InlineData("'a b': https://x", "is no name for a check")]
    [InlineData("good: https://x", "there is a check good already, at line 2")]
    public void Mistakes_are_named_and_cost_their_check_only(string line, string said)
    {
        var result = PrometheusConfigLoader.Parse($"checks:\n  - good: https://x\n  - {line}\n", "p.yml", strict: false);

        Assert.Equal(["good"], result.Config!.Checks.Select(check => check.Name));
        var error = Assert.Single(result.Diagnostics, finding => finding.Severity == ConfigSeverity.Error);
        Assert.Equal(3, error.Line);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void File_of_checks_holds_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "checks.yml");
        File.WriteAllText(path, "checks:\n  - a: https://x\nscrape_configs: []\n");

        var (checks, findings) = CheckFile.Load(path);

        Assert.Single(checks!);
        Assert.Contains("scrape_configs", Assert.Single(findings).Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<CheckConfig> Read(string yaml)
    {
        var result = PrometheusConfigLoader.Parse(yaml, "p.yml", strict: true);
        Assert.Empty(result.Diagnostics);
        return result.Config!.Checks;
    }
}
