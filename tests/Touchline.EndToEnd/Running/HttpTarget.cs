using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Touchline.EndToEnd.Running;

/// <summary>
/// A server to scrape, on a port of its own, byte for byte in the hands of the test: it can also lie about what it sends. Each
/// connection serves one request.
/// </summary>
internal sealed class HttpTarget : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, Func<TargetBody>> _bodies = new();
    private readonly Task _accepting;

    public HttpTarget()
    {
        _listener.Start();
        Address = "127.0.0.1:" + ((IPEndPoint)_listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        _accepting = AcceptAsync();
    }

    /// <summary>Host and port, as a target is written.</summary>
    public string Address { get; }

    public HttpTarget Serve(string path, Func<TargetBody> body)
    {
        _bodies[path] = body;
        return this;
    }

    public HttpTarget Serve(string path, string text) => Serve(path, () => new TargetBody(Encoding.UTF8.GetBytes(text)));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                _ = Task.Run(() => AnswerAsync(client), CancellationToken.None);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return; // The test is over.
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var connection = client;
        try
        {
            var stream = connection.GetStream();
            var path = await ReadPathAsync(stream);
            if (!_bodies.TryGetValue(path, out var body))
            {
                await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stopping.Token);
                return;
            }
            var answer = body();
            var head = new StringBuilder("HTTP/1.1 200 OK\r\nConnection: close\r\n")
                .Append("Content-Type: ").Append(answer.ContentType).Append("\r\n")
                .Append("Content-Length: ").Append((answer.DeclaredLength ?? answer.Bytes.Length).ToString(CultureInfo.InvariantCulture)).Append("\r\n");
            if (answer.ContentEncoding.Length > 0)
            {
                head.Append("Content-Encoding: ").Append(answer.ContentEncoding).Append("\r\n");
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), _stopping.Token);
            await stream.WriteAsync(answer.Bytes, _stopping.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            return; // The scraper went away, as it does when it is killed or has had enough.
        }
    }

    private async Task<string> ReadPathAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        var request = await reader.ReadLineAsync(_stopping.Token) ?? throw new IOException("no request");
        while (await reader.ReadLineAsync(_stopping.Token) is { Length: > 0 })
        {
            // Headers are of no interest.
        }
        return request.Split(' ')[1].Split('?')[0];
    }
}

/// <summary>What a target sends.</summary>
internal sealed record TargetBody(byte[] Bytes)
{
    public string ContentType { get; init; } = "text/plain; version=0.0.4; charset=utf-8";

    public string ContentEncoding { get; init; } = "";

    /// <summary>The Content-Length where it is not the truth.</summary>
    public long? DeclaredLength { get; init; }
}
