using System.Net;
using System.Text.Json;
using Touchline.Configuration;
using Touchline.Fetching;
using Touchline.Model;

namespace Touchline.Scraping.Discovery;

/// <summary>What the lists of a swarm become: targets with their labels.</summary>
internal static class DockerSwarmTargets
{
    private const string Prefix = LabelNames.MetaPrefix + "dockerswarm_";

    /// <summary>Each node once.</summary>
    public static IReadOnlyList<StaticConfig> OfNodes(JsonElement nodes, int port)
    {
        var targets = new List<StaticConfig>();
        foreach (var node in nodes.EnumerateArray())
        {
            var labels = LabelsOfNode(node).Set("node_engine_version", node.Text("Description", "Engine", "EngineVersion"));
            if (node.At("ManagerStatus") is { ValueKind: JsonValueKind.Object } manager)
            {
                labels.Set("node_manager_leader", manager.At("Leader").ValueKind == JsonValueKind.True)
                    .Set("node_manager_reachability", manager.Text("Reachability"))
                    .Set("node_manager_address", manager.Text("Addr"));
            }
            targets.Add(labels.Target(MetaLabels.Join(node.Text("Status", "Addr"), port)));
        }
        return targets;
    }

    /// <summary>Each service once for each of its addresses and published TCP ports.</summary>
    /// <exception cref="FetchException">An address is none.</exception>
    public static IReadOnlyList<StaticConfig> OfServices(JsonElement services, JsonElement networks, int port)
    {
        var targets = new List<StaticConfig>();
        var byNetwork = DockerDaemon.NetworkLabels(networks, Prefix);
        foreach (var service in services.EnumerateArray())
        {
            var container = service.At("Spec", "TaskTemplate", "ContainerSpec");
            var common = LabelsOfService(service)
                .Set("service_task_container_hostname", container.Text("Hostname"))
                .Set("service_task_container_image", container.Text("Image"))
                .Set("service_updating_status", service.Text("UpdateStatus", "State"));
            foreach (var address in service.Items("Endpoint", "VirtualIPs"))
            {
                var labels = WithNetwork(common, byNetwork, address.Text("NetworkID"));
                AddEach(targets, TcpPorts(service), AddressOf(address.Text("Addr")), port, labels, (own, published) => own
                    .Set("service_endpoint_port_name", published.Text("Name"))
                    .Set("service_endpoint_port_publish_mode", published.Text("PublishMode")));
            }
        }
        return targets;
    }

    /// <summary>Each task once for each port of its own on its node, and for each of its addresses and its service's ports.</summary>
    /// <exception cref="FetchException">An address is none.</exception>
    public static IReadOnlyList<StaticConfig> OfTasks(JsonElement tasks, JsonElement services, JsonElement nodes, JsonElement networks, int port)
    {
        var targets = new List<StaticConfig>();
        var byService = services.EnumerateArray().ToLookup(service => service.Text("ID"), StringComparer.Ordinal);
        var byNode = nodes.EnumerateArray().ToLookup(node => node.Text("ID"), StringComparer.Ordinal);
        var byNetwork = DockerDaemon.NetworkLabels(networks, Prefix);
        foreach (var task in tasks.EnumerateArray())
        {
            var service = byService[task.Text("ServiceID")].FirstOrDefault();
            var node = byNode[task.Text("NodeID")].FirstOrDefault();
            var common = LabelsOfTask(task, service, node);
            foreach (var own in TcpPorts(task.At("Status", "PortStatus")))
            {
                targets.Add(common.Copy().Set("task_port_publish_mode", own.Text("PublishMode"))
                    .Target(MetaLabels.Join(node.Text("Status", "Addr"), own.Number("PublishedPort"))));
            }
            foreach (var attachment in task.Items("NetworksAttachments"))
            {
                var labels = WithNetwork(common, byNetwork, attachment.Text("Network", "ID"));
                foreach (var address in attachment.Items("Addresses"))
                {
                    AddEach(targets, TcpPorts(service), AddressOf(address.ToString()), port, labels, (own, published) => own
                        .Set("task_port_publish_mode", published.Text("PublishMode")));
                }
            }
        }
        return targets;
    }

    private static MetaLabels LabelsOfNode(JsonElement node) => new MetaLabels(Prefix)
        .Set("node_id", node.Text("ID"))
        .Set("node_role", node.Text("Spec", "Role"))
        .Set("node_address", node.Text("Status", "Addr"))
        .Set("node_availability", node.Text("Spec", "Availability"))
        .Set("node_hostname", node.Text("Description", "Hostname"))
        .Set("node_platform_architecture", node.Text("Description", "Platform", "Architecture"))
        .Set("node_platform_os", node.Text("Description", "Platform", "OS"))
        .Set("node_status", node.Text("Status", "State"))
        .SetEach("node_label_", node.At("Spec", "Labels"));

    private static MetaLabels LabelsOfService(JsonElement service)
    {
        var mode = service.At("Spec", "Mode");
        return new MetaLabels(Prefix)
            .Set("service_id", service.Text("ID"))
            .Set("service_name", service.Text("Spec", "Name"))
            .Set("service_mode", mode.At("Global").IsThere() ? "global" : mode.At("Replicated").IsThere() ? "replicated" : "")
            .SetEach("service_label_", service.At("Spec", "Labels"));
    }

    private static MetaLabels LabelsOfTask(JsonElement task, JsonElement service, JsonElement node)
    {
        var labels = new MetaLabels(Prefix)
            .Set("task_id", task.Text("ID"))
            .Set("task_desired_state", task.Text("DesiredState"))
            .Set("task_state", task.Text("Status", "State"))
            .Set("task_slot", task.Text("Slot") is { Length: > 0 } slot ? slot : "0")
            .Set("task_container_id", task.Text("Status", "ContainerStatus", "ContainerID"))
            .SetEach("container_label_", task.At("Spec", "ContainerSpec", "Labels"));
        if (service.IsThere())
        {
            labels.Merge(LabelsOfService(service));
        }
        return node.IsThere() ? labels.Merge(LabelsOfNode(node)) : labels;
    }

    private static MetaLabels WithNetwork(MetaLabels common, Dictionary<string, MetaLabels> byNetwork, string id) =>
        byNetwork.TryGetValue(id, out var labels) ? common.Copy().Merge(labels) : common;

    /// <summary>The TCP ports of a service's endpoint or a task's status.</summary>
    private static IEnumerable<JsonElement> TcpPorts(JsonElement owner) =>
        owner.Items("Endpoint", "Ports").Concat(owner.Items("Ports")).Where(port => port.Text("Protocol") == "tcp");

    /// <summary>A target for each port, or one with the configured port where there is none.</summary>
    private static void AddEach(
        List<StaticConfig> targets, IEnumerable<JsonElement> ports, string host, int without, MetaLabels labels, Func<MetaLabels, JsonElement, MetaLabels> describe)
    {
        var hasPort = false;
        foreach (var port in ports)
        {
            hasPort = true;
            targets.Add(describe(labels.Copy(), port).Target(MetaLabels.Join(host, port.Number("PublishedPort"))));
        }
        if (!hasPort)
        {
            targets.Add(labels.Target(MetaLabels.Join(host, without)));
        }
    }

    /// <summary>The address of one with the length of its network behind it.</summary>
    private static string AddressOf(string text) =>
        text.Split('/') is [var address, _] && IPAddress.TryParse(address, out var parsed)
            ? parsed.ToString()
            : throw new FetchException($"error while parsing address {QuotedString.Of(text)}: it is none with a length, as 10.0.0.2/24");
}
