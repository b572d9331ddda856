using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>dockerswarm_sd_configs.</summary>
internal static class DockerSwarmDiscoverySection
{
    private static readonly Dictionary<string, DockerSwarmRole> Roles = new(StringComparer.Ordinal)
    {
        ["tasks"] = DockerSwarmRole.Tasks,
        ["services"] = DockerSwarmRole.Services,
        ["nodes"] = DockerSwarmRole.Nodes,
    };

    public static string NameOf(DockerSwarmRole role) => Roles.First(named => named.Value == role).Key;

    public static IReadOnlyList<DockerSwarmDiscoveryConfig> Read(ReadingContext context, MappingReader parent, string where)
    {
        var discoveries = new List<DockerSwarmDiscoveryConfig>();
        foreach (var node in context.Sections(
            parent, "dockerswarm_sd_configs", "[]*moby.DockerSwarmSDConfig", "empty or null section in dockerswarm_sd_configs"))
        {
            discoveries.Add(ReadOne(context, context.Section(node, DiscoveryKeys.DockerSwarm), where));
        }
        return discoveries;
    }

    private static DockerSwarmDiscoveryConfig ReadOne(ReadingContext context, MappingReader section, string where)
    {
        var defaults = new DockerSwarmDiscoveryConfig { Host = "", Role = DockerSwarmRole.Services };
        var host = section.Text("host") ?? "";
        DockerDiscoverySection.CheckHost(context.Findings, section, host, "dockerswarm_sd_configs");
        return new DockerSwarmDiscoveryConfig
        {
            Host = host,
            Role = ReadRole(context.Findings, section) ?? defaults.Role,
            Port = section.Integer("port") ?? defaults.Port,
            Filters = DockerDiscoverySection.ReadFilters(context, section),
            RefreshIntervalMs = ServiceDiscovery.Interval(section, defaults.RefreshIntervalMs),
            Http = HttpClientSection.Read(context, section, where + "dockerswarm_sd_configs."),
        };
    }

    private static DockerSwarmRole? ReadRole(Findings findings, MappingReader section)
    {
        if (section.Text("role") is not { Length: > 0 } name)
        {
            findings.Error(section["role"] ?? section.Node, $"role missing (one of: {string.Join(", ", Roles.Keys)})");
            return null;
        }
        if (Roles.TryGetValue(name, out var role))
        {
            return role;
        }
        findings.Error(section["role"]!, $"invalid role {name}, expected tasks, services, or nodes");
        return null;
    }
}
