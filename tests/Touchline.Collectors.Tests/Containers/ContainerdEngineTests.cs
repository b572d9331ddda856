using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors.Containers.Engines;
using static Touchline.Collectors.Tests.Containers.WireMessages;

namespace Touchline.Collectors.Tests.Containers;

public sealed class ContainerdEngineTests
{
    private const string Services = "containerd.services.";

    [Fact]
    public async Task Containers_of_ctr_and_nerdctl_are_listed_in_their_namespaces()
    {
        await using var containerd = await RuntimeAsync();
        using var engine = new ContainerdEngine(containerd.Socket, new EnvironmentChoice(["ZONE"]));

        var containers = await engine.ListAsync(CancellationToken.None);

        Assert.Equal("v2.1", engine.Version);
        var nerdctl = Assert.Single(containers, container => container.Id == ContainerFixture.Docker);
        Assert.Equal(("shop-web", "docker.io/library/nginx:1.27", ContainerState.Running, ""), (nerdctl.DisplayName, nerdctl.Identity.Image, nerdctl.State, nerdctl.CgroupPath));
        Assert.Equal([KeyValuePair.Create("ZONE", "north")], nerdctl.Identity.Environment);
        var cache = Assert.Single(containers, container => container.Id == "cache");
        Assert.Equal(("cache", "/build/cache", ContainerState.Exited, 3), (cache.DisplayName, cache.CgroupPath, cache.State, cache.LastExitCode));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), cache.FinishedAt);
        Assert.Equal(2, containers.Count);
    }

    [Fact]
    public async Task Group_that_only_the_engine_knows_is_a_container()
    {
        await using var containerd = await RuntimeAsync();
        await using var machine = new ContainerFixture("v1", new ContainerdEngine(containerd.Socket, EnvironmentChoice.None));
        machine.Write("cgroup/memory/build/cache/memory.usage_in_bytes", "4096\n");

        Assert.Equal("4096", machine.Value("container_memory_usage_bytes", "id=\"/build/cache\"", "name=\"cache\"", "image=\"redis:7\""));
        Assert.Contains(machine.Collector.Containers, container => container is { Name: "cache", Runtime: "containerd", CgroupPath: "/build/cache" });
    }

    [Fact]
    public async Task Who_is_no_containerd_is_as_if_it_were_not_there()
    {
        await using var crio = await FakeEngine.StartAsync("crio.sock", HttpProtocols.Http2);
        crio.WithoutGrpc(Services + "version.v1.Version", "Version");
        await using var machine = new ContainerFixture("v1");
        using var engine = new ContainerdEngine(crio.Socket, EnvironmentChoice.None);
        await using var watch = new EngineWatch(engine, machine.Options, machine.Time, NullLogger.Instance);

        await watch.AskOnceAsync(CancellationToken.None);

        Assert.Equal((false, false), (watch.Snapshot.Answers, watch.Snapshot.IsThere));
    }

    [Fact]
    public async Task Rubbish_is_told()
    {
        await using var containerd = await RuntimeAsync();
        containerd.Grpc(Services + "containers.v1.Containers", "List", (_, _) => [0x0a, 0xff]);
        using var engine = new ContainerdEngine(containerd.Socket, EnvironmentChoice.None);

        var rubbish = await Assert.ThrowsAsync<EngineException>(() => engine.ListAsync(CancellationToken.None));

        Assert.StartsWith("it does not speak the interface of containerd", rubbish.Message);
    }

    private static async Task<FakeEngine> RuntimeAsync()
    {
        var containerd = await FakeEngine.StartAsync("containerd.sock", HttpProtocols.Http2);
        containerd.Grpc(Services + "version.v1.Version", "Version", (_, _) => Text(1, "v2.1"));
        containerd.Grpc(
            Services + "namespaces.v1.Namespaces", "List",
            (_, _) => [.. new[] { "build", "default", "k8s.io", "moby" }.SelectMany(name => Text(1, Text(1, name)))]);
        containerd.Grpc(Services + "containers.v1.Containers", "List", (headers, _) => (string?)headers["containerd-namespace"] switch
        {
            "default" => Text(1, Container(ContainerFixture.Docker, "docker.io/library/nginx:1.27", "{\"process\":{\"env\":[\"ZONE=north\",\"SECRET=x\"]},\"linux\":{\"cgroupsPath\":\"system.slice:nerdctl:x\"}}", "nerdctl/name", "shop-web")),
            "build" => Text(1, Container("cache", "redis:7", "{\"linux\":{\"cgroupsPath\":\"/build/cache\"}}", "owner", "us")),
            // Whoever asks about the others gets one that is counted.
            _ => Text(1, Container("of-others", "x", "{}", "a", "b")),
        });
        containerd.Grpc(Services + "tasks.v1.Tasks", "List", (headers, _) => (string?)headers["containerd-namespace"] == "default"
            ? Text(1, [.. Text(2, ContainerFixture.Docker), .. Number(3, 100), .. Number(4, 2)])
            : Text(1, [.. Text(2, "cache"), .. Number(4, 3), .. Number(9, 3), .. Text(10, Number(1, 1_700_000_000))]));
        return containerd;
    }

    private static byte[] Container(string id, string image, string specification, string label, string value) =>
    [
        .. Text(1, id), .. Label(2, label, value), .. Text(3, image), .. Text(5, [.. Text(1, "types.containerd.io/opencontainers/runtime-spec/1/Spec"), .. Text(2, specification)]),
        .. Text(8, Number(1, 1_699_000_000)),
    ];
}
