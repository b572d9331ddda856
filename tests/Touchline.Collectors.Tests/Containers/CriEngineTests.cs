using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Touchline.Collectors.Containers.Engines;

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
        using var engine = new CriEngine(cri.Socket, root.FullName);

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
        using var engine = new CriEngine(cri.Socket, "/");
        var rubbish = await Assert.ThrowsAsync<EngineException>(() => engine.ListAsync(CancellationToken.None));
        Assert.StartsWith("it does not speak the container runtime interface", rubbish.Message);
        cri.Answers["/runtime.v1.RuntimeService/ListContainers"] = context =>
        {
            context.Response.ContentType = "application/grpc";
            context.Response.Headers["grpc-status"] = "12";
            context.Response.Headers["grpc-message"] = "unknown service";
            return Task.CompletedTask;
        };

        Assert.Equal("unknown service", (await Assert.ThrowsAsync<EngineException>(() => engine.ListAsync(CancellationToken.None))).Message);
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

    private static byte[] Label(uint field, string name, string value) => Text(field, [.. Text(1, name), .. Text(2, value)]);

    private static byte[] Text(uint field, string text) => Text(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Text(uint field, byte[] bytes) => [.. Varint((field << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    private static byte[] Number(uint field, ulong number) => [.. Varint(field << 3), .. Varint(number)];

    private static byte[] Varint(ulong number)
    {
        var bytes = new List<byte>();
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }
        bytes.Add((byte)number);
        return [.. bytes];
    }
}
