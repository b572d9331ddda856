namespace Touchline.Configuration;

/// <summary>A group of files that list targets, read again when they change and at each interval (ms).</summary>
public sealed record FileDiscoveryConfig(IReadOnlyList<string> Files, long RefreshIntervalMs);

/// <summary>An endpoint that answers with a list of targets, asked at each interval (ms).</summary>
public sealed record HttpDiscoveryConfig(string Url, long RefreshIntervalMs, HttpClientConfig Http);

/// <summary>Names whose DNS records are targets, asked for at each interval (ms). <see cref="Port"/> is for records that have none.</summary>
public sealed record DnsDiscoveryConfig(IReadOnlyList<string> Names, string Type, int Port, long RefreshIntervalMs);

/// <summary>The containers of a Docker daemon, asked for at each interval (ms).</summary>
public sealed record DockerDiscoveryConfig
{
    /// <summary>Where the daemon is: <c>unix:///var/run/docker.sock</c>, <c>tcp://host:2375</c>, <c>http://…</c> or <c>https://…</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The port of containers that have none.</summary>
    public int Port { get; init; } = 80;

    /// <summary>Filters of the Engine API, by name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The address of containers that share the network of their host.</summary>
    public string HostNetworkingHost { get; init; } = "localhost";

    /// <summary>Whether a container in many networks is a target in the first of them only, by name.</summary>
    public bool MatchFirstNetwork { get; init; } = true;

    public long RefreshIntervalMs { get; init; } = 60_000;

    public HttpClientConfig Http { get; init; } = new();
}

/// <summary>What of a swarm becomes targets.</summary>
public enum DockerSwarmRole
{
    Services,
    Tasks,
    Nodes,
}

/// <summary>What a Docker swarm runs or consists of, asked of one of its managers at each interval (ms).</summary>
public sealed record DockerSwarmDiscoveryConfig
{
    /// <summary>Where the manager is, as <see cref="DockerDiscoveryConfig.Host"/>.</summary>
    public required string Host { get; init; }

    public required DockerSwarmRole Role { get; init; }

    /// <summary>The port of nodes, and of services and tasks that have none.</summary>
    public int Port { get; init; } = 80;

    /// <summary>Filters of the Engine API, by name, for the list of the role.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Filters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public long RefreshIntervalMs { get; init; } = 60_000;

    public HttpClientConfig Http { get; init; } = new();
}

/// <summary>The instances of a region of EC2, asked for at each interval (ms).</summary>
public sealed record Ec2DiscoveryConfig
{
    /// <summary>Empty is the region that this process runs in.</summary>
    public string Region { get; init; } = "";

    /// <summary>The URL to ask in place of the region's own; empty is that.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Empty, with no secret: credentials are looked for where the tools of AWS look for them.</summary>
    public string AccessKey { get; init; } = "";

    public Secret? SecretKey { get; init; }

    /// <summary>The profile of the shared credentials file to use; empty is what the environment says.</summary>
    public string Profile { get; init; } = "";

    /// <summary>A role that is taken on with the credentials; empty is none.</summary>
    public string RoleArn { get; init; } = "";

    public int Port { get; init; } = 80;

    /// <summary>Filters of DescribeInstances, in the order in which they stand.</summary>
    public IReadOnlyList<Ec2Filter> Filters { get; init; } = [];

    public long RefreshIntervalMs { get; init; } = 60_000;

    public HttpClientConfig Http { get; init; } = new();
}

/// <summary>An instance is wanted where what the filter names has one of the values.</summary>
public sealed record Ec2Filter(string Name, IReadOnlyList<string> Values);

/// <summary>The services of a Consul catalogue. A pause of the interval (ms) is between one question and the next.</summary>
public sealed record ConsulDiscoveryConfig
{
    public string Server { get; init; } = "localhost:8500";

    public string Scheme { get; init; } = "http";

    public string PathPrefix { get; init; } = "";

    public Secret? Token { get; init; }

    public string Datacenter { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Partition { get; init; } = "";

    public string TagSeparator { get; init; } = ",";

    /// <summary>Whether servers may answer that are not the leader.</summary>
    public bool AllowStale { get; init; } = true;

    /// <summary>Names of services; empty is all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>Tags that a service must have, all of them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> NodeMeta { get; init; } = new Dictionary<string, string>();

    /// <summary>A filter expression of Consul over the catalogue.</summary>
    public string Filter { get; init; } = "";

    public long RefreshIntervalMs { get; init; } = 30_000;

    public HttpClientConfig Http { get; init; } = new();
}

/// <summary>What kind of object of Kubernetes becomes targets.</summary>
public enum KubernetesRole
{
    Node,
    Pod,
    Service,
    Endpoints,
    EndpointSlice,
    Ingress,
}

/// <summary>Objects of a Kubernetes API server. Without a server and a file it is the cluster that this process runs in.</summary>
public sealed record KubernetesDiscoveryConfig
{
    public required KubernetesRole Role { get; init; }

    public string? ApiServer { get; init; }

    public string? KubeConfigFile { get; init; }

    /// <summary>Empty is all namespaces, if not <see cref="OwnNamespace"/> adds that of this process.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    public bool OwnNamespace { get; init; }

    public IReadOnlyList<KubernetesSelector> Selectors { get; init; } = [];

    /// <summary>Whether targets get the labels of the node that they run on.</summary>
    public bool AttachNode { get; init; }

    public HttpClientConfig Http { get; init; } = new();
}

/// <summary>Which objects of a kind are asked for, in the syntax of Kubernetes; empty is any.</summary>
public sealed record KubernetesSelector(KubernetesRole Role, string Label, string Field);
