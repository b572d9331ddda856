namespace Touchline.Configuration.Sections;

/// <summary>The keys on how to speak to an endpoint, which stand among those of many sections.</summary>
internal static class HttpClientKeys
{
    public static readonly IReadOnlyList<string> Names =
    [
        "basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file", "tls_config", "follow_redirects", "enable_http2",
        "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header", "http_headers",
    ];

    /// <summary>Whether any of them says something else than what holds where it is not there.</summary>
    public static bool AreCustom(HttpClientConfig http)
    {
        var defaults = new HttpClientConfig();
        return http.HttpHeaders.Count > 0 || http.ProxyConnectHeader.Count > 0
            || http != defaults with { HttpHeaders = http.HttpHeaders, ProxyConnectHeader = http.ProxyConnectHeader };
    }
}
