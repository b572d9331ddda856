using System.Net;
using System.Net.Sockets;
using Touchline.Configuration;

namespace Touchline.Fetching;

/// <summary>
/// The connections of one job. Made on first use and made anew when a certificate file changes; those before are let run out until the
/// next change. Thread-safe.
/// </summary>
/// <param name="config">How to reach the other side.</param>
/// <param name="socketPath">A Unix socket to connect to in place of the host and port of each URL; null is the network.</param>
/// <param name="spreadsOverAddresses">Whether each connection goes to another of the addresses that a host's name has.</param>
public sealed class HttpConnections(HttpClientConfig config, string? socketPath = null, bool spreadsOverAddresses = false) : IDisposable
{
    private readonly Lock _lock = new();
    private HttpClient? _current;
    private HttpClient? _previous;
    private (FileStamp Ca, FileStamp Certificate, FileStamp Key) _stamps;

    /// <exception cref="FetchException">A certificate cannot be used.</exception>
    public HttpClient Current()
    {
        lock (_lock)
        {
            var stamps = (Stamp(config.Tls.CaFile), Stamp(config.Tls.CertFile), Stamp(config.Tls.KeyFile));
            if (_current is not null && stamps == _stamps)
            {
                return _current;
            }
            var fresh = Create();
            _previous?.Dispose();
            _previous = _current;
            _current = fresh;
            _stamps = stamps;
            return fresh;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _current?.Dispose();
            _previous?.Dispose();
        }
    }

    private static FileStamp Stamp(string? path) => string.IsNullOrEmpty(path) ? default : FileStamp.Of(path);

    private HttpClient Create()
    {
        var rules = new ProxyRules(config, Environment.GetEnvironmentVariable);
        var tunnel = rules.CanTunnel ? new ProxyTunnel(rules, config) : null;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = rules.IsAny,
            Proxy = rules.IsAny ? (IWebProxy?)tunnel ?? rules : null,
            // Longer than common scrape intervals, so that a connection serves the next scrape too.
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            SslOptions = TlsClient.Options(config.Tls),
            ActivityHeadersPropagator = null,
        };
        if (socketPath is not null)
        {
            handler.UseProxy = false;
            handler.ConnectCallback = (_, cancellationToken) => ConnectToSocketAsync(socketPath, cancellationToken);
        }
        else if (tunnel is not null || (!string.IsNullOrEmpty(config.Tls.ServerName) && !rules.IsAny))
        {
            var name = string.IsNullOrEmpty(config.Tls.ServerName) ? null : config.Tls.ServerName;
            handler.ConnectCallback = new NamedTlsConnection(name, () => TlsClient.Options(config.Tls), tunnel).ConnectAsync;
        }
        else if (spreadsOverAddresses && !rules.IsAny)
        {
            handler.ConnectCallback = SpreadConnection.ConnectAsync;
            handler.PooledConnectionLifetime = SpreadConnection.Lifetime;
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static async ValueTask<Stream> ConnectToSocketAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await UnixHttp.ConnectAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            throw new FetchException($"dial unix {path}: connect: {(File.Exists(path) ? FetchFailure.Name(e) : "no such file or directory")}", e);
        }
    }
}
