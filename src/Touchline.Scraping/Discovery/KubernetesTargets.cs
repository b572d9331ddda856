using System.Text.Json;
using Touchline.Configuration;

namespace Touchline.Scraping.Discovery;

/// <summary>Makes targets of the objects of a cluster. Which there are and what their labels are is documented with Prometheus's kubernetes_sd_config.</summary>
/// <param name="config">The role, and whether nodes' labels are attached.</param>
/// <param name="objects">The objects of a kind, as lists of them by namespace and name.</param>
internal sealed class KubernetesTargets(KubernetesDiscoveryConfig config, Func<KubernetesRole, IEnumerable<IReadOnlyDictionary<string, JsonElement>>> objects)
{
    private readonly List<StaticConfig> _targets = [];

    public IReadOnlyList<StaticConfig> All()
    {
        var sorted = objects(config.Role).SelectMany(list => list).OrderBy(item => item.Key, StringComparer.Ordinal).Select(item => item.Value);
        foreach (var item in sorted)
        {
            switch (config.Role)
            {
                case KubernetesRole.Node:
                    AddNode(item);
                    break;
                case KubernetesRole.Pod:
                    AddPod(item);
                    break;
                case KubernetesRole.Service:
                    AddService(item);
                    break;
                case KubernetesRole.Ingress:
                    AddIngress(item);
                    break;
                default:
                    _targets.AddRange(new KubernetesEndpoints(this, config, item).All());
                    break;
            }
        }
        return _targets;
    }

    /// <summary>The object of a kind with this name; undefined where there is none.</summary>
    public JsonElement Find(KubernetesRole role, string inNamespace, string name)
    {
        foreach (var list in objects(role))
        {
            if (list.TryGetValue($"{inNamespace}/{name}", out var found))
            {
                return found;
            }
        }
        return default;
    }

    /// <summary>Adds the labels of the node of that name, where they are wanted and known.</summary>
    public void AttachNode(MetaLabels labels, string name)
    {
        if (config.AttachNode && Find(KubernetesRole.Node, "", name) is { ValueKind: JsonValueKind.Object } node)
        {
            KubernetesLabels.AddMetadata(labels, node, "node");
        }
    }

    private void AddNode(JsonElement node)
    {
        if (KubernetesLabels.AddressOf(node) is not { } address)
        {
            return;
        }
        var name = node.Text("metadata", "name");
        var labels = KubernetesLabels.None().Set("node_provider_id", node.Text("spec", "providerID"));
        KubernetesLabels.AddMetadata(labels, node, "node");
        foreach (var group in node.Items("status", "addresses").GroupBy(a => a.Text("type"), StringComparer.Ordinal))
        {
            labels.Set("node_address_" + MetaLabels.Sanitize(group.Key), group.First().Text("address"));
        }
        labels.SetPlain(Model.LabelNames.Instance, name);
        _targets.Add(labels.Target(MetaLabels.Join(address, node.Number("status", "daemonEndpoints", "kubeletEndpoint", "Port"))));
    }

    private void AddPod(JsonElement pod)
    {
        var ip = pod.Text("status", "podIP");
        if (ip.Length == 0)
        {
            return;
        }
        var labels = KubernetesLabels.OfPod(pod).Set("namespace", pod.Text("metadata", "namespace"));
        AttachNode(labels, pod.Text("spec", "nodeName"));
        foreach (var container in KubernetesContainer.Of(pod))
        {
            var own = labels.Copy();
            container.AddTo(own);
            own.Set("pod_container_id", container.Id);
            if (!container.Ports.Any())
            {
                _targets.Add(own.Target(ip));
            }
            foreach (var port in container.Ports)
            {
                var ofPort = own.Copy();
                KubernetesContainer.AddPortTo(ofPort, port, port.Text("protocol"));
                _targets.Add(ofPort.Target(MetaLabels.Join(ip, port.Number("containerPort"))));
            }
        }
    }

    private void AddService(JsonElement service)
    {
        var host = $"{service.Text("metadata", "name")}.{service.Text("metadata", "namespace")}.svc";
        var type = service.Text("spec", "type");
        foreach (var port in service.Items("spec", "ports"))
        {
            var labels = KubernetesLabels.OfService(service)
                .Set("service_port_name", port.Text("name"))
                .Set("service_port_number", port.Text("port"))
                .Set("service_port_protocol", port.Text("protocol"))
                .Set("service_type", type);
            if (type == "ExternalName")
            {
                labels.Set("service_external_name", service.Text("spec", "externalName"));
            }
            else
            {
                labels.Set("service_cluster_ip", service.Text("spec", "clusterIP"));
            }
            if (type == "LoadBalancer")
            {
                labels.Set("service_loadbalancer_ip", service.Text("spec", "loadBalancerIP"));
            }
            _targets.Add(labels.Target(MetaLabels.Join(host, port.Number("port"))));
        }
    }

    private void AddIngress(JsonElement ingress)
    {
        var labels = KubernetesLabels.None()
            .Set("namespace", ingress.Text("metadata", "namespace"))
            .Set("ingress_class_name", ingress.Text("spec", "ingressClassName"));
        KubernetesLabels.AddMetadata(labels, ingress, "ingress");
        List<string> secured = [.. ingress.Items("spec", "tls").SelectMany(tls => tls.Items("hosts")).Select(host => host.ToString())];
        foreach (var rule in ingress.Items("spec", "rules"))
        {
            var host = rule.Text("host");
            var scheme = secured.Any(pattern => IsOfPattern(host, pattern)) ? "https" : "http";
            var paths = rule.At("http").IsThere() ? rule.Items("http", "paths").Select(path => path.Text("path")) : [""];
            foreach (var path in paths)
            {
                _targets.Add(labels.Copy()
                    .Set("ingress_scheme", scheme)
                    .Set("ingress_host", host)
                    .Set("ingress_path", path.Length > 0 ? path : "/")
                    .Target(host));
            }
        }
    }

    /// <summary>Whether a host is that of a TLS entry, whose first part may be an asterisk.</summary>
    private static bool IsOfPattern(string host, string pattern)
    {
        if (host == pattern)
        {
            return true;
        }
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && pattern.StartsWith("*.", StringComparison.Ordinal) && host[dot..] == pattern[1..];
    }
}
