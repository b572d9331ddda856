using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors.Host;
using Touchline.Hosting;
using Touchline.Options;

namespace Touchline.Tests.Hosting;

public sealed class HostPortTests
{
    // bcrypt of "secret" with the least cost.
    private const string WebConfig = "basic_auth_users:\n  scraper: $2b$04$ABCDEFGHIJKLMNOPQRSTUuyfmAPl/35a.FbDe39wyDjrJnr2LqcMe\n";

    [Fact]
    public async Task Own_port_has_the_metrics_of_this_host_and_nothing_else()
    {
        await using var server = await StartAsync();
        await using var own = await OwnAsync(server);
        using var client = Client(own);
        var text = await client.GetStringAsync("/metrics");
        Assert.Contains("\nnode_load1 ", text);
        Assert.DoesNotContain("touchline_", text);
        Assert.Contains("href=\"metrics\"", await client.GetStringAsync("/"));
        foreach (var path in (string[])["/api/v1/query?query=up", "/metrics/node", "/graph", "/-/healthy"])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await client.PostAsync("/metrics", null)).StatusCode);
        Assert.Contains("\nnode_load1 ", await server.Client.GetStringAsync("/metrics/node"));
    }

    [Fact]
    public async Task Collectors_are_chosen_as_in_node_exporter()
    {
        await using var server = await StartAsync();
        await using var own = await OwnAsync(server);
        using var client = Client(own);
        Assert.Equal(["loadavg", "stat"], await SuccessfulAsync(client, "?collect[]=loadavg&collect[]=stat"));
        Assert.Equal(["stat"], await SuccessfulAsync(client, "?exclude[]=loadavg&exclude[]=nothing"));
        Assert.Equal("Combined collect and exclude queries are not allowed.", await RefusalAsync(client, "?collect[]=stat&exclude[]=loadavg"));
        Assert.EndsWith("couldn't create collector: disabled collector: cpu", await RefusalAsync(client, "?collect[]=cpu"), StringComparison.Ordinal);
        Assert.EndsWith("couldn't create collector: missing collector: nope", await RefusalAsync(client, "?collect[]=nope"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_are_asked_for_their_password_there_too()
    {
        await using var server = await StartAsync(WebConfig);
        await using var own = await OwnAsync(server);
        using var client = Client(own);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/metrics")).StatusCode);
    }

    private static Task<RunningServer> StartAsync(string? webConfig = null)
    {
        var host = new HostOptions { DisableDefaults = true };
        host = host with { Collectors = host.Collectors.SetItem("loadavg", true).SetItem("stat", true) };
        return RunningServer.StartAsync(new ServerOptions { Host = host, HostListenAddresses = [new ListenAddress("127.0.0.1", 0)] }, webConfig: webConfig);
    }

    private static Task<ExpositionServers> OwnAsync(RunningServer server) => ExpositionServers.StartAsync(
        server.Application.Services, server.Options, WebSecurity.TryLoad(server.WebConfigFile, NullLogger.Instance, TextWriter.Null)!);

    private static HttpClient Client(ExpositionServers own) => new() { BaseAddress = new Uri(Assert.Single(own.Urls)) };

    private static async Task<IEnumerable<string>> SuccessfulAsync(HttpClient client, string query) =>
        (await client.GetStringAsync("/metrics" + query)).Split('\n')
            .Where(line => line.StartsWith("node_scrape_collector_success{", StringComparison.Ordinal)).Select(line => line.Split('"')[1]);

    private static async Task<string> RefusalAsync(HttpClient client, string query)
    {
        var answer = await client.GetAsync("/metrics" + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
