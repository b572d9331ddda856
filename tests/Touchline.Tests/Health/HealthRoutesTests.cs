using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Health;
using Touchline.Hosting;
using Touchline.Model;
using Touchline.Options;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Health;

/// <summary>The history stands in the store before the server starts, as behind a restart; no check runs but those that are asked for.</summary>
public sealed class HealthRoutesTests
{
    private const string Config = """
        checks:
          - api: {url: "http://127.0.0.1:1/inside", interval: 1h, timeout: 1s}
          - shop: {url: "tcp://127.0.0.1:1", interval: 1h, timeout: 1s}
          - hidden: {url: "tcp://127.0.0.1:1", interval: 1h, timeout: 1s, public: false}
        """;

    private static readonly long Now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    [Fact]
    public async Task Service_that_is_up_answers_with_200()
    {
        await using var server = await StartAsync();
        Store(server, "api", (-120, 1, ""), (-90, 0, "timeout"), (-60, 1, ""), (-1, 1, ""));

        var (status, json) = await GetAsync(server.Client, "/health/api");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(json.GetProperty("up").GetBoolean());
        Assert.Equal("up", json.GetProperty("status").GetString());
        Assert.Equal("timeout", json.GetProperty("last_error").GetString());
        Assert.Equal(Time(-90), json.GetProperty("last_error_at").GetString());
        Assert.Equal(Time(-60), json.GetProperty("since").GetString());
        // Half an hour of two.
        Assert.Equal(0.75, json.GetProperty("uptime_24h").GetDouble(), 2);
        Assert.Equal(0.75, json.GetProperty("uptime_30d").GetDouble(), 2);
    }

    [Fact]
    public async Task Service_that_is_down_answers_with_503()
    {
        await using var server = await StartAsync();
        Store(server, "api", (-60, 1, ""), (-1, 0, "connection refused"));

        var (status, json) = await GetAsync(server.Client, "/health/api");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("down", json.GetProperty("status").GetString());
        Assert.Equal("connection refused", json.GetProperty("last_error").GetString());
    }

    [Fact]
    public async Task Service_that_nobody_looked_at_is_unknown_and_one_that_is_none_is_not_found()
    {
        await using var server = await StartAsync();

        var (status, json) = await GetAsync(server.Client, "/health/shop");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("unknown", json.GetProperty("status").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(server.Client, "/health/nothing")).Status);
        using var page = await server.Client.GetAsync(new Uri("/status/nothing", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
    }

    [Fact]
    public async Task Page_of_a_service_tells_its_incidents_and_never_where_it_is()
    {
        await using var server = await StartAsync();
        Store(server, "api", (-300, 1, ""), (-240, 0, "status code 503"), (-180, 1, ""), (-120, 0, "timeout"), (-60, 1, ""), (-1, 1, ""));

        var page = await server.Client.GetStringAsync(new Uri("/status/api", UriKind.Relative), TestContext.Current.CancellationToken);
        var list = await server.Client.GetStringAsync(new Uri("/services", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Contains("status code 503", page, StringComparison.Ordinal);
        Assert.Contains("timeout", page, StringComparison.Ordinal);
        Assert.Contains("1 h", page, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.1", list, StringComparison.Ordinal);
        Assert.Contains("/status/hidden", list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_behind_the_first_look_is_seen_too()
    {
        await using var server = await StartAsync();
        Store(server, "api", (-60, 1, ""), (-2, 1, ""));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server.Client, "/health/api")).Status);

        Store(server, "api", (-1, 0, "timeout"));

        var (status, json) = await GetAsync(server.Client, "/health/api");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("timeout", json.GetProperty("last_error").GetString());
    }

    [Fact]
    public async Task Own_address_serves_the_status_pages_and_nothing_else()
    {
        await using var server = await StartAsync();
        Store(server, "api", (-60, 1, ""), (-1, 1, ""));
        var options = server.Options with { HealthListenAddresses = [new ListenAddress("127.0.0.1", 0)] };
        await using var health = HealthServer.Create(
            options, WebSecurity.Open, server.Application.Services.GetRequiredService<ServiceHealthReader>(), NullLoggerProvider.Instance, TimeProvider.System)!;
        await health.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(HealthServer.Url(health)) };

        foreach (var path in (string[])["/", "/status", "/services", "/status/api"])
        {
            Assert.Contains("api", await client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        foreach (var path in (string[])["/metrics", "/api/v1/query?query=up", "/targets", "/probe?target=x", "/-/healthy", "/status/hidden", "/health/hidden", "/health/api/more"])
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
        var (_, all) = await GetAsync(client, "/health");
        Assert.Equal(["api", "shop"], all.GetProperty("services").EnumerateArray().Select(service => service.GetProperty("service").GetString()));
        await health.StopAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<RunningServer> StartAsync()
    {
        var server = await RunningServer.StartAsync(new ServerOptions { CollectHost = false, CollectSelf = false }, Config);
        // The loops are made but not started: what they would find at once would stand behind what the test stores.
        var checks = server.Application.Services.GetRequiredService<Touchline.Probes.Checks>();
        var config = server.Application.Services.GetRequiredService<RunningConfiguration>().Current;
        checks.Prepare(checks.Read(config, mayRefuse: true));
        return server;
    }

    /// <summary>Findings at minutes from now.</summary>
    private static void Store(RunningServer server, string name, params (int Minutes, double Value, string Reason)[] findings)
    {
        foreach (var (minutes, value, reason) in findings)
        {
            server.Append(Labels.Of("__name__", "probe_success", "job", "checks", "instance", name), (Now + minutes * 60_000, value));
            if (reason.Length > 0)
            {
                server.Append(Labels.Of("__name__", "probe_failure_info", "job", "checks", "instance", name, "reason", reason), (Now + minutes * 60_000, 1));
            }
        }
    }

    private static string Time(int minutes) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Now + minutes * 60_000).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<(HttpStatusCode Status, JsonElement Json)> GetAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (answer.StatusCode, document.RootElement.Clone());
    }
}
