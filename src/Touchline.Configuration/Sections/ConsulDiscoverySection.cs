using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>consul_sd_configs.</summary>
internal static class ConsulDiscoverySection
{
    public static IReadOnlyList<ConsulDiscoveryConfig> Read(ReadingContext context, MappingReader parent, string where)
    {
        var discoveries = new List<ConsulDiscoveryConfig>();
        foreach (var node in context.Sections(parent, "consul_sd_configs", "[]*consul.SDConfig", "empty or null section in consul_sd_configs"))
        {
            discoveries.Add(ReadOne(context, context.Section(node, DiscoveryKeys.Consul), where));
        }
        return discoveries;
    }

    private static ConsulDiscoveryConfig ReadOne(ReadingContext context, MappingReader section, string where)
    {
        var defaults = new ConsulDiscoveryConfig();
        var server = section.Text("server") ?? defaults.Server;
        if (server.Trim().Length == 0)
        {
            context.Findings.Error(section["server"] ?? section.Node, "consul SD configuration requires a server address");
        }
        return new ConsulDiscoveryConfig
        {
            Server = server,
            Scheme = section.Text("scheme") is { Length: > 0 } scheme ? scheme : defaults.Scheme,
            PathPrefix = section.Text("path_prefix") ?? "",
            Token = HttpClientSection.ReadSecret(section, "token"),
            Datacenter = section.Text("datacenter") ?? "",
            Namespace = section.Text("namespace") ?? "",
            Partition = section.Text("partition") ?? "",
            TagSeparator = section.Text("tag_separator") ?? defaults.TagSeparator,
            AllowStale = section.Boolean("allow_stale", defaults.AllowStale),
            Services = section.Texts("services"),
            Tags = section.Texts("tags"),
            NodeMeta = ReadNodeMeta(context.Findings, section),
            Filter = section.Text("filter") ?? "",
            RefreshIntervalMs = ServiceDiscovery.Interval(section, defaults.RefreshIntervalMs),
            Http = WithUser(context.Findings, section, HttpClientSection.Read(context, section, where + "consul_sd_configs.")),
        };
    }

    /// <summary>Takes username and password of the section itself for basic_auth, which they are the older way to write.</summary>
    private static HttpClientConfig WithUser(Findings findings, MappingReader section, HttpClientConfig http)
    {
        if (HttpClientSection.IsSet(section, "token") && (http.Authorization is not null || http.OAuth2 is not null))
        {
            findings.Error(section.Key("token")!, "at most one of consul SD token, authorization, or oauth2 can be configured");
        }
        var user = section.Text("username") ?? "";
        var password = HttpClientSection.ReadSecret(section, "password");
        if (user.Length == 0 && password is null)
        {
            return http;
        }
        if (http.BasicAuth is not null)
        {
            findings.Error(section.Key("basic_auth")!, "at most one of consul SD configuration username and password and basic auth can be configured");
        }
        return http with { BasicAuth = new BasicAuthConfig(user, null, password, null) };
    }

    private static Dictionary<string, string> ReadNodeMeta(Findings findings, MappingReader section)
    {
        var meta = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in section.FreeEntries("node_meta"))
        {
            if (value is ScalarNode scalar)
            {
                meta[name.Value] = scalar.IsNull ? "" : scalar.Value;
            }
            else
            {
                findings.Error(value, $"cannot unmarshal {value.Tag} into string: {name.Value} of node_meta is a single text");
            }
        }
        return meta;
    }
}
