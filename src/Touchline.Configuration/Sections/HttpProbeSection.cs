using Touchline.Configuration.Probes;
using Touchline.Configuration.Probes.Expressions;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>The <c>http</c> section of a module.</summary>
internal static class HttpProbeSection
{
    private static readonly string[] Compressions = ["gzip", "br", "deflate", "identity"];
    private static readonly string[] Versions = ["HTTP/1.0", "HTTP/1.1", "HTTP/2.0"];

    public static HttpProbeConfig Read(ReadingContext context, MappingNode node)
    {
        var findings = context.Findings;
        var section = new MappingReader(node, ProbeKeys.Http, findings, ProbeKeys.All);
        RefuseWhatIsMissing(findings, section);
        var client = HttpClientSection.Read(context, section, "http.");
        if (section.Has("no_follow_redirects"))
        {
            findings.Warning(section.Key("no_follow_redirects")!, "no_follow_redirects is deprecated; write follow_redirects: false");
            client = client with { FollowRedirects = client.FollowRedirects && !section.Boolean("no_follow_redirects", absent: false) };
        }
        var config = new HttpProbeConfig
        {
            Address = ProbeAddressSection.Read(findings, section),
            ValidStatusCodes = ReadStatusCodes(findings, section),
            ValidHttpVersions = ReadVersions(findings, section),
            Method = section.Text("method") is { Length: > 0 } method ? method : "GET",
            Headers = ReadHeaders(findings, section),
            Body = section.Text("body") ?? "",
            BodyFile = context.FilePath(section, "body_file", FileReferenceKind.Credentials),
            BodySizeLimit = section.ByteSize("body_size_limit") ?? 0,
            Compression = ProbeAddressSection.OneOf(findings, section, "compression", Compressions) ?? "",
            FailIfSsl = section.Boolean("fail_if_ssl", absent: false),
            FailIfNotSsl = section.Boolean("fail_if_not_ssl", absent: false),
            FailIfBodyMatches = ProbeAddressSection.Regexes(findings, section, "fail_if_body_matches_regexp"),
            FailIfBodyNotMatches = ProbeAddressSection.Regexes(findings, section, "fail_if_body_not_matches_regexp"),
            FailIfBodyJsonMatches = ReadCel(findings, section, "fail_if_body_json_matches_cel"),
            FailIfBodyJsonNotMatches = ReadCel(findings, section, "fail_if_body_json_not_matches_cel"),
            FailIfHeaderMatches = ReadHeaderRules(context, section, "fail_if_header_matches"),
            FailIfHeaderNotMatches = ReadHeaderRules(context, section, "fail_if_header_not_matches"),
            SkipResolvePhaseWithProxy = section.Boolean("skip_resolve_phase_with_proxy", absent: false),
            Client = client,
        };
        if (config.Body.Length > 0 && config.BodyFile is not null)
        {
            findings.Error(section.Key("body_file")!, "setting body and body_file both are not allowed");
        }
        RefuseOtherEncodings(findings, section, config);
        return config;
    }

    /// <summary>A check that is silently left out would report success: such a module is not there at all.</summary>
    private static void RefuseWhatIsMissing(Findings findings, MappingReader section)
    {
        if (section.Boolean("enable_http3", absent: false))
        {
            findings.Error(section.Key("enable_http3")!, "enable_http3 is not known to this version: there is HTTP/1.1 and HTTP/2");
        }
    }

    private static CelExpression? ReadCel(Findings findings, MappingReader section, string key)
    {
        if (section.Text(key) is not { Length: > 0 } text)
        {
            return null;
        }
        if (!CelExpression.TryCompile(text, out var expression, out var error))
        {
            findings.Error(section[key]!, $"{key} {QuotedString.Of(text.Length <= 200 ? text : text[..200] + "…")} is no CEL expression about body: {error}");
        }
        return expression;
    }

    private static List<int> ReadStatusCodes(Findings findings, MappingReader section)
    {
        var codes = new List<int>();
        foreach (var item in section.Items("valid_status_codes", "[]int"))
        {
            if (item is ScalarNode scalar && ScalarValue.TryInteger(scalar, out var code) && code is >= 100 and <= 999)
            {
                codes.Add((int)code);
            }
            else
            {
                findings.Error(item, $"cannot unmarshal {item.Tag} into int: a status code is a number from 100 to 999");
            }
        }
        return codes;
    }

    private static IReadOnlyList<string> ReadVersions(Findings findings, MappingReader section)
    {
        var versions = section.Texts("valid_http_versions");
        foreach (var version in versions.Where(version => !Versions.Contains(version)))
        {
            var hint = Spelling.Closest(version, Versions) is { } close ? $"; did you mean {close}?" : "";
            findings.Warning(section["valid_http_versions"]!, $"no answer has the version {QuotedString.Of(version)}{hint}");
        }
        return versions;
    }

    private static Dictionary<string, string> ReadHeaders(Findings findings, MappingReader section)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in section.FreeEntries("headers"))
        {
            if (value is ScalarNode scalar && !scalar.Value.AsSpan().ContainsAny('\r', '\n'))
            {
                headers[name.Value] = scalar.IsNull ? "" : scalar.Value;
            }
            else
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into string: the value of header {name.Value} is a single line");
            }
        }
        return headers;
    }

    private static List<HeaderRule> ReadHeaderRules(ReadingContext context, MappingReader section, string key)
    {
        var rules = new List<HeaderRule>();
        foreach (var node in context.Sections(section, key, "[]config.HeaderMatch", "header name must be set for HTTP header matchers"))
        {
            var rule = new MappingReader(node, ProbeKeys.HeaderRule, context.Findings, ProbeKeys.All);
            if (rule.Text("header") is not { Length: > 0 } header)
            {
                context.Findings.Error(node, "header name must be set for HTTP header matchers");
            }
            else if (rule["regexp"] is not ScalarNode { Value.Length: > 0 } pattern)
            {
                context.Findings.Error(node, "regexp must be set for HTTP header matchers");
            }
            else if (ProbeAddressSection.Regex(context.Findings, pattern, "regexp") is { } regex)
            {
                rules.Add(new HeaderRule(header, regex, rule.Boolean("allow_missing", absent: false)));
            }
        }
        return rules;
    }

    /// <summary>Asking for one encoding and decompressing another can only fail.</summary>
    private static void RefuseOtherEncodings(Findings findings, MappingReader section, HttpProbeConfig config)
    {
        if (config.Compression.Length == 0 || !config.Headers.TryGetValue("Accept-Encoding", out var accepted))
        {
            return;
        }
        var takes = false;
        foreach (var item in accepted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = item.Split(';', StringSplitOptions.TrimEntries);
            var refused = parts.Skip(1).Any(part => part is "q=0" or "q=0.0" or "q=0.00" or "q=0.000");
            if (parts[0] == config.Compression || parts[0] == "*")
            {
                takes = !refused;
                if (parts[0] != "*")
                {
                    break;
                }
            }
        }
        if (!takes)
        {
            findings.Error(section.Key("compression")!, $"invalid configuration \"Accept-Encoding: {accepted}\", \"compression: {config.Compression}\": the header must accept it");
        }
    }
}
