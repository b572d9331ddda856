using System.Text.Json;

namespace Touchline.Scraping.Discovery;

/// <summary>A container of a pod.</summary>
/// <param name="Spec">What the pod says of it.</param>
/// <param name="IsInit">Whether it runs before the others.</param>
/// <param name="Id">Empty until it runs.</param>
internal sealed record KubernetesContainer(JsonElement Spec, bool IsInit, string Id)
{
    public IEnumerable<JsonElement> Ports => Spec.Items("ports");

    /// <summary>The containers of a pod, then those that run before them.</summary>
    public static IEnumerable<KubernetesContainer> Of(JsonElement pod) =>
    [
        .. pod.Items("spec", "containers").Select(spec => new KubernetesContainer(spec, false, IdOf(pod, "containerStatuses", spec))),
        .. pod.Items("spec", "initContainers").Select(spec => new KubernetesContainer(spec, true, IdOf(pod, "initContainerStatuses", spec))),
    ];

    public void AddTo(MetaLabels labels) => labels
        .Set("pod_container_name", Spec.Text("name"))
        .Set("pod_container_image", Spec.Text("image"))
        .Set("pod_container_init", IsInit);

    public static void AddPortTo(MetaLabels labels, JsonElement port, string protocol) => labels
        .Set("pod_container_port_name", port.Text("name"))
        .Set("pod_container_port_number", port.Text("containerPort"))
        .Set("pod_container_port_protocol", protocol);

    private static string IdOf(JsonElement pod, string list, JsonElement spec) =>
        pod.Items("status", list).FirstOrDefault(status => status.Text("name") == spec.Text("name")).Text("containerID");
}
