using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>The sections of blackbox.yml with the keys that blackbox_exporter 0.28 knows there.</summary>
internal static class ProbeKeys
{
    private static readonly string[] Address = ["preferred_ip_protocol", "ip_protocol_fallback"];

    public static readonly SectionKeys Root = new("the top level", "config.plain", ["modules"]);

    public static readonly SectionKeys Module = new("a module", "config.plain", ["prober", "timeout", "http", "tcp", "dns", "icmp", "grpc", "unix"]);

    public static readonly SectionKeys Http = new("http", "config.plain",
    [
        "valid_status_codes", "valid_http_versions", "method", "headers", "body", "body_file", "body_size_limit", "compression",
        "follow_redirects", "no_follow_redirects", "fail_if_ssl", "fail_if_not_ssl", "fail_if_body_matches_regexp",
        "fail_if_body_not_matches_regexp", "fail_if_body_json_matches_cel", "fail_if_body_json_not_matches_cel", "fail_if_header_matches",
        "fail_if_header_not_matches", "skip_resolve_phase_with_proxy", "enable_http3", "basic_auth", "authorization", "oauth2", "bearer_token",
        "bearer_token_file", "tls_config", "enable_http2", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header",
        "http_headers", .. Address,
    ]);

    public static readonly SectionKeys HeaderRule = new("a header rule", "config.HeaderMatch", ["header", "regexp", "allow_missing"]);

    public static readonly SectionKeys Tcp = new("tcp", "config.plain", ["source_ip_address", "query_response", "tls", "tls_config", .. Address]);

    public static readonly SectionKeys Unix = new("unix", "config.plain", ["query_response", "tls", "tls_config"]);

    public static readonly SectionKeys QueryResponse = new("query_response", "config.plain",
        ["expect", "expect_bytes", "labels", "send", "starttls"]);

    public static readonly SectionKeys ExpectLabel = new("a label of query_response", "config.Label", ["name", "value"]);

    public static readonly SectionKeys Dns = new("dns", "config.plain",
    [
        "source_ip_address", "transport_protocol", "dns_over_tls", "tls_config", "query_name", "query_type", "query_class", "recursion_desired",
        "valid_rcodes", "validate_answer_rrs", "validate_authority_rrs", "validate_additional_rrs", .. Address,
    ]);

    public static readonly SectionKeys DnsRules = new("the rules of records", "config.plain",
        ["fail_if_matches_regexp", "fail_if_all_match_regexp", "fail_if_not_matches_regexp", "fail_if_none_matches_regexp"]);

    public static readonly SectionKeys Icmp = new("icmp", "config.plain", ["source_ip_address", "payload_size", "dont_fragment", "ttl", .. Address]);

    public static readonly SectionKeys Grpc = new("grpc", "config.plain", ["service", "metadata", "tls", "tls_config", .. Address]);

    /// <summary>The short form of Touchline's own: the checks that a file holds.</summary>
    public static readonly SectionKeys CheckFileRoot = new("a file of checks", "checks", ["checks"]);

    public static readonly SectionKeys Check = new("a check", "check",
    [
        "url", "interval", "timeout", "status", "body", "body_not", "header", "method", "max_redirects", "cert_days", "insecure_skip_verify",
        "expect", "service", "public",
    ], new Dictionary<string, string>
    {
        ["target"] = "the target is url: url: https://host/path",
        ["regexp"] = "a regular expression that the body must match is body",
        ["cert_expiry"] = "how long certificates must still be good for is cert_days",
        ["skip_verify"] = "did you mean insecure_skip_verify?",
    });

    public static readonly IReadOnlyList<SectionKeys> All =
    [
        Root, Module, Http, HeaderRule, Tcp, Unix, QueryResponse, Dns, DnsRules, Icmp, Grpc, PrometheusKeys.Tls, PrometheusKeys.BasicAuth,
        PrometheusKeys.Authorization, PrometheusKeys.OAuth2, PrometheusKeys.HttpHeader,
    ];
}
