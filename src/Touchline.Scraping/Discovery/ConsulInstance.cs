using System.Text.Json;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>One instance of a service, as Consul's health endpoint tells of it.</summary>
internal static class ConsulInstance
{
    /// <summary>States of a check, the worst first.</summary>
    private static readonly string[] States = ["maintenance", "critical", "warning", "passing"];

    public static StaticConfig Target(JsonElement instance, string service, string datacenter, string tagSeparator)
    {
        var own = instance.At("Service");
        var node = instance.At("Node");
        // A separator on both sides, so that an expression need not ask where in the list a tag stands.
        var tags = string.Concat(own.Items("Tags").Select(tag => tagSeparator + tag));
        var host = own.Text("Address") is { Length: > 0 } address ? address : node.Text("Address");
        return new MetaLabels(LabelNames.MetaPrefix + "consul_")
            .Set("service", service)
            .Set("dc", datacenter)
            .Set("address", node.Text("Address"))
            .Set("node", node.Text("Node"))
            .Set("namespace", own.Text("Namespace"))
            .Set("partition", own.Text("Partition"))
            .Set("tags", tags.Length > 0 ? tags + tagSeparator : tagSeparator + tagSeparator)
            .Set("service_address", own.Text("Address"))
            .Set("service_port", own.Text("Port") is { Length: > 0 } port ? port : "0")
            .Set("service_id", own.Text("ID"))
            .Set("health", HealthOf(instance))
            .SetEach("metadata_", node.At("Meta"))
            .SetEach("service_metadata_", own.At("Meta"))
            .SetEach("tagged_address_", node.At("TaggedAddresses"))
            .Target(MetaLabels.Join(host, own.Number("Port")));
    }

    /// <summary>The worst of the states of its checks; passing where it has none.</summary>
    private static string HealthOf(JsonElement instance)
    {
        var states = instance.Items("Checks").Select(StateOf).ToHashSet(StringComparer.Ordinal);
        return States.FirstOrDefault(states.Contains) ?? "passing";
    }

    private static string StateOf(JsonElement check)
    {
        var id = check.Text("CheckID");
        return id == "_node_maintenance" || id.StartsWith("_service_maintenance:", StringComparison.Ordinal) ? "maintenance" : check.Text("Status");
    }
}
