using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>The real Prometheus and Touchline ask the same manager of a Docker swarm.</summary>
public sealed class DockerSwarmDiscoveryTests
{
    [Fact]
    public async Task Same_swarm_gives_the_same_targets()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-swarm-");
        var socket = Path.Combine(folder.FullName, "docker.sock");
        await using var overSocket = new FakeTarget(socketPath: socket);
        await using var overNetwork = new FakeTarget();
        var filters = new List<string>();
        FakeSwarm.Serve(overSocket, filters);
        FakeSwarm.Serve(overNetwork, filters);

        await DiscoveredTargets.CompareAsync(
            new Dictionary<string, string>
            {
                ["services"] = $"dockerswarm_sd_configs: [{{ host: 'unix://{socket}', role: services }}]",
                ["tasks"] = $"dockerswarm_sd_configs: [{{ host: 'tcp://{overNetwork.Address}', role: tasks, port: 99 }}]",
                ["nodes"] = $"dockerswarm_sd_configs: [{{ host: 'http://{overNetwork.Address}', role: nodes, port: 9323 }}]",
                ["tasks_filtered"] = $"dockerswarm_sd_configs: [{{ host: 'unix://{socket}', role: tasks, filters: [{{ name: desired-state, values: [running] }}, {{ name: label, values: [a, 'b=c'] }}] }}]",
                ["nodes_filtered"] = $"dockerswarm_sd_configs: [{{ host: 'unix://{socket}', role: nodes, filters: [{{ name: role, values: [manager] }}] }}]",
            },
            new Dictionary<string, int> { ["services"] = 6, ["tasks"] = 10, ["nodes"] = 4, ["tasks_filtered"] = 10, ["nodes_filtered"] = 4 });

        Assert.Equal(
            ["""nodes {"role":{"manager":true}}""", """tasks {"desired-state":{"running":true},"label":{"a":true,"b=c":true}}"""],
            filters.Distinct().Order(StringComparer.Ordinal));
        folder.Delete(recursive: true);
    }
}
