using System.Text.Json;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>Labels that objects of a cluster give to targets.</summary>
internal static class KubernetesLabels
{
    /// <summary>Which address of a node is taken, the best first.</summary>
    private static readonly string[] AddressTypes = ["InternalIP", "InternalDNS", "ExternalIP", "ExternalDNS", "LegacyHostIP", "Hostname"];

    public static MetaLabels None() => new(LabelNames.MetaPrefix + "kubernetes_");

    /// <summary>Name, labels and annotations of an object, each of which is a label of its own and another that says that it is there.</summary>
    /// <param name="role">The word in the labels' names: <c>pod</c>.</param>
    public static void AddMetadata(MetaLabels labels, JsonElement item, string role)
    {
        labels.Set(role + "_name", item.Text("metadata", "name"));
        AddEach(labels, item.At("metadata", "labels"), role + "_label");
        AddEach(labels, item.At("metadata", "annotations"), role + "_annotation");
    }

    /// <summary>As <see cref="AddMetadata"/> of any pairs.</summary>
    public static void AddEach(MetaLabels labels, JsonElement pairs, string name, string present = "present_")
    {
        foreach (var (key, value) in pairs.Texts())
        {
            var sanitized = MetaLabels.Sanitize(key);
            labels.Set($"{name}_{sanitized}", value);
            labels.Set($"{name}{present}{sanitized}", "true");
        }
    }

    public static MetaLabels OfPod(JsonElement pod)
    {
        var labels = None()
            .Set("pod_ip", pod.Text("status", "podIP"))
            .Set("pod_ready", ReadinessOf(pod))
            .Set("pod_phase", pod.Text("status", "phase"))
            .Set("pod_node_name", pod.Text("spec", "nodeName"))
            .Set("pod_host_ip", pod.Text("status", "hostIP"))
            .Set("pod_uid", pod.Text("metadata", "uid"));
        AddMetadata(labels, pod, "pod");
        var controller = pod.Items("metadata", "ownerReferences").FirstOrDefault(owner => owner.At("controller").ValueKind == JsonValueKind.True);
        return labels.Set("pod_controller_kind", controller.Text("kind")).Set("pod_controller_name", controller.Text("name"));
    }

    public static MetaLabels OfService(JsonElement service)
    {
        var labels = None().Set("namespace", service.Text("metadata", "namespace"));
        AddMetadata(labels, service, "service");
        return labels;
    }

    /// <summary>The address of a node, null where it has none.</summary>
    public static string? AddressOf(JsonElement node)
    {
        var addresses = node.Items("status", "addresses").ToLookup(address => address.Text("type"), address => address.Text("address"), StringComparer.Ordinal);
        return AddressTypes.Where(addresses.Contains).Select(type => addresses[type].First()).FirstOrDefault();
    }

    private static string ReadinessOf(JsonElement pod)
    {
        var ready = pod.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Ready");
        return ready.IsThere() ? ready.Text("status").ToLowerInvariant() : "unknown";
    }
}
