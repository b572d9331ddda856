using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>http_sd_configs and dns_sd_configs.</summary>
internal static class ServiceDiscovery
{
    private static readonly string[] RecordTypes = ["SRV", "A", "AAAA", "MX", "NS"];

    public static IReadOnlyList<HttpDiscoveryConfig> ReadHttp(ReadingContext context, MappingReader parent, string where)
    {
        var discoveries = new List<HttpDiscoveryConfig>();
        foreach (var node in context.Sections(parent, "http_sd_configs", "[]*http.SDConfig", "empty or null section in http_sd_configs"))
        {
            var section = context.Section(node, DiscoveryKeys.Http);
            var url = section.Text("url") ?? "";
            CheckUrl(context.Findings, section, url);
            discoveries.Add(new HttpDiscoveryConfig(url, Interval(section, 60_000), HttpClientSection.Read(context, section, where + "http_sd_configs.")));
        }
        return discoveries;
    }

    public static IReadOnlyList<DnsDiscoveryConfig> ReadDns(ReadingContext context, MappingReader parent)
    {
        var discoveries = new List<DnsDiscoveryConfig>();
        foreach (var node in context.Sections(parent, "dns_sd_configs", "[]*dns.SDConfig", "empty or null section in dns_sd_configs"))
        {
            var section = context.Section(node, DiscoveryKeys.Dns);
            var names = section.Texts("names");
            if (names.Count == 0)
            {
                context.Findings.Error(section["names"] ?? node, "DNS-SD config must contain at least one SRV record name");
            }
            var given = section.Text("type") is { Length: > 0 } text ? text : "SRV";
            var type = given.ToUpperInvariant();
            var port = section.Count("port") ?? 0;
            if (!RecordTypes.Contains(type))
            {
                context.Findings.Error(section["type"]!, $"invalid DNS-SD records type {given}; one of {string.Join(", ", RecordTypes)}");
            }
            else if (type != "SRV" && port == 0)
            {
                context.Findings.Error(section["type"]!, "a port is required in DNS-SD configs for all record types except SRV");
            }
            discoveries.Add(new DnsDiscoveryConfig(names, type, port, Interval(section, 30_000)));
        }
        return discoveries;
    }

    public static long Interval(MappingReader section, long absent) => section.Duration("refresh_interval") is { } given and > 0 ? given : absent;

    private static void CheckUrl(Findings findings, MappingReader section, string url)
    {
        var at = section["url"] ?? section.Node;
        if (url.Length == 0)
        {
            findings.Error(at, "URL is missing");
        }
        else if (!url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            findings.Error(at, "URL scheme must be 'http' or 'https'");
        }
        else if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Host.Length == 0)
        {
            findings.Error(at, $"host is missing in URL {QuotedString.Of(url)}");
        }
    }
}
