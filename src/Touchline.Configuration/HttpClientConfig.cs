namespace Touchline.Configuration;

/// <summary>How to speak to an endpoint. At most one of basic auth, authorization and OAuth 2 is set.</summary>
public sealed record HttpClientConfig
{
    public BasicAuthConfig? BasicAuth { get; init; }

    public AuthorizationConfig? Authorization { get; init; }

    public OAuth2Config? OAuth2 { get; init; }

    public TlsConfig Tls { get; init; } = new();

    public bool FollowRedirects { get; init; } = true;

    public bool EnableHttp2 { get; init; } = true;

    public bool EnableCompression { get; init; } = true;

    public string? ProxyUrl { get; init; }

    /// <summary>Hosts that are reached without the proxy: names, domains, addresses and networks behind commas.</summary>
    public string? NoProxy { get; init; }

    /// <summary>Whether HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the process say which proxy to use.</summary>
    public bool ProxyFromEnvironment { get; init; }

    /// <summary>Headers for the proxy alone, sent when a tunnel is asked for.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Secret>> ProxyConnectHeader { get; init; } = new Dictionary<string, IReadOnlyList<Secret>>();

    /// <summary>Headers of every request, by name.</summary>
    public IReadOnlyDictionary<string, HttpHeaderConfig> HttpHeaders { get; init; } = new Dictionary<string, HttpHeaderConfig>();
}

/// <summary>User and password; the files are read again before use so that a rotated secret needs no reload.</summary>
public sealed record BasicAuthConfig(string Username, string? UsernameFile, Secret? Password, string? PasswordFile);

/// <summary>An <c>Authorization: type credentials</c> header.</summary>
public sealed record AuthorizationConfig(string Type, Secret? Credentials, string? CredentialsFile);

/// <summary>The values of one header; files are read again before use.</summary>
public sealed record HttpHeaderConfig(IReadOnlyList<string> Values, IReadOnlyList<Secret> Secrets, IReadOnlyList<string> Files);

/// <summary>TLS as a client. Certificates in PEM.</summary>
public sealed record TlsConfig
{
    public string? CaFile { get; init; }

    public string? Ca { get; init; }

    public string? CertFile { get; init; }

    public string? Cert { get; init; }

    public string? KeyFile { get; init; }

    public Secret? Key { get; init; }

    public string? ServerName { get; init; }

    public bool InsecureSkipVerify { get; init; }

    /// <summary>Lowest version: <c>TLS10</c>…<c>TLS13</c>; null is the platform's choice.</summary>
    public string? MinVersion { get; init; }

    public string? MaxVersion { get; init; }
}
