using System.Net;
using System.Net.Sockets;
using Touchline.Configuration;

namespace Touchline.Fetching;

/// <summary>Which proxy a URL is asked through. Rules of no_proxy as in Go's httpproxy, whose users Prometheus's are.</summary>
public sealed class ProxyRules : IWebProxy
{
    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly string[] _exceptions;
    private readonly bool _hasExceptions;

    /// <param name="environment">The process's environment, where proxy_from_environment is set.</param>
    /// <exception cref="FetchException">A proxy's URL cannot be used.</exception>
    public ProxyRules(HttpClientConfig config, Func<string, string?> environment)
    {
        var exceptions = config.NoProxy;
        if (config.ProxyFromEnvironment)
        {
            _http = Parse(Variable(environment, "HTTP_PROXY"));
            _https = Parse(Variable(environment, "HTTPS_PROXY"));
            exceptions = Variable(environment, "NO_PROXY");
        }
        else
        {
            _http = _https = Parse(config.ProxyUrl);
        }
        Credentials = new UrlCredentials(_http, _https);
        _hasExceptions = config.ProxyFromEnvironment || !string.IsNullOrEmpty(exceptions);
        _exceptions = (exceptions ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Whether there is a proxy for anything.</summary>
    public bool IsAny => _http is not null || _https is not null;

    /// <summary>Whether there is a proxy, and each speaks HTTP: SOCKS is left to the runtime's client.</summary>
    internal bool CanTunnel => IsAny && Array.TrueForAll([_http, _https], proxy => proxy is null || proxy.Scheme is "http" or "https");

    public ICredentials? Credentials { get; set; }

    /// <summary>The proxy for a URL, null where there is none.</summary>
    public Uri? Of(Uri destination)
    {
        var proxy = destination.Scheme == Uri.UriSchemeHttps ? _https : _http;
        return proxy is null || (_hasExceptions && IsException(destination)) ? null : proxy;
    }

    public Uri? GetProxy(Uri destination) => Of(destination);

    public bool IsBypassed(Uri host) => Of(host) is null;

    private static string? Variable(Func<string, string?> environment, string name) =>
        environment(name) is { Length: > 0 } upper ? upper : environment(name.ToLowerInvariant());

    private static Uri? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }
        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var url)
            ? url
            : throw new FetchException("proxy_url is not a valid URL, expected http://host:port");
    }

    private bool IsException(Uri destination)
    {
        var host = destination.IdnHost.TrimEnd('.').ToLowerInvariant();
        _ = IPAddress.TryParse(host, out var address);
        // This machine is never asked for through another one.
        return host == "localhost" || (address is not null && IPAddress.IsLoopback(address))
            || Array.Exists(_exceptions, exception => Matches(exception.ToLowerInvariant(), host, address, destination.Port));
    }

    private static bool Matches(string exception, string host, IPAddress? address, int port)
    {
        if (exception == "*")
        {
            return true;
        }
        if (IPNetwork.TryParse(exception, out var network))
        {
            return address is not null && network.Contains(address);
        }
        if (IPAddress.TryParse(exception, out var single) && (single.AddressFamily == AddressFamily.InterNetworkV6 || !exception.Contains(':')))
        {
            return single.Equals(address);
        }
        var colon = exception.LastIndexOf(':');
        if (colon > 0 && int.TryParse(exception.AsSpan(colon + 1), out var only))
        {
            if (only != port)
            {
                return false;
            }
            exception = exception[..colon];
            if (IPAddress.TryParse(exception.Trim('[', ']'), out single))
            {
                return single.Equals(address);
            }
        }
        exception = exception.StartsWith("*.", StringComparison.Ordinal) ? exception[1..] : exception;
        // A leading dot is for hosts below the domain only.
        return exception.StartsWith('.')
            ? host.EndsWith(exception, StringComparison.Ordinal)
            : host == exception || host.EndsWith("." + exception, StringComparison.Ordinal);
    }

    /// <summary>User and password as they stand in the URL of the proxy that is asked.</summary>
    private sealed class UrlCredentials(params Uri?[] proxies) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            var proxy = Array.Find(proxies, p => p is { UserInfo.Length: > 0 } && p.Port == uri.Port && p.IdnHost == uri.IdnHost);
            if (proxy is null)
            {
                return null;
            }
            var parts = proxy.UserInfo.Split(':', 2);
            return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }
    }
}
