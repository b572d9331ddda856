using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Touchline.EndToEnd.Running;

namespace Touchline.EndToEnd;

/// <summary>The end on request, whoever is connected. The five seconds themselves are only kept from becoming a hang.</summary>
public sealed class StopTests
{
    private const int Interrupt = 2;

    [Theory]
    [InlineData(PosixProcess.Terminate)]
    [InlineData(Interrupt)]
    public async Task Signal_ends_it_with_connections_open(int signal)
    {
        using var folder = new TemporaryFolder();
        // A shell that runs these tests in the background has them, and whom they start, ignore the interrupt.
        await using var touchline = await TouchlineProcess.StartBehindAsync(["env", "--default-signal=INT"], folder.Path);
        // A browser's kept-alive connection, a request that never gets complete, and a page's socket.
        await touchline.GetTextAsync("/");
        using var half = new TcpClient();
        await half.ConnectAsync(touchline.Url.Host, touchline.Url.Port);
        await half.GetStream().WriteAsync("POST /api/v1/query HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nquery="u8.ToArray());
        using var page = await OpenPageAsync(touchline);
        Assert.Equal(WebSocketState.Open, page.State);

        touchline.Signal(signal);

        Assert.Equal(0, await touchline.EndAsync());
        Assert.Contains(touchline.Log.All, line => line.Contains("all data on disk", StringComparison.Ordinal));
        Assert.DoesNotContain(touchline.Log.All, line => line.Contains("level=ERROR", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quit_ends_it_only_where_the_lifecycle_is_enabled()
    {
        using var folder = new TemporaryFolder();
        await using var touchline = await TouchlineProcess.StartAsync(folder.Path, "--web.enable-lifecycle");

        using var response = await touchline.Http.PostAsync("/-/quit", null);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(0, await touchline.EndAsync());
    }

    /// <summary>The socket that Blazor's script opens, as far as the server minds: with the hub's handshake, and then silence.</summary>
    private static async Task<ClientWebSocket> OpenPageAsync(TouchlineProcess touchline)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(touchline.Url) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"), WebSocketMessageType.Binary, true, CancellationToken.None);
        var answer = new byte[64];
        var received = await socket.ReceiveAsync(answer, CancellationToken.None);
        Assert.Equal("{}\u001e", Encoding.UTF8.GetString(answer, 0, received.Count));
        return socket;
    }
}
