using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Touchline.Configuration;
using Touchline.Configuration.Probes;
using Touchline.Fetching;

namespace Touchline.Collectors.Probes;

/// <summary>
/// The connections of one HTTP probe, each made anew and timed: to the address that was chosen for the target, and wherever redirects lead.
/// </summary>
internal sealed class HttpProbeConnection : IDisposable
{
    private const int LongestHeadersKilobytes = 256;

    private readonly ProbeRun _run;
    private readonly HttpProbeResult _result;
    private readonly Uri _first;
    private readonly IPAddress? _address;
    private readonly string _firstName;
    private readonly HttpMessageInvoker _client;
    private readonly HttpClientConfig _config;
    private readonly ProxyRules _proxies;
    private readonly ProxyTunnel _tunnel;
    private bool _isFirstHop = true;
    private long _connectedAt;

    /// <exception cref="FetchException">The proxy or a certificate of the configuration cannot be used.</exception>
    public HttpProbeConnection(ProbeRun run, Uri first, IPAddress? address, HttpProbeResult result)
    {
        (_run, _first, _address, _result) = (run, first, address, result);
        var http = run.Module.Http;
        _config = http.Client;
        _firstName = http.Headers.TryGetValue("Host", out var host) ? HostOf(host) : first.IdnHost;
        _proxies = new ProxyRules(_config, Environment.GetEnvironmentVariable);
        // The runtime's client makes tunnels and handshakes where nobody can time them: it only sees proxies for what is not encrypted.
        _tunnel = new ProxyTunnel(_proxies, _config);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = true,
            CookieContainer = new CookieContainer(),
            UseProxy = _proxies.IsAny,
            Proxy = _proxies.IsAny ? _tunnel : null,
            MaxResponseHeadersLength = LongestHeadersKilobytes,
            ConnectTimeout = run.Timeout > TimeSpan.Zero ? run.Timeout : Timeout.InfiniteTimeSpan,
            ActivityHeadersPropagator = null,
            ConnectCallback = ConnectAsync,
        };
        _client = new HttpMessageInvoker(handler);
    }

    /// <summary>The last handshake, null where there was none.</summary>
    public ProbeTls? Tls { get; private set; }

    /// <summary>When the answer began.</summary>
    public long AnsweredAt { get; private set; }

    /// <summary>The answer to its headers.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message)
    {
        _connectedAt = _run.Time.GetTimestamp();
        var response = await _client.SendAsync(message, _run.Deadline).ConfigureAwait(false);
        AnsweredAt = _run.Time.GetTimestamp();
        _result.Processing.Value += _run.Time.GetElapsedTime(_connectedAt, AnsweredAt).TotalSeconds;
        _isFirstHop = false;
        return response;
    }

    public void Dispose() => _client.Dispose();

    private static string HostOf(string header) => ProbeAddress.TrySplit(header, out var host, out _) ? host : header;

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The runtime goes on connecting when nobody waits any more: the probe's own time ends it.
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _run.Deadline);
        var url = context.InitialRequestMessage.RequestUri!;
        var isFirstHost = Redirects.IsSameHost(url, _first) || _isFirstHop;
        var proxy = _proxies.Of(url);
        var endpoint = proxy is null
            ? new IPEndPoint(await AddressOfAsync(url, isFirstHost, both.Token).ConfigureAwait(false), url.Port)
            : new IPEndPoint(await AddressOfProxyAsync(proxy, both.Token).ConfigureAwait(false), proxy.Port);
        var started = _run.Time.GetTimestamp();
        var source = _run.Module.Http.Address.Source;
        var socket = await ProbeAddress.ConnectAsync(endpoint, source, both.Token).ConfigureAwait(false);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        _connectedAt = _run.Time.GetTimestamp();
        _result.Connect.Value += _run.Time.GetElapsedTime(started, _connectedAt).TotalSeconds;
        Tls = null;
        if (url.Scheme == Uri.UriSchemeHttps)
        {
            // The time that the proxy takes for the tunnel is that of the handshake through it, as in blackbox_exporter.
            stream = proxy is null ? stream : await _tunnel.ThroughAsync(stream, proxy, context.DnsEndPoint, both.Token).ConfigureAwait(false);
            stream = await EncryptAsync(stream, url, isFirstHost, both.Token).ConfigureAwait(false);
        }
        return stream;
    }

    /// <summary>Looking up the proxy is a phase of redirects only: for the first request the target's name is what is looked up.</summary>
    private async Task<IPAddress> AddressOfProxyAsync(Uri proxy, CancellationToken cancellationToken)
    {
        var started = _run.Time.GetTimestamp();
        var all = await ProbeAddress.LookUpAsync(proxy.IdnHost, cancellationToken).ConfigureAwait(false);
        if (!_isFirstHop)
        {
            _result.Resolve.Value += _run.Time.GetElapsedTime(started).TotalSeconds;
        }
        return all.FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<IPAddress> AddressOfAsync(Uri url, bool isFirstHost, CancellationToken cancellationToken)
    {
        if (_address is not null && (isFirstHost || url.IdnHost == _first.IdnHost))
        {
            return _address;
        }
        var started = _run.Time.GetTimestamp();
        var all = await ProbeAddress.LookUpAsync(url.IdnHost, cancellationToken).ConfigureAwait(false);
        _result.Resolve.Value += _run.Time.GetElapsedTime(started).TotalSeconds;
        var wanted = _run.Module.Http.Address.PrefersIp4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        return Array.Find(all, a => a.AddressFamily == wanted) ?? all.FirstOrDefault() ?? throw new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<SslStream> EncryptAsync(Stream stream, Uri url, bool isFirstHost, CancellationToken cancellationToken)
    {
        try
        {
            SslApplicationProtocol[] protocols = _config.EnableHttp2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];
            // A name that was configured is that of the target, not of wherever it redirects to.
            var tls = new ProbeTls(isFirstHost ? _config.Tls : _config.Tls with { ServerName = null }, isFirstHost ? _firstName : url.IdnHost, protocols);
            var secure = await tls.AuthenticateAsync(stream, cancellationToken).ConfigureAwait(false);
            Tls = tls;
            var connected = _connectedAt;
            _connectedAt = _run.Time.GetTimestamp();
            _result.Tls.Value += _run.Time.GetElapsedTime(connected, _connectedAt).TotalSeconds;
            return secure;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
