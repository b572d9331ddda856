using System.Net;
using Touchline.Configuration.Probes;
using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>What several kinds of probes share: which address, which expressions.</summary>
internal static class ProbeAddressSection
{
    private static readonly string[] Protocols = ["ip4", "ip6"];

    public static ProbeAddressConfig Read(Findings findings, MappingReader section)
    {
        var protocol = OneOf(findings, section, "preferred_ip_protocol", Protocols) ?? "ip6";
        var source = section.Key("source_ip_address") is null ? null : section.Text("source_ip_address");
        if (!string.IsNullOrEmpty(source) && !IPAddress.TryParse(source, out _))
        {
            findings.Error(section["source_ip_address"]!, $"source_ip_address {QuotedString.Of(source)} is not an IP address");
            source = null;
        }
        return new ProbeAddressConfig
        {
            PrefersIp4 = protocol == "ip4",
            Fallback = section.Boolean("ip_protocol_fallback", absent: true),
            Source = string.IsNullOrEmpty(source) ? null : source,
        };
    }

    /// <summary>A text that is one of a few; null where it is absent, empty or another.</summary>
    public static string? OneOf(Findings findings, MappingReader section, string key, IReadOnlyCollection<string> allowed)
    {
        var text = section.Text(key);
        if (string.IsNullOrEmpty(text) || allowed.Contains(text))
        {
            return text is "" ? null : text;
        }
        var hint = Spelling.Closest(text, allowed) is { } close ? $"; did you mean {close}?"
            : allowed.Count <= 12 ? $"; it is one of {string.Join(", ", allowed)}" : "";
        findings.Error(section[key]!, $"{key} {QuotedString.Of(text)} is not valid{hint}");
        return null;
    }

    public static IReadOnlyList<SearchRegex> Regexes(Findings findings, MappingReader section, string key)
    {
        var regexes = new List<SearchRegex>();
        foreach (var item in section.Items(key, "[]config.Regexp"))
        {
            if (item is not ScalarNode { IsNull: false } scalar)
            {
                findings.Error(item, $"each item of {key} is a regular expression");
            }
            else if (Regex(findings, scalar, key) is { } regex)
            {
                regexes.Add(regex);
            }
        }
        return regexes;
    }

    public static SearchRegex? Regex(Findings findings, ScalarNode node, string key)
    {
        try
        {
            return new SearchRegex(node.Value);
        }
        catch (RegexSyntaxException e)
        {
            findings.Error(node, $"{key}: {e.Message}");
            return null;
        }
    }
}
