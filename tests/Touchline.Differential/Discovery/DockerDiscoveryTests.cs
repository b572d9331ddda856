using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>The real Prometheus and Touchline ask the same Docker daemon.</summary>
public sealed class DockerDiscoveryTests
{
    [Fact]
    public async Task Same_containers_give_the_same_targets()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-docker-");
        var socket = Path.Combine(folder.FullName, "docker.sock");
        await using var overSocket = new FakeTarget(socketPath: socket);
        await using var overNetwork = new FakeTarget();
        var filters = new List<string>();
        FakeDocker.Serve(overSocket, filters);
        FakeDocker.Serve(overNetwork, filters);

        await DiscoveredTargets.CompareAsync(
            new Dictionary<string, string>
            {
                ["socket"] = $"docker_sd_configs: [{{ host: 'unix://{socket}' }}]",
                ["kept"] = $"keep_dropped_targets: 3\n    docker_sd_configs: [{{ host: 'unix://{socket}' }}]",
                ["tcp"] = $"docker_sd_configs: [{{ host: 'tcp://{overNetwork.Address}', match_first_network: false, port: 99, host_networking_host: me }}]",
                ["http"] = $"docker_sd_configs: [{{ host: 'http://{overNetwork.Address}', filters: [{{ name: label, values: [a, 'b=c'] }}, {{ name: status, values: [running] }}] }}]",
            },
            new Dictionary<string, int> { ["socket"] = 9, ["kept"] = 3, ["tcp"] = 14, ["http"] = 9 });

        Assert.Equal("""{"label":{"a":true,"b=c":true},"status":{"running":true}}""", Assert.Single(filters.Distinct()));
        folder.Delete(recursive: true);
    }
}
