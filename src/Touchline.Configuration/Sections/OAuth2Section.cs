using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary><c>oauth2</c>.</summary>
internal static class OAuth2Section
{
    public static OAuth2Config? Read(ReadingContext context, MappingReader parent, string where)
    {
        if (parent.Mapping("oauth2") is not { } node)
        {
            return null;
        }
        var section = context.Section(node, PrometheusKeys.OAuth2);
        var findings = context.Findings;
        context.NotHonoured(section, where + "oauth2.",
            "client_secret_ref", "client_certificate_key_id", "client_certificate_key", "client_certificate_key_file",
            "client_certificate_key_ref", "grant_type", "signature_algorithm", "iss", "audience", "claims");
        if (!HttpClientSection.IsSet(section, "client_id"))
        {
            findings.Error(section.Node, "oauth2 client_id must be configured");
        }
        if (!HttpClientSection.IsSet(section, "token_url"))
        {
            findings.Error(section.Node, "oauth2 token_url must be configured");
        }
        HttpClientSection.AtMostOne(
            findings, section, "oauth2", "client_secret", "client_secret_file", "client_secret_ref", " using grant-type=client_credentials");
        return new OAuth2Config
        {
            ClientId = section.Text("client_id") ?? "",
            ClientSecret = HttpClientSection.ReadSecret(section, "client_secret"),
            ClientSecretFile = context.FilePath(section, "client_secret_file", FileReferenceKind.Credentials),
            Scopes = section.Texts("scopes"),
            TokenUrl = section.Text("token_url") ?? "",
            EndpointParams = ReadParams(findings, section),
            Http = new HttpClientConfig { Tls = HttpClientSection.ReadTls(context, section, where + "oauth2.") }.WithProxy(findings, section),
        };
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
