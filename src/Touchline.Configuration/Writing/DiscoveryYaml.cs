using Touchline.Configuration.Sections;
using Touchline.Model;

namespace Touchline.Configuration.Writing;

/// <summary>Writes the ways in which a job finds targets.</summary>
internal static class DiscoveryYaml
{
    public static void Write(YamlOutput output, ScrapeConfig job)
    {
        output.List("file_sd_configs", job.FileDiscoveryConfigs, discovery =>
        {
            output.Texts("files", discovery.Files);
            WriteInterval(output, discovery.RefreshIntervalMs);
        });
        output.List("http_sd_configs", job.HttpDiscoveryConfigs, discovery =>
        {
            ScrapeConfigYaml.WriteHttp(output, discovery.Http);
            WriteInterval(output, discovery.RefreshIntervalMs);
            output.Entry("url", ScrapeConfigYaml.WithoutPassword(discovery.Url)!);
        });
        output.List("dns_sd_configs", job.DnsDiscoveryConfigs, discovery =>
        {
            output.Texts("names", discovery.Names);
            WriteInterval(output, discovery.RefreshIntervalMs);
            output.Entry("type", discovery.Type);
            output.EntryIfAny("port", (ulong)discovery.Port);
        });
        output.List("docker_sd_configs", job.DockerDiscoveryConfigs, discovery => WriteDocker(output, discovery));
        output.List("dockerswarm_sd_configs", job.DockerSwarmDiscoveryConfigs, discovery => WriteDockerSwarm(output, discovery));
        output.List("ec2_sd_configs", job.Ec2DiscoveryConfigs, discovery => WriteEc2(output, discovery));
        output.List("consul_sd_configs", job.ConsulDiscoveryConfigs, discovery => WriteConsul(output, discovery));
        output.List("kubernetes_sd_configs", job.KubernetesDiscoveryConfigs, discovery => WriteKubernetes(output, discovery));
    }

    private static void WriteDocker(YamlOutput output, DockerDiscoveryConfig discovery)
    {
        ScrapeConfigYaml.WriteHttp(output, discovery.Http);
        output.Entry("host", ScrapeConfigYaml.WithoutPassword(discovery.Host)!);
        output.Entry("port", discovery.Port);
        WriteFilters(output, discovery.Filters);
        output.Entry("host_networking_host", discovery.HostNetworkingHost);
        WriteInterval(output, discovery.RefreshIntervalMs);
        output.Entry("match_first_network", discovery.MatchFirstNetwork);
    }

    private static void WriteDockerSwarm(YamlOutput output, DockerSwarmDiscoveryConfig discovery)
    {
        ScrapeConfigYaml.WriteHttp(output, discovery.Http);
        output.Entry("host", ScrapeConfigYaml.WithoutPassword(discovery.Host)!);
        output.Entry("role", DockerSwarmDiscoverySection.NameOf(discovery.Role));
        output.Entry("port", discovery.Port);
        WriteFilters(output, discovery.Filters);
        WriteInterval(output, discovery.RefreshIntervalMs);
    }

    private static void WriteFilters(YamlOutput output, IReadOnlyDictionary<string, IReadOnlyList<string>> filters) =>
        output.List("filters", [.. filters], filter =>
        {
            output.Entry("name", filter.Key);
            output.Texts("values", filter.Value);
        });

    private static void WriteEc2(YamlOutput output, Ec2DiscoveryConfig discovery)
    {
        output.Entry("endpoint", ScrapeConfigYaml.WithoutPassword(discovery.Endpoint)!);
        output.Entry("region", discovery.Region);
        output.EntryIfAny("access_key", discovery.AccessKey);
        output.EntryIfAny("secret_key", discovery.SecretKey is null ? null : ScrapeConfigYaml.HiddenSecret);
        output.EntryIfAny("profile", discovery.Profile);
        output.EntryIfAny("role_arn", discovery.RoleArn);
        WriteInterval(output, discovery.RefreshIntervalMs);
        output.Entry("port", discovery.Port);
        output.List("filters", discovery.Filters, filter =>
        {
            output.Entry("name", filter.Name);
            output.Texts("values", filter.Values);
        });
        ScrapeConfigYaml.WriteHttp(output, discovery.Http);
    }

    private static void WriteConsul(YamlOutput output, ConsulDiscoveryConfig discovery)
    {
        output.Entry("server", discovery.Server);
        output.EntryIfAny("path_prefix", discovery.PathPrefix);
        output.EntryIfAny("token", discovery.Token is null ? null : ScrapeConfigYaml.HiddenSecret);
        output.EntryIfAny("datacenter", discovery.Datacenter);
        output.EntryIfAny("namespace", discovery.Namespace);
        output.EntryIfAny("partition", discovery.Partition);
        output.Entry("tag_separator", discovery.TagSeparator);
        output.Entry("scheme", discovery.Scheme);
        output.Entry("allow_stale", discovery.AllowStale);
        WriteInterval(output, discovery.RefreshIntervalMs);
        output.Texts("services", discovery.Services);
        output.Texts("tags", discovery.Tags);
        if (discovery.NodeMeta.Count > 0)
        {
            output.Section("node_meta", () =>
            {
                foreach (var (name, value) in discovery.NodeMeta.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    output.Entry(name, value);
                }
            });
        }
        output.EntryIfAny("filter", discovery.Filter);
        ScrapeConfigYaml.WriteHttp(output, discovery.Http);
    }

    private static void WriteKubernetes(YamlOutput output, KubernetesDiscoveryConfig discovery)
    {
        output.EntryIfAny("api_server", ScrapeConfigYaml.WithoutPassword(discovery.ApiServer));
        output.Entry("role", KubernetesDiscoverySection.NameOf(discovery.Role));
        output.EntryIfAny("kubeconfig_file", discovery.KubeConfigFile);
        ScrapeConfigYaml.WriteHttp(output, discovery.Http);
        if (discovery.OwnNamespace || discovery.Namespaces.Count > 0)
        {
            output.Section("namespaces", () =>
            {
                output.Entry("own_namespace", discovery.OwnNamespace);
                output.Texts("names", discovery.Namespaces);
            });
        }
        output.List("selectors", discovery.Selectors, selector =>
        {
            output.Entry("role", KubernetesDiscoverySection.NameOf(selector.Role));
            output.EntryIfAny("label", selector.Label);
            output.EntryIfAny("field", selector.Field);
        });
        if (discovery.AttachNode)
        {
            output.Section("attach_metadata", () => output.Entry("node", true));
        }
    }

    private static void WriteInterval(YamlOutput output, long intervalMs) => output.Entry("refresh_interval", PrometheusDuration.Format(intervalMs));
}
