namespace Touchline.Configuration;

/// <summary>A whole web configuration file (<c>--web.config.file</c>): who may ask, over what.</summary>
public sealed record WebConfig
{
    /// <summary>Null where the server speaks plain HTTP.</summary>
    public WebTlsConfig? Tls { get; init; }

    public bool Http2 { get; init; } = true;

    /// <summary>Headers that every answer gets; only the five on browser security that Prometheus knows.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>User names with the bcrypt hashes of their passwords; where there is none, nobody is asked for a password.</summary>
    public IReadOnlyDictionary<string, Secret> BasicAuthUsers { get; init; } = new Dictionary<string, Secret>();
}

/// <summary>TLS as a server. Certificates and keys in PEM, each as text or as a file that is read again when it changes.</summary>
public sealed record WebTlsConfig
{
    public string? Cert { get; init; }

    public string? CertFile { get; init; }

    public Secret? Key { get; init; }

    public string? KeyFile { get; init; }

    public WebClientAuth ClientAuth { get; init; } = WebClientAuth.NoClientCert;

    public string? ClientCa { get; init; }

    public string? ClientCaFile { get; init; }

    /// <summary>Subject alternative names of which a client's certificate must have one; empty is any.</summary>
    public IReadOnlyList<string> ClientAllowedSans { get; init; } = [];

    /// <summary><c>TLS10</c>…<c>TLS13</c>.</summary>
    public string MinVersion { get; init; } = "TLS12";

    public string MaxVersion { get; init; } = "TLS13";
}

/// <summary>What is asked of a client's certificate.</summary>
public enum WebClientAuth
{
    NoClientCert,
    RequestClientCert,
    RequireAnyClientCert,
    VerifyClientCertIfGiven,
    RequireAndVerifyClientCert,
}

/// <summary>What became of reading a web configuration. <see cref="Config"/> is null where there is any error: half a lock is none.</summary>
public sealed record WebConfigLoadResult(WebConfig? Config, IReadOnlyList<ConfigDiagnostic> Diagnostics);
