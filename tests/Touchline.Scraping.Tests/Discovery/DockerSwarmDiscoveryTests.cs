using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

/// <summary>What the real Prometheus does not survive, or keeps to itself; what both do is compared in Touchline.Differential.</summary>
public sealed class DockerSwarmDiscoveryTests
{
    [Fact]
    public async Task Service_that_runs_no_container_has_its_other_labels()
    {
        await using var server = Serving("""[{"ID":"s","Spec":{"Name":"plugin","TaskTemplate":{"Runtime":"plugin"}},"Endpoint":{"VirtualIPs":[{"NetworkID":"n","Addr":"10.0.0.1/24"}]}}]""");
        using var discovery = Discovery(server);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("plugin", Assert.Single(discovery.Groups).Labels["__meta_dockerswarm_service_name"]);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("host/24")]
    public async Task Address_that_is_none_is_said_and_leaves_the_targets(string address)
    {
        await using var server = Serving($$$"""[{"ID":"s","Spec":{},"Endpoint":{"VirtualIPs":[{"Addr":"{{{address}}}"}]}}]""");
        using var discovery = Discovery(server);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.StartsWith($"error while parsing address \"{address}\"", discovery.Health.LastError, StringComparison.Ordinal);
    }

    private static DockerSwarmDiscovery Discovery(FakeTarget server) => new(
        new DockerSwarmDiscoveryConfig { Host = $"http://{server.Address}", Role = DockerSwarmRole.Services }, NullLogger.Instance, TimeProvider.System);

    private static FakeTarget Serving(string services) => new()
    {
        Answer = (head, stream, token) => FakeTarget.WriteAsync(stream, FakeTarget.Response(head.Contains("/services", StringComparison.Ordinal) ? services : "[]"), token),
    };
}
