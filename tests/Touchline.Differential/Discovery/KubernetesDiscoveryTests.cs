using Touchline.Scraping.Tests.Support;

namespace Touchline.Differential.Discovery;

/// <summary>The real Prometheus and Touchline ask the same API server.</summary>
public sealed class KubernetesDiscoveryTests
{
    [Fact]
    public async Task Same_objects_give_the_same_targets()
    {
        await using var server = new FakeTarget();
        var selectors = new HashSet<string>();
        FakeKubernetes.Serve(server, selectors);
        var api = $"api_server: 'http://{server.Address}'";
        var folder = Directory.CreateTempSubdirectory("touchline-kubernetes-");
        var kubeConfig = Path.Combine(folder.FullName, "config");
        await File.WriteAllTextAsync(kubeConfig, $$"""
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{ name: c, context: { cluster: k, user: u } }]
            clusters: [{ name: k, cluster: { server: 'http://{{server.Address}}' } }]
            users: [{ name: u, user: { token: t } }]
            """);

        await DiscoveredTargets.CompareAsync(
            new Dictionary<string, string>
            {
                ["node"] = $"kubernetes_sd_configs: [{{ {api}, role: node }}]",
                ["pod"] = $"kubernetes_sd_configs: [{{ {api}, role: pod, attach_metadata: {{ node: true }}, selectors: [{{ role: pod, label: 'app in (web,db)', field: 'spec.nodeName!=x' }}] }}]",
                ["pod_shop"] = $"kubernetes_sd_configs: [{{ {api}, role: pod, namespaces: {{ names: [shop] }} }}]",
                ["service"] = $"kubernetes_sd_configs: [{{ {api}, role: service }}]",
                ["endpoints"] = $"kubernetes_sd_configs: [{{ {api}, role: endpoints }}]",
                ["endpoints_node"] = $"kubernetes_sd_configs: [{{ {api}, role: endpoints, attach_metadata: {{ node: true }}, namespaces: {{ names: [shop, data] }} }}]",
                ["slice"] = $"kubernetes_sd_configs: [{{ {api}, role: endpointslice }}]",
                ["slice_node"] = $"kubernetes_sd_configs: [{{ {api}, role: endpointslice, attach_metadata: {{ node: true }} }}]",
                ["ingress"] = $"kubernetes_sd_configs: [{{ kubeconfig_file: '{kubeConfig}', role: ingress }}]",
            },
            new Dictionary<string, int>
            {
                ["node"] = 3,
                ["pod"] = 7,
                ["pod_shop"] = 6,
                ["service"] = 4,
                ["endpoints"] = 8,
                ["endpoints_node"] = 8,
                ["slice"] = 10,
                ["slice_node"] = 10,
                ["ingress"] = 6,
            });

        Assert.Equal(
            ["/api/v1/pods fieldSelector=spec.nodeName!=x", "/api/v1/pods labelSelector=app in (db,web)"],
            selectors.Select(selector => selector.Replace('+', ' ').Replace("(web,db)", "(db,web)", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        folder.Delete(recursive: true);
    }
}
