using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Configuration;
using Touchline.Scraping.Discovery;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Discovery;

/// <summary>Daemons that hang, vanish, or answer garbage or too much: what they named last stays, and it is said why.</summary>
public sealed class HostileDiscoveryTests
{
    private const string Container =
        """[{"Id":"c","Names":["/n"],"Ports":[],"HostConfig":{"NetworkMode":"b"},"NetworkSettings":{"Networks":{"b":{"NetworkID":"n","IPAddress":"1.2.3.4"}}}}]""";

    private const string Pods =
        """{"metadata":{"resourceVersion":"1"},"items":[{"metadata":{"name":"p","namespace":"n"},"spec":{"containers":[{"name":"c"}]},"status":{"podIP":"1.2.3.4"}}]}""";

    public static TheoryData<string, string> Faults => new()
    {
        { "garbage", "is no JSON" },
        { "other", "the answer is no list" },
        { "surrogate", "the answer cannot be read" },
        { "huge", "larger than 32 MiB" },
        { "hang", "context deadline exceeded" },
        { "gone", "connection reset by peer" },
        { "refused", "HTTP status 403 No" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Docker_daemon_that_misbehaves_costs_its_own_discovery_only(string fault, string said)
    {
        await using var server = new FakeTarget();
        var health = HealthOf(server, Container);
        await using var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1\n");
        using var discovery = new DockerDiscovery(
            new DockerDiscoveryConfig { Host = $"http://{server.Address}", RefreshIntervalMs = fault == "hang" ? 300 : 60_000 }, NullLogger.Instance, TimeProvider.System);
        await Eventually.TrueAsync(() => discovery.RefreshAsync(CancellationToken.None), "the container is found");

        health.Fault = fault;
        var (changed, problem) = await RefreshAsync(discovery);

        Assert.False(changed);
        Assert.Contains(said, problem, StringComparison.Ordinal);
        Assert.Equal("1.2.3.4:80", Assert.Single(discovery.Groups).Targets.Single());
        health.Fault = "";
        // What hangs is given up early, which costs a busy machine some good answers too.
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(await discovery.RefreshAsync(CancellationToken.None));
                return discovery.Health.LastError.Length == 0;
            },
            "it is well again");
    }

    [Theory]
    [InlineData("garbage", "is no JSON")]
    [InlineData("gone", "connection reset by peer")]
    public async Task Api_server_that_misbehaves_leaves_the_targets_that_it_named(string fault, string said)
    {
        await using var server = new FakeTarget();
        var health = HealthOf(server, Pods);
        using var discovery = new KubernetesDiscovery(
            new KubernetesDiscoveryConfig { Role = KubernetesRole.Pod, ApiServer = $"http://{server.Address}" }, NullLogger.Instance, TimeProvider.System);
        Assert.True(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Equal("1.2.3.4", Assert.Single(discovery.Groups).Targets.Single());

        health.Fault = fault;
        await Eventually.TrueAsync(() => discovery.Health.LastError.Contains(said, StringComparison.Ordinal), $"it is said: {said}");

        Assert.Single(discovery.Groups);
        health.Fault = "";
        await Eventually.TrueAsync(() => discovery.Health.LastError.Length == 0, "it is well again");
    }

    [Fact]
    public async Task Socket_that_is_not_there_is_said_by_its_path()
    {
        using var discovery = new DockerDiscovery(new DockerDiscoveryConfig { Host = "unix:///nowhere/docker.sock" }, NullLogger.Instance, TimeProvider.System);
        Assert.False(await discovery.RefreshAsync(CancellationToken.None));
        Assert.Contains("dial unix /nowhere/docker.sock: connect: no such file or directory", discovery.Health.LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Discovery_that_hangs_delays_neither_the_other_targets_nor_stopping()
    {
        await using var server = new FakeTarget { Answer = async (_, _, token) => { await Task.Delay(Timeout.Infinite, token); return false; } };
        var harness = new ScrapeHarness();
        harness.Target.Serve("foo 1\n");
        harness.Apply(harness.Job with
        {
            DockerDiscoveryConfigs = [new DockerDiscoveryConfig { Host = $"http://{server.Address}" }],
            ConsulDiscoveryConfigs = [new ConsulDiscoveryConfig { Server = server.Address }],
            KubernetesDiscoveryConfigs = [new KubernetesDiscoveryConfig { Role = KubernetesRole.Node, ApiServer = $"http://{server.Address}" }],
        });
        await Eventually.TrueAsync(() => server.Requests >= 3, "all three hang");
        Assert.Equal(TargetHealth.Unknown, harness.Snapshot.Health);
        Assert.Equal(["docker_sd_configs", "consul_sd_configs", "kubernetes_sd_configs"], harness.Scraper.Discoveries().Select(discovery => discovery.Mechanism));
        await harness.DisposeAsync();
    }

    /// <summary>Refreshes as the scraper does.</summary>
    private static async Task<(bool Changed, string Problem)> RefreshAsync(DockerDiscovery discovery)
    {
        try
        {
            return (await discovery.RefreshAsync(CancellationToken.None), discovery.Health.LastError);
        }
        catch (InvalidOperationException e)
        {
            return (false, $"the answer cannot be read: {e.Message}");
        }
    }

    private static Switch HealthOf(FakeTarget server, string good)
    {
        var state = new Switch();
        server.Answer = async (head, stream, token) =>
        {
            var body = head.Contains("/networks", StringComparison.Ordinal) ? "[]" : good;
            switch (state.Fault)
            {
                case "garbage":
                    return await FakeTarget.WriteAsync(stream, FakeTarget.Response("<html>"), token);
                case "other":
                    return await FakeTarget.WriteAsync(stream, FakeTarget.Response("5"), token);
                case "surrogate":
                    return await FakeTarget.WriteAsync(stream, FakeTarget.Response("""[{"Id":"c","Names":["\ud800"],"HostConfig":{},"NetworkSettings":{"Networks":{"b":{}}}}]"""), token);
                case "huge":
                    await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n"u8.ToArray(), token);
                    await stream.WriteAsync(new byte[100_000_000], token);
                    return true;
                case "hang":
                    await Task.Delay(Timeout.Infinite, token);
                    return false;
                case "gone":
                    return false;
                case "refused":
                    return await FakeTarget.WriteAsync(stream, FakeTarget.Response([], "text/plain", "", "403 No"), token);
                default:
                    // A watch ends at once, so that the list is asked for again.
                    var answer = head.Contains("watch=true", StringComparison.Ordinal) ? """{"type":"ERROR","object":{"code":410}}""" + "\n" : body;
                    return await FakeTarget.WriteAsync(stream, FakeTarget.Response(answer), token);
            }
        };
        return state;
    }

    private sealed class Switch
    {
        public volatile string Fault = "";
    }
}
