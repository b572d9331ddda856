using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>The keys on how to speak to an endpoint, which stand among the other keys of a job.</summary>
internal static class HttpClientSection
{
    private static readonly string[] TlsVersions = ["TLS10", "TLS11", "TLS12", "TLS13"];

    public static HttpClientConfig Read(ReadingContext context, MappingReader section, string where)
    {
        var defaults = new HttpClientConfig();
        RejectCombinations(context.Findings, section);
        return new HttpClientConfig
        {
            BasicAuth = ReadBasicAuth(context, section, where),
            Authorization = ReadAuthorization(context, section, where),
            OAuth2 = OAuth2Section.Read(context, section, where),
            Tls = ReadTls(context, section, where),
            HttpHeaders = HeaderSection.Read(context, section),
            FollowRedirects = section.Boolean("follow_redirects", defaults.FollowRedirects),
            EnableHttp2 = section.Boolean("enable_http2", defaults.EnableHttp2),
        }.WithProxy(context.Findings, section);
    }

    private static void RejectCombinations(Findings findings, MappingReader section)
    {
        string[] ways = ["basic_auth", "authorization", "oauth2", "bearer_token", "bearer_token_file"];
        var used = ways.Where(section.Has).ToList();
        if (used.Count > 1)
        {
            findings.Error(section.Key(used[1])!,
                $"at most one of basic_auth, oauth2, authorization, bearer_token & bearer_token_file must be configured: {string.Join(" and ", used)} are");
        }
    }

    private static BasicAuthConfig? ReadBasicAuth(ReadingContext context, MappingReader parent, string where)
    {
        if (parent.Mapping("basic_auth") is not { } node)
        {
            return null;
        }
        var section = context.Section(node, PrometheusKeys.BasicAuth);
        context.NotHonoured(section, where + "basic_auth.", "username_ref", "password_ref");
        AtMostOne(context.Findings, section, "basic_auth", "username", "username_file", "username_ref");
        AtMostOne(context.Findings, section, "basic_auth", "password", "password_file", "password_ref");
        return new BasicAuthConfig(
            section.Text("username") ?? "",
            context.FilePath(section, "username_file", FileReferenceKind.Credentials),
            ReadSecret(section, "password"),
            context.FilePath(section, "password_file", FileReferenceKind.Credentials));
    }

    private static AuthorizationConfig? ReadAuthorization(ReadingContext context, MappingReader parent, string where)
    {
        if (ReadSecret(parent, "bearer_token") is { } token)
        {
            return new AuthorizationConfig("Bearer", token, null);
        }
        if (context.FilePath(parent, "bearer_token_file", FileReferenceKind.Credentials) is { } tokenFile)
        {
            return new AuthorizationConfig("Bearer", null, tokenFile);
        }
        if (parent.Mapping("authorization") is not { } node)
        {
            return null;
        }
        var section = context.Section(node, PrometheusKeys.Authorization);
        context.NotHonoured(section, where + "authorization.", "credentials_ref");
        AtMostOne(context.Findings, section, "authorization", "credentials", "credentials_file", "credentials_ref");
        var type = section.Text("type")?.Trim();
        if (string.Equals(type, "basic", StringComparison.OrdinalIgnoreCase))
        {
            context.Findings.Error(section["type"]!, "authorization type cannot be set to \"basic\", use \"basic_auth\" instead");
        }
        return new AuthorizationConfig(
            string.IsNullOrEmpty(type) ? "Bearer" : type,
            ReadSecret(section, "credentials"),
            context.FilePath(section, "credentials_file", FileReferenceKind.Credentials));
    }

    public static TlsConfig ReadTls(ReadingContext context, MappingReader parent, string where)
    {
        if (parent.Mapping("tls_config") is not { } node)
        {
            return new TlsConfig();
        }
        var section = context.Section(node, PrometheusKeys.Tls);
        context.NotHonoured(section, where + "tls_config.", "ca_ref", "cert_ref", "key_ref");
        var findings = context.Findings;
        AtMostOne(findings, section, "tls_config", "ca", "ca_file", "ca_ref");
        AtMostOne(findings, section, "tls_config", "cert", "cert_file", "cert_ref");
        AtMostOne(findings, section, "tls_config", "key", "key_file", "key_ref");
        var hasCert = IsSet(section, "cert") || IsSet(section, "cert_file") || IsSet(section, "cert_ref");
        var hasKey = IsSet(section, "key") || IsSet(section, "key_file") || IsSet(section, "key_ref");
        if (hasCert && !hasKey)
        {
            findings.Error(section.Node, "exactly one of key or key_file must be configured when a client certificate is configured");
        }
        if (hasKey && !hasCert)
        {
            findings.Error(section.Node, "exactly one of cert or cert_file must be configured when a client key is configured");
        }
        return new TlsConfig
        {
            Ca = section.Text("ca"),
            CaFile = context.FilePath(section, "ca_file", FileReferenceKind.Tls),
            Cert = section.Text("cert"),
            CertFile = context.FilePath(section, "cert_file", FileReferenceKind.Tls),
            Key = ReadSecret(section, "key"),
            KeyFile = context.FilePath(section, "key_file", FileReferenceKind.Tls),
            ServerName = section.Text("server_name"),
            InsecureSkipVerify = section.Boolean("insecure_skip_verify", absent: false),
            MinVersion = ReadTlsVersion(findings, section, "min_version"),
            MaxVersion = ReadTlsVersion(findings, section, "max_version"),
        };
    }

    /// <summary>A TLS version's name; also for the server's side.</summary>
    public static string? ReadTlsVersion(Findings findings, MappingReader section, string key)
    {
        var version = section.Text(key);
        if (string.IsNullOrEmpty(version) || TlsVersions.Contains(version))
        {
            return version is "" ? null : version;
        }
        findings.Error(section[key]!, $"unknown TLS version: {version}; one of {string.Join(", ", TlsVersions)}");
        return null;
    }

    public static Secret? ReadSecret(MappingReader section, string key) =>
        section.Text(key) is { Length: > 0 } value ? new Secret(value) : null;

    public static bool IsSet(MappingReader section, string key) => section[key] is ScalarNode { Value.Length: > 0 };

    public static void AtMostOne(Findings findings, MappingReader section, string name, string first, string second, string third, string when = "")
    {
        string[] keys = [first, second, third];
        if (keys.Where(key => IsSet(section, key)).Skip(1).FirstOrDefault() is { } extra)
        {
            findings.Error(section.Key(extra)!, $"at most one of {name} {first}, {second} & {third} must be configured{when}");
        }
    }
}
