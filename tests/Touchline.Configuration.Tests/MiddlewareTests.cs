namespace Touchline.Configuration.Tests;

public sealed class MiddlewareTests
{
    private const string Good = """
        global: { scrape_interval: 20s }
        middleware:
          postgresql:
            - postgresql://watcher:hidden@db:5433/league
            - { name: predictions, url: 'postgresql://watcher@db/predictions', password_file: pg.secret, scrape_interval: 1m, scrape_timeout: 10s, settings: false }
          redis:
            - { url: 'redis://cache', password: hidden }
        """;

    [Fact]
    public void Servers_are_read_with_their_defaults()
    {
        var result = PrometheusConfigLoader.Parse(Good, "/etc/p.yml", strict: true);

        Assert.Empty(result.Diagnostics);
        var middleware = result.Config!.Middleware;
        var (first, second) = (middleware.PostgreSql[0], middleware.PostgreSql[1]);
        Assert.Equal(("db:5433", 20_000, 5_000, true), (first.Name, first.ScrapeIntervalMs, first.ScrapeTimeoutMs, first.ShowsSettings));
        Assert.Equal(("predictions", 60_000, 10_000, false, "/etc/pg.secret"), (second.Name, second.ScrapeIntervalMs, second.ScrapeTimeoutMs, second.ShowsSettings, second.PasswordFile));
        Assert.Equal(("cache:6379", "hidden"), (middleware.Redis[0].Name, middleware.Redis[0].Password!.Value));
    }

    [Fact]
    public void No_password_is_shown()
    {
        var config = PrometheusConfigLoader.Parse(Good, "/etc/p.yml", strict: true).Config!;

        var written = PrometheusConfigWriter.ToYaml(config);

        Assert.DoesNotContain("hidden", written);
        Assert.DoesNotContain("hidden", config.Middleware.PostgreSql[0].ToString());
        Assert.Equal("postgresql://watcher:<secret>@db:5433/league", config.Middleware.PostgreSql[0].DisplayUrl);
        Assert.Equal(written, PrometheusConfigWriter.ToYaml(PrometheusConfigLoader.Parse(written, "/etc/p.yml", strict: true).Config!));
    }

    [Theory]
    [InlineData("postgres: []", "2:3", "it is postgresql here")]
    [InlineData("redis: [{ adress: x, url: 'redis://a' }]", "2:13", "field adress not found")]
    [InlineData("redis: [6379]", "2:11", "not the URL of a redis server; it looks like redis://host:6379")]
    [InlineData("redis: ['postgresql://u:hidden@a']", "2:11", "not the URL of a redis server")]
    [InlineData("postgresql: [{ name: a }]", "2:16", "the server has no url, as postgresql://user@host:5432/database")]
    [InlineData("redis: [redis://a, redis://a:6379]", "2:22", "redis has \"a:6379\" twice")]
    [InlineData("redis: [{ url: 'redis://a', scrape_interval: 1s, scrape_timeout: 2s }]", "2:68", "scrape_timeout is longer than the interval of 1s")]
    [InlineData("redis: [{ url: 'redis://a', password: a, password_file: b }]", "2:59", "at most one of password and password_file")]
    public void Mistakes_are_told_with_their_place(string line, string place, string message)
    {
        var result = PrometheusConfigLoader.Parse("middleware:\n  " + line, "p.yml", strict: true);

        var finding = Assert.Single(result.Diagnostics).ToString();
        Assert.Contains(message, finding);
        Assert.Contains($"p.yml:{place}:", finding);
        Assert.DoesNotContain("hidden", finding);
    }

    [Fact]
    public void A_server_that_is_wrong_does_not_cost_the_others()
    {
        var config = PrometheusConfigLoader.Parse("middleware: { redis: [nonsense, 'redis://a'] }", "p.yml", strict: false).Config!;

        Assert.Equal("a:6379", Assert.Single(config.Middleware.Redis).Name);
    }
}
