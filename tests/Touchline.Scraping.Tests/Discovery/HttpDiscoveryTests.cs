using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

public sealed class HttpDiscoveryTests : IAsyncDisposable
{
    private readonly FakeTarget _server = new();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Groups_are_those_of_the_answer_with_its_address_as_a_label()
    {
        using var discovery = Discovery();
        _server.Serve("""[{ "targets": ["a:1", "b:2"], "labels": { "x": "y" } }]""", "application/json; charset=utf-8");
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        var group = Assert.Single(discovery.Groups);
        Assert.Equal(["a:1", "b:2"], group.Targets);
        Assert.Equal(("y", $"http://{_server.Address}/sd"), (group.Labels["x"], group.Labels["__meta_url"]));
        Assert.Contains("X-Prometheus-Refresh-Interval-Seconds: 60\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer t\r\n", _server.LastRequest, StringComparison.Ordinal);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("500 Oh", "application/json", "[]")]
    [InlineData("200 OK", "text/html", "[]")]
    [InlineData("200 OK", "application/json", "{")]
    [InlineData("200 OK", "application/json", "[{ \"targets\": 5 }]")]
    public async Task Answer_that_cannot_be_used_changes_nothing(string status, string type, string body)
    {
        using var discovery = Discovery();
        _server.Serve("""[{ "targets": ["a:1"] }]""", "application/json");
        await discovery.RefreshAsync(CancellationToken.None);
        _server.Serve(System.Text.Encoding.UTF8.GetBytes(body), type, "", status);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal(["a:1"], Assert.Single(discovery.Groups).Targets);
        _server.Serve("[]", "application/json");
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Empty(discovery.Groups);
    }

    [Fact]
    public async Task Redirect_is_followed_and_another_host_gets_no_credentials()
    {
        await using var other = new FakeTarget();
        other.Serve("""[{ "targets": ["a:1"] }]""", "application/json");
        _server.Serve([], null, $"Location: http://{other.Address}/list\r\n", "302 Found");
        using var discovery = Discovery();
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.DoesNotContain("Authorization", other.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discovery_that_a_reload_changes_is_asked_anew()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1\n");
        _server.Serve("""[{ "targets": ["127.0.0.1:1"] }]""", "application/json");
        harness.Apply(harness.Job with { StaticConfigs = [], HttpDiscoveryConfigs = [Config()] });
        await Eventually.TrueAsync(() => harness.Scraper.Targets().Count == 1, "the target is found");
        harness.Apply(harness.Job with { StaticConfigs = [], HttpDiscoveryConfigs = [Config() with { RefreshIntervalMs = 70_000 }] });
        _server.Serve("[]", "application/json");
        harness.Apply(harness.Job with { StaticConfigs = [], HttpDiscoveryConfigs = [Config() with { RefreshIntervalMs = 70_000 }] });
        await Eventually.TrueAsync(() => harness.Scraper.Targets().Count == 0, "the target is gone");
    }

    [Fact]
    public async Task Discovered_target_is_scraped()
    {
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1\n");
        _server.Serve($$"""[{ "targets": ["{{harness.Target.Address}}"] }]""", "application/json");
        harness.Apply(harness.Job with { StaticConfigs = [], HttpDiscoveryConfigs = [Config()] });
        await Eventually.TrueAsync(() => harness.Scraper.Targets().Count == 1, "the target is found");
        Assert.Equal($"http://{harness.Target.Address}/metrics", harness.Snapshot.ScrapeUrl);
        await harness.QuietAsync(2);
        await harness.Time.StepAsync();
        await harness.ScrapesAsync(1);
        Assert.NotEmpty(harness.Store.Samples("foo"));
    }

    private HttpDiscoveryConfig Config() => new(
        $"http://{_server.Address}/sd", 60_000, new HttpClientConfig { Authorization = new AuthorizationConfig("Bearer", new Secret("t"), null) });

    private HttpDiscovery Discovery() => new(Config(), NullLogger.Instance, TimeProvider.System);
}
