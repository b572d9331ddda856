using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Touchline.Hosting;
using Touchline.Options;
using Touchline.Shared;

namespace Touchline.Tests.Hosting;

public sealed class ContainersTests
{
    private const string Usage = $"container_memory_usage_bytes{{id=\"/system.slice/docker-{FakeGroups.Container}.scope\",name=\"{FakeGroups.Container}\"}} 1048576\n";

    [Fact]
    public async Task Containers_are_served_as_text_and_told_by_the_API()
    {
        using var groups = new FakeGroups();
        await using var server = await RunningServer.StartAsync(new ServerOptions { Containers = groups.Options });

        Assert.Contains(Usage, await server.Client.GetStringAsync(new Uri("/metrics/cadvisor", UriKind.Relative)));

        var body = await server.Client.GetStringAsync(new Uri("/api/v1/containers", UriKind.Relative));
        var container = Assert.Single(JsonDocument.Parse(body).RootElement.GetProperty("data").GetProperty("containers").EnumerateArray());
        Assert.Equal(FakeGroups.Container, container.GetProperty("id").GetString());
        Assert.Equal("docker", container.GetProperty("runtime").GetString());
        Assert.Equal(4_194_304, container.GetProperty("memoryLimitBytes").GetInt64());
        Assert.Equal(JsonValueKind.Null, container.GetProperty("exitCode").ValueKind);
        Assert.Empty(container.GetProperty("lastLines").EnumerateArray());
    }

    [Fact]
    public async Task Own_port_serves_metrics_and_nothing_else_with_the_same_users()
    {
        using var groups = new FakeGroups();
        var address = new ListenAddress("127.0.0.1", FreePort.Next());
        var options = new ServerOptions { Containers = groups.Options, ContainersListenAddress = address };
        await using var server = await RunningServer.StartAsync(options, webConfig: "http_server_config: { headers: { X-Frame-Options: deny } }\n");
        var security = WebSecurity.TryLoad(server.WebConfigFile, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TextWriter.Null)!;

        await using var own = await ExpositionServers.StartAsync(server.Application.Services, options, security);

        using var client = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{address.Port}")) };
        using var metrics = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains(Usage, await metrics.Content.ReadAsStringAsync());
        Assert.Equal("deny", metrics.Headers.GetValues("X-Frame-Options").Single());
        using var other = await client.GetAsync(new Uri("/api/v1/query?query=1", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task Port_that_is_taken_costs_only_itself()
    {
        using var groups = new FakeGroups();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var options = new ServerOptions { Containers = groups.Options, ContainersListenAddress = new ListenAddress("127.0.0.1", ((IPEndPoint)taken.LocalEndpoint).Port) };
        await using var server = await RunningServer.StartAsync(options);

        await using var own = await ExpositionServers.StartAsync(server.Application.Services, options, WebSecurity.Open);

        Assert.Contains(Usage, await server.Client.GetStringAsync(new Uri("/metrics/cadvisor", UriKind.Relative)));
    }
}
