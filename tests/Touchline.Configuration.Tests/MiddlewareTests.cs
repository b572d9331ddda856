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
    [InlineData("postgresql: [{ url: 'postgresql://a', collectors: { proces_idle: true } }]", "2:55", "did you mean process_idle?")]
    [InlineData("postgresql: [{ url: 'postgresql://a', stat_statements: { limit: 0 } }]", "2:67", "limit is a number from 1 to 5000")]
    [InlineData("postgresql: [{ url: 'postgresql://a', check_keys: [a] }]", "2:41", "it belongs in a Redis server")]
    [InlineData("redis: [{ url: 'redis://a', check_keys: [db0=] }]", "2:44", "an item of check_keys is a key or a pattern, as session:*")]
    [InlineData("redis: [{ url: 'redis://a', check_keys_batch_size: 100000 }]", "2:54", "check_keys_batch_size is a number from 1 to 10000")]
    public void Mistakes_are_told_with_their_place(string line, string place, string message)
    {
        var result = PrometheusConfigLoader.Parse("middleware:\n  " + line, "p.yml", strict: true);

        var finding = Assert.Single(result.Diagnostics).ToString();
        Assert.Contains(message, finding);
        Assert.Contains($"p.yml:{place}:", finding);
        Assert.DoesNotContain("hidden", finding);
    }

    [Fact]
    public void What_is_chosen_of_a_server_is_read_and_written()
    {
        const string Chosen = """
            middleware:
              postgresql:
                - url: postgresql://db
                  collectors: { process_idle: true, locks: false }
                  stat_statements: { include_query: true, limit: 20, exclude_databases: [template1] }
              redis:
                - url: redis://cache
                  check_keys: [ 'session:*', db3=job=* ]
                  count_keys: [ '*' ]
                  check_keys_batch_size: 500
                  export_client_list: true
                  include_metrics_for_empty_databases: false
                  is_cluster: true
                  script: [ figures.lua ]
            """;

        var result = PrometheusConfigLoader.Parse(Chosen, "/etc/p.yml", strict: true);

        Assert.Empty(result.Diagnostics);
        var (postgres, redis) = (result.Config!.Middleware.PostgreSql[0].Postgres, result.Config.Middleware.Redis[0].Redis);
        Assert.Equal([new CollectorSwitch("process_idle", true), new CollectorSwitch("locks", false)], postgres.Collectors);
        Assert.Equal(new StatementSelection { IncludesQuery = true, Limit = 20, ExcludedDatabases = ["template1"] }, postgres.Statements);
        Assert.Equal([new RedisKeyPattern(0, "session:*"), new RedisKeyPattern(3, "job=*")], redis.CheckKeys);
        Assert.Equal((500, true, false, true, "/etc/figures.lua"), (redis.CheckKeysBatchSize, redis.ExportsClientList, redis.IncludesEmptyDatabases, redis.IsCluster, redis.Scripts[0]));
        var again = PrometheusConfigLoader.Parse(PrometheusConfigWriter.ToYaml(result.Config), "/etc/p.yml", strict: true).Config!;
        // A reload keeps a server of which nothing has changed.
        Assert.Equal(result.Config.Middleware.PostgreSql[0], again.Middleware.PostgreSql[0]);
        Assert.Equal(result.Config.Middleware.Redis[0], again.Middleware.Redis[0]);
        Assert.Equal(result.Config.Middleware.Redis[0].GetHashCode(), again.Middleware.Redis[0].GetHashCode());
        Assert.NotEqual(redis, redis with { CountKeys = [] });
    }

    [Theory]
    [InlineData("session:*", 0, "session:*")]
    [InlineData("db12=a=b", 12, "a=b")]
    [InlineData("a=b", 0, "a=b")]
    [InlineData("db=b", 0, "db=b")]
    [InlineData("db99999999999=b", 0, "db99999999999=b")]
    public void A_key_may_name_its_database(string text, int database, string key) => Assert.Equal(new RedisKeyPattern(database, key), RedisKeyPattern.TryParse(text));

    [Fact]
    public void A_server_that_is_wrong_does_not_cost_the_others()
    {
        var config = PrometheusConfigLoader.Parse("middleware: { redis: [nonsense, 'redis://a'] }", "p.yml", strict: false).Config!;

        Assert.Equal("a:6379", Assert.Single(config.Middleware.Redis).Name);
    }
}
