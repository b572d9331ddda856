using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>A kind of object of an API server, and where it is listed.</summary>
internal sealed record KubernetesResource(KubernetesRole Role, string Group, string Plural, bool IsNamespaced)
{
    private static readonly KubernetesResource[] All =
    [
        new(KubernetesRole.Node, "/api/v1", "nodes", false),
        new(KubernetesRole.Pod, "/api/v1", "pods", true),
        new(KubernetesRole.Service, "/api/v1", "services", true),
        new(KubernetesRole.Endpoints, "/api/v1", "endpoints", true),
        new(KubernetesRole.EndpointSlice, "/apis/discovery.k8s.io/v1", "endpointslices", true),
        new(KubernetesRole.Ingress, "/apis/networking.k8s.io/v1", "ingresses", true),
    ];

    public static KubernetesResource Of(KubernetesRole role) => All.First(resource => resource.Role == role);

    /// <summary>What has to be known for targets of a role: their objects, and those whose labels they get.</summary>
    public static IEnumerable<KubernetesResource> NeededFor(KubernetesDiscoveryConfig config)
    {
        yield return Of(config.Role);
        if (config.Role is KubernetesRole.Endpoints or KubernetesRole.EndpointSlice)
        {
            yield return Of(KubernetesRole.Service);
            yield return Of(KubernetesRole.Pod);
        }
        if (config.AttachNode && config.Role is KubernetesRole.Pod or KubernetesRole.Endpoints or KubernetesRole.EndpointSlice)
        {
            yield return Of(KubernetesRole.Node);
        }
    }

    /// <summary>The path of the list; of all namespaces where none is given.</summary>
    public string Path(string name) => IsNamespaced && name.Length > 0 ? $"{Group}/namespaces/{Uri.EscapeDataString(name)}/{Plural}" : $"{Group}/{Plural}";
}
