using System.Net.Security;
using System.Text;
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

        using var certificates = new TestCertificates();
        await using var guarded = new FakeTarget(new SslServerAuthenticationOptions { ServerCertificate = certificates.Issue("server") });
        FakeKubernetes.Serve(guarded, new HashSet<string>());
        var answer = guarded.Answer;
        guarded.Answer = (head, stream, token) => head.Contains("\r\nAuthorization: Bearer printed-1-Never\r\n", StringComparison.Ordinal)
            ? answer(head, stream, token)
            : FakeTarget.WriteAsync(stream, FakeTarget.Response([], "text/plain", "", "401 Unauthorized"), token);
        var programConfig = Path.Combine(folder.FullName, "program-config");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "program"), """
            test -z "${KUBERNETES_EXEC_INFO##*'"interactive":false'*}" || exit 1
            echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"'$1-$MINE-Never'"}}'
            """);
        await File.WriteAllTextAsync(programConfig, $$"""
            apiVersion: v1
            kind: Config
            current-context: c
            contexts: [{ name: c, context: { cluster: k, user: u } }]
            clusters: [{ name: k, cluster: { server: 'https://{{guarded.Address}}', certificate-authority-data: {{Convert.ToBase64String(Encoding.UTF8.GetBytes(certificates.AuthorityPem))}} } }]
            users:
              - name: u
                user:
                  exec:
                    apiVersion: client.authentication.k8s.io/v1
                    command: /bin/sh
                    args: ['{{folder.FullName}}/program', printed]
                    env: [{ name: MINE, value: '1' }]
                    interactiveMode: Never
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
                ["program"] = $"kubernetes_sd_configs: [{{ kubeconfig_file: '{programConfig}', role: service }}]",
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
                ["program"] = 4,
            });

        Assert.Equal(
            ["/api/v1/pods fieldSelector=spec.nodeName!=x", "/api/v1/pods labelSelector=app in (db,web)"],
            selectors.Select(selector => selector.Replace('+', ' ').Replace("(web,db)", "(db,web)", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
        folder.Delete(recursive: true);
    }
}
