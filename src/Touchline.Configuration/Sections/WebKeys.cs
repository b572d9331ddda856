using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>The sections of a web configuration file.</summary>
internal static class WebKeys
{
    public static readonly SectionKeys Root = new("the top level", "web.Config",
        ["tls_server_config", "http_server_config", "basic_auth_users", "rate_limit"]);

    public static readonly SectionKeys Tls = new("tls_server_config", "web.TLSConfig",
    [
        "cert", "cert_file", "key", "key_file", "client_auth_type", "client_ca", "client_ca_file", "client_allowed_sans", "min_version",
        "max_version", "cipher_suites", "prefer_server_cipher_suites", "curve_preferences",
    ]);

    public static readonly SectionKeys Http = new("http_server_config", "web.HTTPConfig", ["http2", "headers"]);

    public static readonly SectionKeys RateLimit = new("rate_limit", "web.RateLimiterConfig", ["interval", "burst"]);

    public static readonly IReadOnlyList<SectionKeys> All = [Root, Tls, Http, RateLimit];

    public static readonly IReadOnlyList<string> Headers =
        ["Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "X-XSS-Protection"];
}
