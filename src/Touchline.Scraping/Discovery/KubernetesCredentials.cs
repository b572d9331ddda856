using System.Globalization;
using System.Text.Json;
using Touchline.Configuration;
using Touchline.Fetching;

namespace Touchline.Scraping.Discovery;

/// <summary>What a program printed. Either the token or the certificate with its key may be missing.</summary>
/// <param name="ExpiresAt">When it is asked again; null is never.</param>
internal sealed record KubernetesCredentials(Secret? Token, string? Certificate, Secret? Key, DateTimeOffset? ExpiresAt)
{
    /// <summary>Reads an ExecCredential.</summary>
    /// <exception cref="FetchException">It is none, or not in the version that was asked for; the message holds nothing of it.</exception>
    public static KubernetesCredentials Read(ReadOnlyMemory<byte> printed, string apiVersion)
    {
        using var document = Parse(printed);
        var root = document.RootElement;
        if (root.Text("kind") != "ExecCredential" || root.Text("apiVersion") != apiVersion)
        {
            throw new FetchException($"what it printed is no ExecCredential of {apiVersion}");
        }
        var token = root.Text("status", "token");
        var certificate = root.Text("status", "clientCertificateData");
        var key = root.Text("status", "clientKeyData");
        if (token.Length == 0 && certificate.Length == 0 && key.Length == 0)
        {
            throw new FetchException("it didn't return a token or cert/key pair");
        }
        if (certificate.Length == 0 != (key.Length == 0))
        {
            throw new FetchException("it returned only certificate or key, not both");
        }
        return new KubernetesCredentials(
            token.Length > 0 ? new Secret(token) : null,
            certificate.Length > 0 ? certificate : null,
            key.Length > 0 ? new Secret(key) : null,
            ReadTime(root.Text("status", "expirationTimestamp")));
    }

    /// <summary>The same way to speak to the server with these credentials; ones that are written down go before a token.</summary>
    public HttpClientConfig AddTo(HttpClientConfig http)
    {
        var isWritten = http.Authorization is not null || http.BasicAuth is not null;
        return http with
        {
            Authorization = isWritten || Token is null ? http.Authorization : new AuthorizationConfig("Bearer", Token, null),
            Tls = Certificate is null ? http.Tls : http.Tls with { Cert = Certificate, Key = Key, CertFile = null, KeyFile = null },
        };
    }

    private static DateTimeOffset? ReadTime(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new FetchException("its expirationTimestamp is no time, as 2026-01-02T15:04:05Z is one");
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> printed)
    {
        try
        {
            return JsonDocument.Parse(printed);
        }
        catch (JsonException e)
        {
            throw new FetchException("what it printed is no JSON", e);
        }
    }
}
