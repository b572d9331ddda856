using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>docker_sd_configs.</summary>
internal static class DockerDiscoverySection
{
    private static readonly string[] Schemes = ["unix", "tcp", "http", "https"];

    public static IReadOnlyList<DockerDiscoveryConfig> Read(ReadingContext context, MappingReader parent, string where)
    {
        var discoveries = new List<DockerDiscoveryConfig>();
        foreach (var node in context.Sections(parent, "docker_sd_configs", "[]*moby.DockerSDConfig", "empty or null section in docker_sd_configs"))
        {
            discoveries.Add(ReadOne(context, context.Section(node, DiscoveryKeys.Docker), where));
        }
        return discoveries;
    }

    private static DockerDiscoveryConfig ReadOne(ReadingContext context, MappingReader section, string where)
    {
        var defaults = new DockerDiscoveryConfig { Host = "" };
        var host = section.Text("host") ?? "";
        CheckHost(context.Findings, section, host, "docker_sd_configs");
        return new DockerDiscoveryConfig
        {
            Host = host,
            Port = section.Integer("port") ?? defaults.Port,
            Filters = ReadFilters(context, section),
            HostNetworkingHost = section.Text("host_networking_host") ?? defaults.HostNetworkingHost,
            MatchFirstNetwork = section.Boolean("match_first_network", defaults.MatchFirstNetwork),
            RefreshIntervalMs = ServiceDiscovery.Interval(section, defaults.RefreshIntervalMs),
            Http = HttpClientSection.Read(context, section, where + "docker_sd_configs."),
        };
    }

    /// <summary>Filters of the Engine API; those of one name are one filter.</summary>
    public static Dictionary<string, IReadOnlyList<string>> ReadFilters(ReadingContext context, MappingReader section)
    {
        var filters = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var node in context.Sections(section, "filters", "[]moby.Filter"))
        {
            var filter = context.Section(node, DiscoveryKeys.DockerFilter);
            var name = filter.Text("name") ?? "";
            filters[name] = [.. filters.GetValueOrDefault(name) ?? [], .. filter.Texts("values")];
        }
        return filters;
    }

    /// <summary>Says what is wrong with the address of a daemon.</summary>
    public static void CheckHost(Findings findings, MappingReader section, string host, string where)
    {
        var at = section["host"] ?? section.Node;
        if (host.Length == 0)
        {
            findings.Error(at, "host missing: unix:///var/run/docker.sock, say, or tcp://host:2375");
        }
        else if (!Uri.TryCreate(host, UriKind.Absolute, out var url))
        {
            findings.Error(at, $"parse {QuotedString.Of(host)}: not a URL; unix:///var/run/docker.sock, say, or tcp://host:2375");
        }
        else if (!Schemes.Contains(url.Scheme))
        {
            findings.Warning(at, $"{where} asks over {string.Join(", ", Schemes)} and not over {url.Scheme}: no targets will be found");
        }
    }
}
