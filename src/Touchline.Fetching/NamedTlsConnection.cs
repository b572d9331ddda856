using System.Net.Security;

namespace Touchline.Fetching;

/// <summary>
/// Connects where TLS cannot be left to the runtime's client. With tls_config.server_name that is the name that the server is asked for (SNI) and that
/// its certificate must have, while the address and the Host header stay the target's; the runtime takes all of them from the Host header. And the
/// runtime takes the TLS that a proxy speaks for that of the target, and would show the proxy what is for the target.
/// </summary>
/// <param name="serverName">The name; null is the target's own.</param>
/// <param name="options">Makes the options of one connection.</param>
/// <param name="tunnel">Through which proxy; null is none.</param>
public sealed class NamedTlsConnection(string? serverName, Func<SslClientAuthenticationOptions> options, ProxyTunnel? tunnel)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var stream = await (tunnel?.ConnectAsync(context, cancellationToken) ?? ProxyTunnel.OpenAsync(context.DnsEndPoint, cancellationToken)).ConfigureAwait(false);
        if (context.InitialRequestMessage.RequestUri!.Scheme != Uri.UriSchemeHttps)
        {
            return stream;
        }
        var secure = new SslStream(stream);
        try
        {
            var tls = options();
            tls.TargetHost = serverName ?? context.DnsEndPoint.Host;
            // A server that chose HTTP/2 would be spoken to in what the request asks for all the same.
            tls.ApplicationProtocols = context.InitialRequestMessage.Version.Major >= 2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];
            await secure.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
