using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>The sections of <c>…_sd_configs</c> with the keys that Prometheus 3 knows there.</summary>
internal static class DiscoveryKeys
{
    /// <summary>The ways of finding targets that there are.</summary>
    public static readonly IReadOnlyList<string> Supported =
    [
        "static_configs", "file_sd_configs", "http_sd_configs", "dns_sd_configs", "docker_sd_configs", "dockerswarm_sd_configs", "ec2_sd_configs",
        "consul_sd_configs", "kubernetes_sd_configs",
    ];

    public static readonly SectionKeys File = new("file_sd_configs", "file.plain", ["files", "refresh_interval"]);

    public static readonly SectionKeys Http = new("http_sd_configs", "http.plain", ["url", "refresh_interval", .. HttpClientKeys.Names]);

    public static readonly SectionKeys Dns = new("dns_sd_configs", "dns.plain", ["names", "type", "port", "refresh_interval"]);

    public static readonly SectionKeys Docker = new("docker_sd_configs", "moby.plain",
        ["host", "port", "filters", "host_networking_host", "match_first_network", "refresh_interval", .. HttpClientKeys.Names]);

    public static readonly SectionKeys DockerFilter = new("filters of a Docker daemon", "moby.Filter", ["name", "values"]);

    public static readonly SectionKeys DockerSwarm = new("dockerswarm_sd_configs", "moby.plain",
        ["host", "role", "port", "filters", "refresh_interval", .. HttpClientKeys.Names]);

    public static readonly SectionKeys Ec2 = new("ec2_sd_configs", "aws.plain",
        ["region", "endpoint", "access_key", "secret_key", "profile", "role_arn", "port", "filters", "refresh_interval", .. HttpClientKeys.Names]);

    public static readonly SectionKeys Ec2Filter = new("filters of ec2_sd_configs", "aws.EC2Filter", ["name", "values"]);

    public static readonly SectionKeys Consul = new("consul_sd_configs", "consul.plain",
    [
        "server", "path_prefix", "token", "datacenter", "namespace", "partition", "tag_separator", "scheme", "username", "password",
        "allow_stale", "refresh_interval", "services", "tags", "node_meta", "filter", .. HttpClientKeys.Names,
    ]);

    public static readonly SectionKeys Kubernetes = new("kubernetes_sd_configs", "kubernetes.plain",
        ["api_server", "role", "kubeconfig_file", "namespaces", "selectors", "attach_metadata", .. HttpClientKeys.Names]);

    public static readonly SectionKeys KubernetesNamespaces = new("namespaces of kubernetes_sd_configs", "kubernetes.plain", ["own_namespace", "names"]);

    public static readonly SectionKeys KubernetesSelector = new("selectors of kubernetes_sd_configs", "kubernetes.SelectorConfig", ["role", "label", "field"]);

    public static readonly SectionKeys KubernetesMetadata = new("attach_metadata of kubernetes_sd_configs", "kubernetes.AttachMetadataConfig", ["node"]);

    public static readonly IReadOnlyList<SectionKeys> Sections =
        [File, Http, Dns, Docker, DockerFilter, DockerSwarm, Ec2, Ec2Filter, Consul, Kubernetes, KubernetesNamespaces, KubernetesSelector, KubernetesMetadata];
}
