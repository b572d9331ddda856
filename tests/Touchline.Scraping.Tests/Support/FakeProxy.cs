using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Touchline.Scraping.Tests.Support;

/// <summary>A proxy that gives tunnels to one server, whatever it is asked for, so that no name needs to be looked up.</summary>
internal sealed class FakeProxy : IAsyncDisposable
{
    private readonly FakeTarget _listener;
    private readonly EndPoint _server;

    /// <param name="server">Where tunnels end.</param>
    /// <param name="tls">Where the proxy itself speaks TLS.</param>
    public FakeProxy(FakeTarget server, SslServerAuthenticationOptions? tls = null)
    {
        _server = IPEndPoint.Parse(server.Address);
        _listener = new FakeTarget(tls) { Answer = AnswerAsync };
    }

    public string Address => _listener.Address;

    /// <summary>What it was asked for last, the head whole.</summary>
    public string LastRequest => _listener.LastRequest;

    public int Requests => _listener.Requests;

    /// <summary>What it answers in place of a tunnel; empty is that.</summary>
    public string Refusal { get; set; } = "";

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task<bool> AnswerAsync(string head, Stream stream, CancellationToken cancellationToken)
    {
        if (Refusal.Length > 0)
        {
            return await FakeTarget.WriteAsync(stream, Encoding.ASCII.GetBytes(Refusal), cancellationToken);
        }
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_server, cancellationToken);
        await using var server = new NetworkStream(socket);
        await stream.WriteAsync("HTTP/1.1 200 Connection established\r\nVia: fake\r\n\r\n"u8.ToArray(), cancellationToken);
        await Task.WhenAny(stream.CopyToAsync(server, cancellationToken), server.CopyToAsync(stream, cancellationToken));
        return false;
    }
}
