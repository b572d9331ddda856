using Touchline.Configuration.Syntax;
using Touchline.Model;

namespace Touchline.Configuration.Sections;

/// <summary>kubernetes_sd_configs.</summary>
internal static class KubernetesDiscoverySection
{
    private const string RoleNames = "pod, service, endpoints, endpointslice, node, ingress";

    private static readonly Dictionary<string, KubernetesRole> Roles = new(StringComparer.Ordinal)
    {
        ["pod"] = KubernetesRole.Pod,
        ["service"] = KubernetesRole.Service,
        ["endpoints"] = KubernetesRole.Endpoints,
        ["endpointslice"] = KubernetesRole.EndpointSlice,
        ["node"] = KubernetesRole.Node,
        ["ingress"] = KubernetesRole.Ingress,
    };

    public static string NameOf(KubernetesRole role) => Roles.First(named => named.Value == role).Key;

    public static IReadOnlyList<KubernetesDiscoveryConfig> Read(ReadingContext context, MappingReader parent, string where)
    {
        var discoveries = new List<KubernetesDiscoveryConfig>();
        foreach (var node in context.Sections(parent, "kubernetes_sd_configs", "[]*kubernetes.SDConfig", "empty or null section in kubernetes_sd_configs"))
        {
            discoveries.Add(ReadOne(context, context.Section(node, DiscoveryKeys.Kubernetes), where));
        }
        return discoveries;
    }

    private static KubernetesDiscoveryConfig ReadOne(ReadingContext context, MappingReader section, string where)
    {
        var role = ReadRole(context.Findings, section);
        if (role is null && !section.Has("role"))
        {
            context.Findings.Error(section.Node, $"role missing (one of: {RoleNames})");
        }
        var names = section.Mapping("namespaces") is { } namespaces ? context.Section(namespaces, DiscoveryKeys.KubernetesNamespaces) : null;
        var metadata = section.Mapping("attach_metadata") is { } attached ? context.Section(attached, DiscoveryKeys.KubernetesMetadata) : null;
        var config = new KubernetesDiscoveryConfig
        {
            Role = role ?? KubernetesRole.Pod,
            ApiServer = section.Text("api_server") is { Length: > 0 } server ? server : null,
            KubeConfigFile = context.FilePath(section, "kubeconfig_file", FileReferenceKind.Credentials),
            Namespaces = names?.Texts("names") ?? [],
            OwnNamespace = names?.Boolean("own_namespace", absent: false) ?? false,
            Selectors = ReadSelectors(context, section, role ?? KubernetesRole.Pod),
            AttachNode = metadata?.Boolean("node", absent: false) ?? false,
            Http = HttpClientSection.Read(context, section, where + "kubernetes_sd_configs."),
        };
        RejectCombinations(context.Findings, section, config);
        return config;
    }

    private static KubernetesRole? ReadRole(Findings findings, MappingReader section)
    {
        if (section.Text("role") is not { Length: > 0 } name)
        {
            return null;
        }
        if (Roles.TryGetValue(name, out var role))
        {
            return role;
        }
        findings.Error(section["role"]!, $"unknown Kubernetes SD role {QuotedString.Of(name)}; one of {RoleNames}");
        return null;
    }

    private static List<KubernetesSelector> ReadSelectors(ReadingContext context, MappingReader parent, KubernetesRole of)
    {
        var selectors = new List<KubernetesSelector>();
        var allowed = SelectableWith(of);
        foreach (var node in context.Sections(parent, "selectors", "[]kubernetes.SelectorConfig"))
        {
            var section = context.Section(node, DiscoveryKeys.KubernetesSelector);
            var role = ReadRole(context.Findings, section);
            if (role is null || !allowed.Contains(role.Value))
            {
                context.Findings.Error(section["role"] ?? node, $"{NameOf(of)} role supports only {string.Join(", ", allowed.Select(NameOf))} selectors");
                continue;
            }
            if (selectors.Any(selector => selector.Role == role))
            {
                context.Findings.Error(section["role"]!, $"duplicated selector role: {NameOf(role.Value)}");
            }
            var selector = new KubernetesSelector(role.Value, section.Text("label") ?? "", section.Text("field") ?? "");
            CheckSelector(context.Findings, section, selector);
            selectors.Add(selector);
        }
        return selectors;
    }

    private static KubernetesRole[] SelectableWith(KubernetesRole role) =>
        role is KubernetesRole.Endpoints or KubernetesRole.EndpointSlice ? [KubernetesRole.Pod, KubernetesRole.Service, role] : [role];

    private static void CheckSelector(Findings findings, MappingReader section, KubernetesSelector selector)
    {
        if (KubernetesSelectorText.ProblemOfLabels(selector.Label) is { } label)
        {
            findings.Error(section["label"]!, label);
        }
        if (KubernetesSelectorText.ProblemOfFields(selector.Field) is { } field)
        {
            findings.Error(section["field"]!, field);
        }
    }

    private static void RejectCombinations(Findings findings, MappingReader section, KubernetesDiscoveryConfig config)
    {
        var isCustom = HttpClientKeys.AreCustom(config.Http);
        if (config.ApiServer is { } server && !Uri.TryCreate(server, UriKind.Absolute, out _))
        {
            findings.Error(section["api_server"]!, $"parse {QuotedString.Of(server)}: missing protocol scheme; https://host:6443, say");
        }
        if (config.KubeConfigFile is not null && config.ApiServer is not null)
        {
            findings.Error(section.Key("kubeconfig_file")!, "cannot use 'kubeconfig_file' and 'api_server' simultaneously");
        }
        else if (config.KubeConfigFile is not null && isCustom)
        {
            findings.Error(section.Key("kubeconfig_file")!, "cannot use a custom HTTP client configuration together with 'kubeconfig_file'");
        }
        else if (config.ApiServer is null && isCustom)
        {
            findings.Error(section.Node, "to use custom HTTP client configuration please provide the 'api_server' URL explicitly");
        }
        if (config.OwnNamespace && (config.ApiServer ?? config.KubeConfigFile) is not null)
        {
            var other = config.ApiServer is not null ? "api_server" : "kubeconfig_file";
            findings.Error(section.Key("namespaces")!, $"cannot use '{other}' and 'namespaces.own_namespace' simultaneously");
        }
    }
}
