using System.Text.Json;
using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary><c>oauth2</c>.</summary>
internal static class OAuth2Section
{
    private static readonly string[] SignatureAlgorithms = ["RS256", "RS384", "RS512"];

    /// <summary>Keys that say how a grant is signed.</summary>
    private static readonly string[] KeysOfAssertions =
    [
        "client_certificate_key_id", "client_certificate_key", "client_certificate_key_file", "signature_algorithm", "iss", "audience", "claims",
    ];

    public static OAuth2Config? Read(ReadingContext context, MappingReader parent, string where)
    {
        if (parent.Mapping("oauth2") is not { } node)
        {
            return null;
        }
        var section = context.Section(node, PrometheusKeys.OAuth2);
        var findings = context.Findings;
        context.NotHonoured(section, where + "oauth2.", "client_secret_ref", "client_certificate_key_ref");
        RequireKeys(findings, section);
        var config = new OAuth2Config
        {
            ClientId = section.Text("client_id") ?? "",
            ClientSecret = HttpClientSection.ReadSecret(section, "client_secret"),
            ClientSecretFile = context.FilePath(section, "client_secret_file", FileReferenceKind.Credentials),
            GrantType = section.Text("grant_type") ?? "",
            CertificateKey = HttpClientSection.ReadSecret(section, "client_certificate_key"),
            CertificateKeyFile = context.FilePath(section, "client_certificate_key_file", FileReferenceKind.Credentials),
            CertificateKeyId = section.Text("client_certificate_key_id") ?? "",
            SignatureAlgorithm = section.Text("signature_algorithm") ?? "",
            Issuer = section.Text("iss") ?? "",
            Audience = section.Text("audience") ?? "",
            Claims = ReadClaims(findings, section),
            Scopes = section.Texts("scopes"),
            TokenUrl = section.Text("token_url") ?? "",
            EndpointParams = ReadParams(findings, section),
            Http = new HttpClientConfig { Tls = HttpClientSection.ReadTls(context, section, where + "oauth2.") }.WithProxy(findings, section),
        };
        CheckGrant(findings, section, config);
        return config;
    }

    private static void RequireKeys(Findings findings, MappingReader section)
    {
        if (!HttpClientSection.IsSet(section, "client_id"))
        {
            findings.Error(section.Node, "oauth2 client_id must be configured");
        }
        if (!HttpClientSection.IsSet(section, "token_url"))
        {
            findings.Error(section.Node, "oauth2 token_url must be configured");
        }
    }

    /// <summary>Prometheus takes what it does not know for client credentials, and says nothing of keys of the other grant: these are warnings.</summary>
    private static void CheckGrant(Findings findings, MappingReader section, OAuth2Config config)
    {
        if (!config.SignsAssertions)
        {
            HttpClientSection.AtMostOne(
                findings, section, "oauth2", "client_secret", "client_secret_file", "client_secret_ref", " using grant-type=client_credentials");
            if (config.GrantType is not ("" or OAuth2Config.ClientCredentials))
            {
                findings.Warning(section["grant_type"]!,
                    $"grant_type {config.GrantType} is unknown, and {OAuth2Config.ClientCredentials} is used; the other is {OAuth2Config.JwtBearer}");
            }
            WarnOfUnused(findings, section, OAuth2Config.JwtBearer, KeysOfAssertions);
            return;
        }
        HttpClientSection.AtMostOne(
            findings, section, "oauth2", "client_certificate_key", "client_certificate_key_file", "client_certificate_key_ref", $" using grant-type={OAuth2Config.JwtBearer}");
        if (config.CertificateKey is null && config.CertificateKeyFile is null)
        {
            findings.Warning(section["grant_type"]!, "neither client_certificate_key nor client_certificate_key_file is set: there is nothing to sign with, and no token");
        }
        if (config.SignatureAlgorithm.Length > 0 && !SignatureAlgorithms.Contains(config.SignatureAlgorithm))
        {
            findings.Error(section["signature_algorithm"]!, $"valid signature algorithms are RS256, RS384 and RS512, and not {config.SignatureAlgorithm}");
        }
        WarnOfUnused(findings, section, OAuth2Config.ClientCredentials, "client_secret", "client_secret_file");
    }

    private static void WarnOfUnused(Findings findings, MappingReader section, string grant, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (section.Has(key))
            {
                findings.Warning(section.Key(key)!, $"{key} has no effect without grant_type: {grant}");
            }
        }
    }

    private static Dictionary<string, JsonElement> ReadClaims(Findings findings, MappingReader section)
    {
        var claims = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var (name, value) in section.FreeEntries("claims"))
        {
            claims[name.Value] = JsonOfNode.Of(value, findings);
        }
        return claims;
    }

    private static Dictionary<string, string> ReadParams(Findings findings, MappingReader section)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in section.FreeEntries("endpoint_params"))
        {
            if (value is ScalarNode scalar)
            {
                parameters[name.Value] = scalar.IsNull ? "" : scalar.Value;
            }
            else
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into string: parameter {name.Value} is a single text");
            }
        }
        return parameters;
    }
}
