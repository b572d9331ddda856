using System.Net;
using Touchline.Options;
using Touchline.Tests.Hosting;

namespace Touchline.Tests.Api;

public sealed class ProbeEndpointTests
{
    [Fact]
    public async Task Probe_answers_with_an_exposition()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, text) = await GetAsync(server, $"/probe?module=http_2xx&target={server.Client.BaseAddress}-/healthy");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\nprobe_success 1\n", text, StringComparison.Ordinal);
        Assert.Contains("\nprobe_http_status_code 200\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_that_fails_is_an_answer_too()
    {
        await using var server = await RunningServer.StartAsync();

        var (status, text) = await GetAsync(server, "/probe?module=tcp_connect&target=127.0.0.1:1");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\nprobe_success 0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Debug_tells_what_the_probe_did()
    {
        await using var server = await RunningServer.StartAsync();

        var (_, text) = await GetAsync(server, "/probe?module=tcp_connect&target=127.0.0.1:1&debug=true");

        Assert.StartsWith("Logs for the probe:\n", text, StringComparison.Ordinal);
        Assert.Contains("Error dialing TCP", text, StringComparison.Ordinal);
        Assert.Contains("Metrics that would have been returned:\n", text, StringComparison.Ordinal);
        Assert.Contains("Module configuration:\nprober: tcp\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/probe", "Target parameter is missing")]
    [InlineData("/probe?module=nothing&target=x", "Unknown module \"nothing\"")]
    public async Task What_cannot_be_asked_is_refused(string path, string said)
    {
        await using var server = await RunningServer.StartAsync();

        var (status, text) = await GetAsync(server, path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(said + "\n", text);
    }

    [Fact]
    public async Task File_that_becomes_wrong_leaves_the_modules_of_before()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "modules:\n  mine: {prober: tcp}\n  bad: {prober: htp}\n", TestContext.Current.CancellationToken);
            await using var server = await RunningServer.StartAsync(new ServerOptions { ProbeConfigFile = file, EnableLifecycle = true });
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/probe?module=mine&target=127.0.0.1:1")).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(server, "/probe?module=bad&target=127.0.0.1:1")).Status);

            await File.WriteAllTextAsync(file, "modules:\n  other: {prober: htp}\n", TestContext.Current.CancellationToken);
            var (refused, why) = await ReloadAsync(server);
            Assert.Equal(HttpStatusCode.InternalServerError, refused);
            Assert.Contains("did you mean http?", why, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/probe?module=mine&target=127.0.0.1:1")).Status);

            await File.WriteAllTextAsync(file, "modules:\n  other: {prober: tcp}\n", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, (await ReloadAsync(server)).Status);
            Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, "/probe?module=other&target=127.0.0.1:1")).Status);
            Assert.Equal(HttpStatusCode.BadRequest, (await GetAsync(server, "/probe?module=mine&target=127.0.0.1:1")).Status);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<(HttpStatusCode Status, string Text)> ReloadAsync(RunningServer server)
    {
        using var answer = await server.Client.PostAsync(new Uri("/-/reload", UriKind.Relative), null, TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(HttpStatusCode Status, string Text)> GetAsync(RunningServer server, string path)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
