using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Touchline.Collectors.Containers.Engines;
using static Touchline.Collectors.Tests.Containers.WireMessages;

namespace Touchline.Collectors.Tests.Containers;

public sealed class CriEngineTests
{
    private const string Old = "01d0000000000000000000000000000000000000000000000000000000000001";

    [Fact]
    public async Task Containers_of_pods_are_listed_and_attempts_are_one()
    {
        await using var cri = await RuntimeAsync();
        var root = Directory.CreateTempSubdirectory("touchline-cri-");
        Directory.CreateDirectory(Path.Combine(root.FullName, "var/log"));
        await File.WriteAllTextAsync(
            Path.Combine(root.FullName, "var/log/0.log"),
            "2023-11-14T22:13:20.1Z stdout F starting\n2023-11-14T22:13:20.2Z stderr P cannot \n2023-11-14T22:13:20.3Z stderr F connect\nrubbish\n");
        using var engine = new CriEngine(cri.Socket, root.FullName, TimeProvider.System, EnvironmentChoice.None);

        var containers = await engine.ListAsync(CancellationToken.None);

        Assert.Equal("containerd 2.0", engine.Version);
        var sandbox = Assert.Single(containers, container => container.IsSandbox);
        Assert.Equal(ContainerFixture.Sandbox, sandbox.Id);
        Assert.Equal("shop", sandbox.Identity.Label("io.kubernetes.pod.namespace"));
        var app = Assert.Single(containers, container => !container.IsSandbox);
        Assert.Equal((ContainerFixture.Pod, "shop/cart-1/app", "cart:7", ContainerState.Running), (app.Id, app.DisplayName, app.Identity.Image, app.State));
        Assert.Equal((3L, 1, false), (app.Restarts, app.LastExitCode, app.IsOomKilled));
        Assert.Equal(["starting", "cannot connect"], app.LastLines);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), app.FinishedAt);
        root.Delete(recursive: true);
    }

    [Fact]
    public async Task Rubbish_and_errors_are_told()
    {
        await using var cri = await RuntimeAsync();
        cri.Grpc("ListContainers", _ => [0x0a, 0xff]);
        using var engine = new CriEngine(cri.Socket, "/", TimeProvider.System, EnvironmentChoice.None);
        var rubbish = await Assert.ThrowsAsync<EngineException>(() => engine.ListAsync(CancellationToken.None));
        Assert.StartsWith("it does not speak the container runtime interface", rubbish.Message);
        cri.WithoutGrpc("runtime.v1.RuntimeService", "ListContainers");

        Assert.Equal("unknown service", (await Assert.ThrowsAsync<EngineAbsentException>(() => engine.ListAsync(CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Chosen_variables_of_the_process_are_read()
    {
        await using var cri = await RuntimeAsync();
        var asked = Array.Empty<byte>();
        cri.Grpc("ContainerStatus", request =>
        {
            asked = request;
            return [.. Text(1, Number(5, 1)), .. Label(2, "other", "{"), .. Label(2, "info", "{\"runtimeSpec\":{\"process\":{\"env\":[\"APP_Zone=a=b\",\"SECRET=x\",7]}}}")];
        });
        using var engine = new CriEngine(cri.Socket, "/", TimeProvider.System, new EnvironmentChoice(["APP_"]));

        var app = Assert.Single(await engine.ListAsync(CancellationToken.None), container => !container.IsSandbox);

        // Field 2, verbose, is set: else runtimes do not tell the specification.
        Assert.Equal((byte[])[2 << 3, 1], asked[^2..]);
        Assert.Equal([KeyValuePair.Create("APP_Zone", "a=b")], app.Identity.Environment);
    }

    private static async Task<FakeEngine> RuntimeAsync()
    {
        var cri = await FakeEngine.StartAsync("containerd.sock", HttpProtocols.Http2);
        cri.Grpc("Version", _ => [.. Text(2, "containerd"), .. Text(3, "2.0")]);
        cri.Grpc("ListPodSandbox", _ => Text(1, [.. Text(1, ContainerFixture.Sandbox), .. Label(5, "io.kubernetes.pod.name", "cart-1"), .. Label(5, "io.kubernetes.pod.namespace", "shop")]));
        cri.Grpc("ListContainers", _ => [.. Text(1, Container(Old, attempt: 2, state: 2)), .. Text(1, Container(ContainerFixture.Pod, attempt: 3, state: 1))]);
        cri.Grpc("ContainerStatus", request =>
        {
            var isOld = Encoding.UTF8.GetString(request[2..]) == Old;
            return Text(1, [.. Number(5, 1_699_999_000_000_000_000), .. isOld ? (byte[])[.. Number(6, 1_700_000_000_000_000_000), .. Number(7, 1), .. Text(10, "Error"), .. Text(15, "/var/log/0.log")] : []]);
        });
        return cri;
    }

    private static byte[] Container(string id, ulong attempt, ulong state) =>
    [
        .. Text(1, id), .. Text(2, ContainerFixture.Sandbox), .. Text(3, [.. Text(1, "app"), .. Number(2, attempt)]), .. Text(4, Text(1, "cart:7")),
        .. Number(6, state), .. Number(7, 1_699_998_000_000_000_000), .. Label(8, "io.kubernetes.pod.uid", "1111"), .. Label(8, "io.kubernetes.pod.name", "cart-1"),
        .. Label(8, "io.kubernetes.pod.namespace", "shop"), .. Label(8, "io.kubernetes.container.name", "app"),
    ];
}
