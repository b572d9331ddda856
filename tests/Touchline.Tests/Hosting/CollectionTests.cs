using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Touchline.Hosting;
using Touchline.Options;
using Touchline.Web.Views;

namespace Touchline.Tests.Hosting;

public sealed class CollectionTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Host_containers_and_self_are_targets_among_the_others_and_on_the_pages()
    {
        using var groups = new FakeGroups();
        await using var server = await RunningServer.StartAsync(new ServerOptions { CollectorIntervalMs = 100, Containers = groups.Options });
        server.Collect();
        await UntilAsync(async () => (await TargetsAsync(server)).Count(t => t.GetProperty("health").GetString() == "up") == 3);
        Assert.Equal(["node", "cadvisor", "touchline"], (await TargetsAsync(server)).Select(t => t.GetProperty("scrapePool").GetString()));
        var seen = server.Application.Services.GetRequiredService<ITargetsView>().Targets();
        Assert.All(seen, target => Assert.Equal(TargetState.Up, target.State));
        Assert.All(seen, target => Assert.True(target.LastSamples > 0));
        var status = server.Application.Services.GetRequiredService<IStatusView>().Status();
        Assert.True(status.Series > 0);
        Assert.Equal("", status.ConfigError);
    }

    [Fact]
    public async Task Metrics_are_text_or_OpenMetrics_as_the_reader_asks()
    {
        await using var server = await RunningServer.StartAsync();
        var plain = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("prometheus_tsdb_head_series 0\n", plain);
        Assert.Contains("prometheus_config_last_reload_successful 1\n", plain);
        Assert.Contains("touchline_storage_refusing 0\n", plain);
        Assert.Contains("touchline_samples_refused_total{reason=\"storage_unavailable\"} 0\n", plain);
        Assert.DoesNotContain("# EOF", plain);
        Assert.Contains("prometheus_http_requests_total{code=\"200\",handler=\"/metrics\"} 1\n", await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/metrics/node", UriKind.Relative));
        request.Headers.Accept.ParseAdd("application/openmetrics-text");
        using var response = await server.Client.SendAsync(request);
        Assert.Equal("application/openmetrics-text", response.Content.Headers.ContentType?.MediaType);
        Assert.EndsWith("# EOF\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Queries_of_the_pages_are_counted_too()
    {
        await using var server = await RunningServer.StartAsync();
        server.Application.Services.GetRequiredService<PromQL.IQueryEngine>().Query("1", 0, PromQL.QueryLimits.Default, CancellationToken.None);
        await server.Client.GetStringAsync(new Uri("/api/v1/query?query=1", UriKind.Relative));
        await server.Client.GetAsync(new Uri("/api/v1/query?query=sum(", UriKind.Relative));
        var metrics = await server.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("prometheus_engine_query_duration_seconds_count{slice=\"inner_eval\"} 3\n", metrics);
        Assert.Contains("touchline_queries_failed_total 1\n", metrics);
    }

    [Fact]
    public async Task A_scraped_job_that_counts_requests_is_a_service_and_down_when_its_target_is()
    {
        await using var target = await RunningServer.StartAsync();
        await using var server = await RunningServer.StartAsync(
            new ServerOptions { CollectHost = false, CollectContainers = false, CollectSelf = false, EnableLifecycle = true },
            $$"""
            global: { scrape_interval: 100ms, scrape_timeout: 100ms }
            scrape_configs:
              - job_name: shop
                static_configs: [{ targets: ["{{target.Client.BaseAddress!.Authority}}"] }]
                metric_relabel_configs: [{ source_labels: [__name__], regex: prometheus_http_requests_total, target_label: __name__, replacement: http_requests_total }]
            """);
        server.Collect();
        var services = server.Application.Services.GetRequiredService<IServicesView>();
        await UntilAsync(() => Task.FromResult(services.Services(TestContext.Current.CancellationToken) is [{ Job: "shop", State: ServiceState.Up }]));

        await target.Application.StopAsync();
        await UntilAsync(() => Task.FromResult(services.Services(TestContext.Current.CancellationToken) is [{ State: ServiceState.Down, Reason.Length: > 0 }]));

        File.WriteAllText(server.ConfigFile, "scrape_configs: []\n");
        using var reloaded = await server.Client.PostAsync(new Uri("/-/reload", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.OK, reloaded.StatusCode);
        Assert.Equal("it is no longer a target", services.Services(TestContext.Current.CancellationToken).Single().Reason);
    }

    [Fact]
    public async Task A_secret_of_the_configuration_is_shown_nowhere()
    {
        await using var server = await RunningServer.StartAsync(
            new ServerOptions(),
            """
            scrape_configs:
              - job_name: shop
                basic_auth: { username: anna, password: geheim }
                static_configs: [{ targets: ["127.0.0.1:1"] }]
            """);
        foreach (var path in new[] { "/api/v1/status/config", "/status", "/api/v1/targets", "/metrics" })
        {
            Assert.DoesNotContain("geheim", await server.Client.GetStringAsync(new Uri(path, UriKind.Relative)));
        }
        Assert.Contains("password: <secret>", await server.Client.GetStringAsync(new Uri("/api/v1/status/config", UriKind.Relative)));
    }

    [Fact]
    public async Task Below_a_prefix_pages_and_endpoints_are_found()
    {
        await using var server = await RunningServer.StartAsync(new ServerOptions { RoutePrefix = "/watch" });
        Assert.Contains("<base href=\"/watch/\"", await server.Client.GetStringAsync(new Uri("/watch/", UriKind.Relative)));
        Assert.Contains("success", await server.Client.GetStringAsync(new Uri("/watch/api/v1/query?query=1", UriKind.Relative)));
    }

    private static async Task<List<JsonElement>> TargetsAsync(RunningServer server)
    {
        var body = await server.Client.GetStringAsync(new Uri("/api/v1/targets", UriKind.Relative));
        return [.. JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray()];
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var start = System.Diagnostics.Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(start.Elapsed < Limit, "the condition did not come true");
            await Task.Delay(20);
        }
    }
}
