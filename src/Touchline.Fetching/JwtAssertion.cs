using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Touchline.Configuration;

namespace Touchline.Fetching;

/// <summary>
/// What a client signs to get a token. Source: RFC 7523, section 3, and RFC 7515, section 3.1; which claims there are and how long it is good is as in
/// Prometheus. Libraries for tokens are for checking them, which is the hard part: what signs is the platform's.
/// </summary>
internal static class JwtAssertion
{
    private const int LifetimeSeconds = 600;

    /// <param name="pem">The private RSA key.</param>
    /// <param name="now">When it is signed.</param>
    /// <exception cref="FetchException">The key cannot be used; the message does not hold it.</exception>
    public static string Sign(OAuth2Config config, string pem, DateTimeOffset now)
    {
        var algorithm = config.SignatureAlgorithm.Length == 0 ? "RS256" : config.SignatureAlgorithm;
        var signed = $"{Part(writer => WriteHeader(writer, config, algorithm))}.{Part(writer => WriteClaims(writer, config, now))}";
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            return $"{signed}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(signed), HashOf(algorithm), RSASignaturePadding.Pkcs1))}";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new FetchException("oauth2: invalid key: Key must be a PEM encoded PKCS1 or PKCS8 key, and one of RSA without a password", e);
        }
    }

    private static HashAlgorithmName HashOf(string algorithm) => algorithm switch
    {
        "RS384" => HashAlgorithmName.SHA384,
        "RS512" => HashAlgorithmName.SHA512,
        _ => HashAlgorithmName.SHA256,
    };

    private static void WriteHeader(Utf8JsonWriter writer, OAuth2Config config, string algorithm)
    {
        writer.WriteString("alg", algorithm);
        writer.WriteString("typ", "JWT");
        if (config.CertificateKeyId.Length > 0)
        {
            writer.WriteString("kid", config.CertificateKeyId);
        }
    }

    private static void WriteClaims(Utf8JsonWriter writer, OAuth2Config config, DateTimeOffset now)
    {
        var claims = new Dictionary<string, object>
        {
            ["iss"] = config.Issuer.Length > 0 ? config.Issuer : config.ClientId,
            ["sub"] = config.ClientId,
            ["aud"] = config.Audience.Length > 0 ? config.Audience : config.TokenUrl,
            ["jti"] = Guid.NewGuid(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.ToUnixTimeSeconds() + LifetimeSeconds,
        };
        if (config.Scopes.Count > 0)
        {
            claims["scope"] = string.Join(' ', config.Scopes);
        }
        foreach (var (name, value) in config.Claims)
        {
            claims[name] = value;
        }
        foreach (var (name, value) in claims)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value);
        }
    }

    private static string Part(Action<Utf8JsonWriter> write)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }
        return Base64Url.EncodeToString(bytes.WrittenSpan);
    }
}
