using System.Text.Json;

namespace Touchline.Configuration;

/// <summary>Tokens by client credentials (RFC 6749, section 4.4) or by assertions that a key of the client's signs (RFC 7523, section 2.1).</summary>
public sealed record OAuth2Config
{
    public const string ClientCredentials = "client_credentials";

    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    public required string ClientId { get; init; }

    public Secret? ClientSecret { get; init; }

    public string? ClientSecretFile { get; init; }

    /// <summary>What is not <see cref="JwtBearer"/> means client credentials.</summary>
    public string GrantType { get; init; } = "";

    /// <summary>The private RSA key in PEM that signs assertions.</summary>
    public Secret? CertificateKey { get; init; }

    /// <summary>Where that key is; read again before each use.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>By which the server finds the key that checks; empty is not told.</summary>
    public string CertificateKeyId { get; init; } = "";

    /// <summary><c>RS256</c>, <c>RS384</c> or <c>RS512</c>; empty is the first.</summary>
    public string SignatureAlgorithm { get; init; } = "";

    /// <summary>Who says it; empty is the client.</summary>
    public string Issuer { get; init; } = "";

    /// <summary>To whom; empty is the token endpoint.</summary>
    public string Audience { get; init; } = "";

    /// <summary>More claims; they stand in place of others of the same name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Claims { get; init; } = new Dictionary<string, JsonElement>();

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public required string TokenUrl { get; init; }

    /// <summary>More of the form that is posted.</summary>
    public IReadOnlyDictionary<string, string> EndpointParams { get; init; } = new Dictionary<string, string>();

    /// <summary>How to reach the token endpoint: its TLS and proxy.</summary>
    public HttpClientConfig Http { get; init; } = new();

    /// <summary>Whether a key signs, and no secret is sent.</summary>
    public bool SignsAssertions => GrantType == JwtBearer;
}
