using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace Touchline.Scraping.Tests.Support;

/// <summary>An HTTP server on a loopback port, or a Unix socket, that answers byte for byte what a test says, right or wrong.</summary>
internal sealed class FakeTarget : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Task _accepting;
    private int _requests;
    private int _connections;

    public FakeTarget(SslServerAuthenticationOptions? tls = null, string? socketPath = null)
    {
        _tls = tls;
        EndPoint endPoint = socketPath is null ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(socketPath);
        _listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(endPoint);
        _listener.Listen();
        Address = _listener.LocalEndPoint!.ToString()!;
        _accepting = AcceptAsync();
    }

    public string Address { get; }

    public int Requests => Volatile.Read(ref _requests);

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The head of the last request.</summary>
    public string LastRequest { get; private set; } = "";

    /// <summary>Answers a request, given its head; writes to the stream. The connection is closed where it returns false.</summary>
    public Func<string, Stream, CancellationToken, Task<bool>> Answer { get; set; } = (_, stream, token) => WriteAsync(stream, Response(""), token);

    /// <summary>Answers every request with a body.</summary>
    public void Serve(string body, string? contentType = "text/plain; version=0.0.4") => Serve(Encoding.UTF8.GetBytes(body), contentType);

    public void Serve(byte[] body, string? contentType = "text/plain; version=0.0.4", string headers = "", string status = "200 OK") =>
        Answer = (_, stream, token) => WriteAsync(stream, Response(body, contentType, headers, status), token);

    public static byte[] Response(string body) => Response(Encoding.UTF8.GetBytes(body), "text/plain", "", "200 OK");

    public static byte[] Response(byte[] body, string? contentType, string headers, string status)
    {
        var type = contentType is null ? "" : $"Content-Type: {contentType}\r\n";
        return [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{type}{headers}Content-Length: {body.Length}\r\n\r\n"), .. body];
    }

    /// <summary>What a request with a Content-Length has behind its head.</summary>
    public static async Task<byte[]> ReadBodyAsync(string head, Stream stream, CancellationToken cancellationToken)
    {
        var length = head.Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Split(':')[1];
        var body = new byte[int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    public static async Task<bool> WriteAsync(Stream stream, byte[] bytes, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(bytes, cancellationToken);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // A stopped listener says so in one of these ways.
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                Stream stream = new NetworkStream(client);
                if (_tls is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(_tls, _stop.Token);
                    stream = secure;
                }
                while (await ReadHeadAsync(stream) is { Length: > 0 } head)
                {
                    LastRequest = head;
                    Interlocked.Increment(ref _requests);
                    if (!await Answer(head, stream, _stop.Token))
                    {
                        // Closed without lingering, a socket sends a reset.
                        client.LingerState = new LingerOption(true, 0);
                        client.Close();
                        return;
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or AuthenticationException or ObjectDisposedException)
            {
                // The client hung up, as some tests want it to.
                client.Close();
            }
        }
    }

    private async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return "";
            }
            head.Append((char)one[0]);
        }
        return head.ToString();
    }
}
