using System.Net.Security;

namespace Touchline.Fetching;

/// <summary>
/// Connects as tls_config.server_name wants it: that is the name that the server is asked for (SNI) and that its certificate must have, while the
/// address and the Host header stay the target's. The runtime's own connections take all of them from the Host header.
/// </summary>
public sealed class NamedTlsConnection
{
    private readonly SslClientAuthenticationOptions _tls;
    private readonly ProxyTunnel? _tunnel;

    public NamedTlsConnection(string serverName, SslClientAuthenticationOptions tls, bool http2, ProxyTunnel? tunnel)
    {
        _tunnel = tunnel;
        _tls = tls;
        _tls.TargetHost = serverName;
        _tls.ApplicationProtocols = http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];
    }

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var stream = await (_tunnel?.ConnectAsync(context, cancellationToken) ?? ProxyTunnel.OpenAsync(context.DnsEndPoint, cancellationToken)).ConfigureAwait(false);
        if (context.InitialRequestMessage.RequestUri!.Scheme != Uri.UriSchemeHttps)
        {
            return stream;
        }
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(_tls, cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
