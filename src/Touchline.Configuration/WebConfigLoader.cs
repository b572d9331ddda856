using Touchline.Configuration.Sections;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration;

/// <summary>
/// Reads the web configuration file in the format that Prometheus and its exporters share. It is always read strictly: a misspelt
/// key here would leave a door open that somebody believes shut.
/// </summary>
public static class WebConfigLoader
{
    private const int BcryptHashLength = 60;

    /// <summary>Reads a file. Never throws for what the file holds or that it cannot be read.</summary>
    public static WebConfigLoadResult Load(string path)
    {
        var findings = new Findings(path, strict: true);
        return ConfigText.TryRead(path, findings, out var text) ? Parse(text, path) : new WebConfigLoadResult(null, findings.All);
    }

    /// <summary>As <see cref="Load"/>, of text; relative paths are resolved against the folder of <paramref name="fileName"/>.</summary>
    public static WebConfigLoadResult Parse(string yaml, string fileName)
    {
        var findings = new Findings(fileName, strict: true);
        var context = new ReadingContext(findings, Path.GetDirectoryName(fileName) ?? "", [], _ => null);
        var config = new WebConfig();
        switch (ConfigText.TryParseYaml(yaml, findings, out _))
        {
            case MappingNode root:
                config = Read(context, root);
                break;
            case { IsNull: false } other:
                findings.Error(other, $"cannot unmarshal {other.Tag} into web.Config: the file holds {string.Join(", ", "tls_server_config", "basic_auth_users")}");
                break;
        }
        return new WebConfigLoadResult(findings.ErrorCount == 0 ? config : null, findings.All);
    }

    private static WebConfig Read(ReadingContext context, MappingNode root)
    {
        var section = new MappingReader(root, WebKeys.Root, context.Findings, WebKeys.All);
        context.NotHonoured(section, "", "rate_limit");
        var http = section.Mapping("http_server_config") is { } node
            ? new MappingReader(node, WebKeys.Http, context.Findings, WebKeys.All)
            : null;
        return new WebConfig
        {
            Tls = ReadTls(context, section),
            Http2 = http?.Boolean("http2", absent: true) ?? true,
            Headers = http is null ? new Dictionary<string, string>() : ReadHeaders(context.Findings, http),
            BasicAuthUsers = ReadUsers(context.Findings, section),
        };
    }

    private static Dictionary<string, Secret> ReadUsers(Findings findings, MappingReader section)
    {
        var users = new Dictionary<string, Secret>(StringComparer.Ordinal);
        foreach (var (name, value) in section.FreeEntries("basic_auth_users"))
        {
            var hash = (value as ScalarNode)?.Value ?? "";
            if (name.Value.Length == 0 || name.Value.Contains(':'))
            {
                findings.Error(name, "a user name must not be empty or hold a colon, since basic authentication ends it there");
            }
            else if (!IsBcrypt(hash))
            {
                // What stands there may be the password itself, so the message does not repeat it.
                findings.Error(value, $"the password of user {QuotedString.Of(name.Value)} is not a bcrypt hash: make one with htpasswd -nBC 10 \"\" | tr -d ':\\n'");
            }
            else
            {
                users[name.Value] = new Secret(hash);
            }
        }
        return users;
    }

    private static bool IsBcrypt(string hash) =>
        hash.Length == BcryptHashLength && hash[0] == '$' && hash[1] == '2' && hash[2] is 'a' or 'b' or 'x' or 'y' && hash[3] == '$'
        && hash[6] == '$' && int.TryParse(hash.AsSpan(4, 2), out var cost) && cost is >= 4 and <= 31
        && !hash.AsSpan(7).ContainsAnyExcept("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private static Dictionary<string, string> ReadHeaders(Findings findings, MappingReader http)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in http.FreeEntries("headers"))
        {
            if (!WebKeys.Headers.Contains(name.Value, StringComparer.Ordinal))
            {
                var hint = Spelling.Closest(name.Value, WebKeys.Headers) is { } close ? $"; did you mean {close}?" : "";
                findings.Error(name, $"HTTP header {QuotedString.Of(name.Value)} can not be configured: {string.Join(", ", WebKeys.Headers)} can{hint}");
            }
            else if (value is ScalarNode { Value: var text })
            {
                var refused = name.Value switch
                {
                    "X-Frame-Options" => text.ToLowerInvariant() is not ("" or "deny" or "sameorigin"),
                    "X-Content-Type-Options" => text.ToLowerInvariant() is not ("" or "nosniff"),
                    _ => text.AsSpan().ContainsAny('\r', '\n'),
                };
                if (refused)
                {
                    findings.Error(value, $"invalid value for {name.Value}: {QuotedString.Of(text)}");
                }
                else if (text.Length > 0)
                {
                    headers[name.Value] = text;
                }
            }
            else
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into string: the value of {name.Value} is a single text");
            }
        }
        return headers;
    }

    private static WebTlsConfig? ReadTls(ReadingContext context, MappingReader parent)
    {
        if (parent.Mapping("tls_server_config") is not { } node)
        {
            return null;
        }
        var findings = context.Findings;
        var section = new MappingReader(node, WebKeys.Tls, findings, WebKeys.All);
        context.NotHonoured(section, "tls_server_config.", "cipher_suites", "curve_preferences");
        // The server's preference among suites is what .NET always uses.
        section.Boolean("prefer_server_cipher_suites", absent: true);
        var defaults = new WebTlsConfig();
        var tls = new WebTlsConfig
        {
            Cert = NullIfEmpty(section.Text("cert")),
            CertFile = context.FilePath(section, "cert_file", FileReferenceKind.Tls),
            Key = section.Text("key") is { Length: > 0 } key ? new Secret(key) : null,
            KeyFile = context.FilePath(section, "key_file", FileReferenceKind.Tls),
            ClientAuth = ReadClientAuth(findings, section),
            ClientCa = NullIfEmpty(section.Text("client_ca")),
            ClientCaFile = context.FilePath(section, "client_ca_file", FileReferenceKind.Tls),
            ClientAllowedSans = section.Texts("client_allowed_sans"),
            MinVersion = HttpClientSection.ReadTlsVersion(findings, section, "min_version") ?? defaults.MinVersion,
            MaxVersion = HttpClientSection.ReadTlsVersion(findings, section, "max_version") ?? defaults.MaxVersion,
        };
        Validate(findings, section, tls);
        return tls;
    }

    private static WebClientAuth ReadClientAuth(Findings findings, MappingReader section)
    {
        switch (section.Text("client_auth_type"))
        {
            case null or "":
                return WebClientAuth.NoClientCert;
            case "RequestClientCert" or "RequestClient":
                return WebClientAuth.RequestClientCert;
            case "RequireAnyClientCert" or "RequireClientCert":
                return WebClientAuth.RequireAnyClientCert;
            case "VerifyClientCertIfGiven":
                return WebClientAuth.VerifyClientCertIfGiven;
            case "RequireAndVerifyClientCert":
                return WebClientAuth.RequireAndVerifyClientCert;
            case "NoClientCert":
                return WebClientAuth.NoClientCert;
            case var other:
                var names = Enum.GetNames<WebClientAuth>();
                var hint = Spelling.Closest(other, names) is { } close ? $"did you mean {close}?" : $"one of {string.Join(", ", names)}";
                findings.Error(section["client_auth_type"]!, $"invalid ClientAuth: {other}; {hint}");
                return WebClientAuth.NoClientCert;
        }
    }

    private static void Validate(Findings findings, MappingReader section, WebTlsConfig tls)
    {
        ExactlyOne(findings, section, "cert", tls.Cert is not null, tls.CertFile is not null);
        ExactlyOne(findings, section, "key", tls.Key is not null, tls.KeyFile is not null);
        var hasCa = tls.ClientCa is not null || tls.ClientCaFile is not null;
        if (tls.ClientCa is not null && tls.ClientCaFile is not null)
        {
            findings.Error(section.Key("client_ca")!, "client_ca and client_ca_file are mutually exclusive");
        }
        if (hasCa && tls.ClientAuth == WebClientAuth.NoClientCert)
        {
            findings.Error(section.Node, "client CA's have been configured without a Client Auth Policy: set client_auth_type");
        }
        var verifies = tls.ClientAuth is WebClientAuth.RequireAndVerifyClientCert or WebClientAuth.VerifyClientCertIfGiven;
        if (verifies && !hasCa)
        {
            findings.Error(section["client_auth_type"]!, "certificates cannot be verified without client_ca or client_ca_file");
        }
        if (tls.ClientAllowedSans.Count > 0
            && tls.ClientAuth is not (WebClientAuth.RequireAnyClientCert or WebClientAuth.RequireAndVerifyClientCert))
        {
            findings.Error(section["client_allowed_sans"]!, "client_allowed_sans needs client_auth_type RequireAnyClientCert or RequireAndVerifyClientCert, since other types let a client come without a certificate");
        }
        if (string.CompareOrdinal(tls.MinVersion, tls.MaxVersion) > 0)
        {
            findings.Error(section["min_version"] ?? section["max_version"]!, $"min_version {tls.MinVersion} is above max_version {tls.MaxVersion}");
        }
    }

    private static void ExactlyOne(Findings findings, MappingReader section, string name, bool asText, bool asFile)
    {
        if (asText && asFile)
        {
            findings.Error(section.Key(name)!, $"{name} and {name}_file are mutually exclusive");
        }
        if (!asText && !asFile)
        {
            findings.Error(section.Node, $"missing one of {name} or {name}_file");
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
