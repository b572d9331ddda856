using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Fetching;

/// <summary>
/// Asks a proxy for a tunnel as Go's client does: with headers of one's own, and with its password before it asks for one. The proxy of https URLs
/// is hidden from the runtime's client, which can neither, nor ask for another name than the URL's within the tunnel; this connects instead.
/// </summary>
public sealed class ProxyTunnel(ProxyRules rules, HttpClientConfig config) : IWebProxy
{
    private const int LongestHead = 16 * 1024;

    public ICredentials? Credentials { get => rules.Credentials; set => rules.Credentials = value; }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : rules.Of(destination);

    public bool IsBypassed(Uri host) => host.Scheme == Uri.UriSchemeHttps || rules.IsBypassed(host);

    /// <summary>A stream to where a connection is wanted, through the proxy where it is one for https; what is to be secret in it is not so yet.</summary>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var url = context.InitialRequestMessage.RequestUri!;
        var proxy = rules.Of(url);
        if (proxy is null)
        {
            return await OpenAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
        }
        var stream = await OpenAsync(proxy, cancellationToken).ConfigureAwait(false);
        return url.Scheme == Uri.UriSchemeHttps ? await ThroughAsync(stream, proxy, context.DnsEndPoint, cancellationToken).ConfigureAwait(false) : stream;
    }

    /// <summary>A stream to a target through a proxy; owns the other.</summary>
    /// <param name="stream">The connection to the proxy, on which nothing was said yet.</param>
    /// <param name="proxy">The proxy.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FetchException">The proxy refuses.</exception>
    public async ValueTask<Stream> ThroughAsync(Stream stream, Uri proxy, DnsEndPoint target, CancellationToken cancellationToken)
    {
        try
        {
            if (proxy.Scheme == Uri.UriSchemeHttps)
            {
                var secure = new SslStream(stream);
                stream = secure;
                // As in Go, what is trusted and shown is for the proxy too.
                var tls = TlsClient.Options(config.Tls);
                tls.TargetHost = proxy.IdnHost;
                await secure.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
            }
            await stream.WriteAsync(RequestFor(target, proxy), cancellationToken).ConfigureAwait(false);
            await ReadAnswerAsync(stream, cancellationToken).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A connection without a proxy.</summary>
    public static async ValueTask<Stream> OpenAsync(DnsEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask<Stream> OpenAsync(Uri proxy, CancellationToken cancellationToken)
    {
        try
        {
            return await OpenAsync(new DnsEndPoint(proxy.IdnHost, proxy.Port), cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            // Whoever reads it must not take the proxy's fault for the target's.
            throw new FetchException($"proxyconnect tcp: {FetchFailure.OfConnection(e, proxy)}", e);
        }
    }

    private byte[] RequestFor(DnsEndPoint target, Uri proxy)
    {
        var host = target.Host.Contains(':') ? $"[{target.Host}]" : target.Host;
        var request = new StringBuilder($"CONNECT {host}:{target.Port} HTTP/1.1\r\nHost: {host}:{target.Port}\r\n");
        if (proxy.UserInfo.Length > 0)
        {
            request.Append($"Proxy-Authorization: {BasicAuthorization.Of(Uri.UnescapeDataString(proxy.UserInfo))}\r\n");
        }
        foreach (var (name, values) in config.ProxyConnectHeader)
        {
            foreach (var value in values.Where(value => !value.Value.AsSpan().ContainsAny('\r', '\n')))
            {
                request.Append(name).Append(": ").Append(value.Value).Append("\r\n");
            }
        }
        return Encoding.UTF8.GetBytes(request.Append("\r\n").ToString());
    }

    /// <summary>Reads the head byte by byte, since what follows it belongs to the tunnel.</summary>
    private static async Task ReadAnswerAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (head.Count < 4 || head[^1] != '\n' || head[^2] != '\r' || head[^3] != '\n' || head[^4] != '\r')
        {
            if (head.Count > LongestHead || await stream.ReadAsync(one, cancellationToken).ConfigureAwait(false) == 0)
            {
                throw new FetchException("the proxy's answer to CONNECT does not end");
            }
            head.Add(one[0]);
        }
        // As Go words it: the status without version and number.
        var line = Encoding.Latin1.GetString(head.ToArray()).Split("\r\n")[0];
        var status = line.Split(' ', 3);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/", StringComparison.Ordinal))
        {
            throw new FetchException($"malformed HTTP response {QuotedString.Of(line)}");
        }
        if (status[1].Length != 3 || !status[1].All(char.IsAsciiDigit))
        {
            throw new FetchException($"malformed HTTP status code {QuotedString.Of(status[1])}");
        }
        if (status[1] != "200")
        {
            throw new FetchException(status.Length > 2 ? status[2] : status[1]);
        }
    }
}
