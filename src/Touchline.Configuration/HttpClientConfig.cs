namespace Touchline.Configuration;

/// <summary>How to speak to an endpoint. At most one of basic auth and authorization is set.</summary>
public sealed record HttpClientConfig
{
    public BasicAuthConfig? BasicAuth { get; init; }

    public AuthorizationConfig? Authorization { get; init; }

    public TlsConfig Tls { get; init; } = new();

    public bool FollowRedirects { get; init; } = true;

    public bool EnableHttp2 { get; init; } = true;

    public bool EnableCompression { get; init; } = true;

    public string? ProxyUrl { get; init; }
}

/// <summary>User and password; the files are read again before use so that a rotated secret needs no reload.</summary>
public sealed record BasicAuthConfig(string Username, string? UsernameFile, Secret? Password, string? PasswordFile);

/// <summary>An <c>Authorization: type credentials</c> header.</summary>
public sealed record AuthorizationConfig(string Type, Secret? Credentials, string? CredentialsFile);

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
