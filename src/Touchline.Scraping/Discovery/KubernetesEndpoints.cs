using System.Text.Json;
using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>
/// The targets of one object of the roles endpoints and endpointslice: its addresses with its ports, and the ports of the pods behind it
/// that it does not name.
/// </summary>
internal sealed class KubernetesEndpoints(KubernetesTargets cluster, KubernetesDiscoveryConfig config, JsonElement item)
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    private readonly string _namespace = item.Text("metadata", "namespace");
    private readonly List<StaticConfig> _targets = [];
    private readonly Dictionary<string, PodBehind> _pods = new(StringComparer.Ordinal);
    private MetaLabels _common = KubernetesLabels.None();

    public IReadOnlyList<StaticConfig> All()
    {
        var isSlice = config.Role == KubernetesRole.EndpointSlice;
        _common = KubernetesLabels.None().Set("namespace", _namespace);
        KubernetesLabels.AddMetadata(_common, item, isSlice ? "endpointslice" : "endpoints");
        var service = isSlice ? item.Text("metadata", "labels", ServiceNameLabel) : item.Text("metadata", "name");
        if (cluster.Find(KubernetesRole.Service, _namespace, service) is { ValueKind: JsonValueKind.Object } found)
        {
            _common.Merge(KubernetesLabels.OfService(found));
        }
        if (isSlice)
        {
            AddSlice();
        }
        else
        {
            AddSubsets();
        }
        foreach (var pod in _pods.Values)
        {
            AddOtherPorts(pod);
        }
        return _targets;
    }

    private void AddSubsets()
    {
        foreach (var subset in item.Items("subsets"))
        {
            foreach (var port in subset.Items("ports"))
            {
                AddAddresses(subset.Items("addresses"), port, isReady: true);
                AddAddresses(subset.Items("notReadyAddresses"), port, isReady: false);
            }
        }
    }

    private void AddAddresses(IEnumerable<JsonElement> addresses, JsonElement port, bool isReady)
    {
        foreach (var address in addresses)
        {
            var target = address.At("targetRef");
            var labels = KubernetesLabels.None()
                .Set("endpoint_port_name", port.Text("name"))
                .Set("endpoint_port_protocol", port.Text("protocol"))
                .Set("endpoint_ready", isReady)
                .Set("endpoint_address_target_kind", target.Text("kind"))
                .Set("endpoint_address_target_name", target.Text("name"))
                .Set("endpoint_node_name", address.Text("nodeName"))
                .Set("endpoint_hostname", address.Text("hostname"));
            var isNode = !address.At("nodeName").IsThere() && target.Text("kind") == "Node";
            cluster.AttachNode(labels, isNode ? target.Text("name") : address.Text("nodeName"));
            Add(labels, target, MetaLabels.Join(address.Text("ip"), port.Number("port")), port);
        }
    }

    private void AddSlice()
    {
        _common.Set("endpointslice_address_type", item.Text("addressType"));
        foreach (var endpoint in item.Items("endpoints"))
        {
            foreach (var port in item.Items("ports"))
            {
                foreach (var address in endpoint.Items("addresses"))
                {
                    AddEndpoint(endpoint, port, address.ToString());
                }
            }
        }
    }

    private void AddEndpoint(JsonElement endpoint, JsonElement port, string address)
    {
        var target = endpoint.At("targetRef");
        var labels = KubernetesLabels.None()
            .Set("endpointslice_port_name", port.Text("name"))
            .Set("endpointslice_port_protocol", port.Text("protocol"))
            .Set("endpointslice_port", port.Text("port"))
            .Set("endpointslice_port_app_protocol", port.Text("appProtocol"))
            .Set("endpointslice_endpoint_conditions_ready", Condition(endpoint, "ready"))
            .Set("endpointslice_endpoint_conditions_serving", Condition(endpoint, "serving"))
            .Set("endpointslice_endpoint_conditions_terminating", Condition(endpoint, "terminating"))
            .Set("endpointslice_address_target_kind", target.Text("kind"))
            .Set("endpointslice_address_target_name", target.Text("name"))
            .Set("endpointslice_endpoint_hostname", endpoint.Text("hostname"))
            .Set("endpointslice_endpoint_node_name", endpoint.Text("nodeName"))
            .Set("endpointslice_endpoint_zone", endpoint.Text("zone"));
        KubernetesLabels.AddEach(labels, endpoint.At("deprecatedTopology"), "endpointslice_endpoint_topology", "_present_");
        cluster.AttachNode(labels, target.Text("kind") == "Node" ? target.Text("name") : endpoint.Text("nodeName"));
        Add(labels, target, port.At("port").IsThere() ? MetaLabels.Join(address, port.Number("port")) : address, port);
    }

    private static string Condition(JsonElement endpoint, string name) => endpoint.At("conditions", name).ValueKind switch
    {
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "",
    };

    /// <summary>Adds a target, with the labels of the pod behind it if it is one.</summary>
    private void Add(MetaLabels labels, JsonElement target, string address, JsonElement port)
    {
        if (PodOf(target) is { } pod)
        {
            var number = port.Number("port");
            pod.KnownPorts.Add(number);
            labels.Merge(KubernetesLabels.OfPod(pod.Pod));
            foreach (var container in KubernetesContainer.Of(pod.Pod))
            {
                var own = container.Ports.FirstOrDefault(candidate => candidate.Number("containerPort") == number);
                if (own.IsThere())
                {
                    container.AddTo(labels);
                    KubernetesContainer.AddPortTo(labels, own, port.Text("protocol"));
                }
            }
        }
        _targets.Add(_common.Copy().Merge(labels).Target(address));
    }

    private PodBehind? PodOf(JsonElement target)
    {
        if (target.Text("kind") != "Pod")
        {
            return null;
        }
        var inNamespace = target.Text("namespace") is { Length: > 0 } given ? given : "";
        var name = target.Text("name");
        if (_pods.TryGetValue($"{inNamespace}/{name}", out var known))
        {
            return known;
        }
        var pod = cluster.Find(KubernetesRole.Pod, inNamespace, name);
        return pod.IsThere() ? _pods[$"{inNamespace}/{name}"] = new PodBehind(pod, []) : null;
    }

    private void AddOtherPorts(PodBehind pod)
    {
        var ip = pod.Pod.Text("status", "podIP");
        if (ip.Length == 0)
        {
            return;
        }
        foreach (var container in KubernetesContainer.Of(pod.Pod))
        {
            foreach (var port in container.Ports.Where(port => !pod.KnownPorts.Contains(port.Number("containerPort"))))
            {
                var labels = _common.Copy().Merge(KubernetesLabels.OfPod(pod.Pod));
                container.AddTo(labels);
                KubernetesContainer.AddPortTo(labels, port, port.Text("protocol"));
                _targets.Add(labels.Target(MetaLabels.Join(ip, port.Number("containerPort"))));
            }
        }
    }

    private sealed record PodBehind(JsonElement Pod, HashSet<long> KnownPorts);
}
