namespace Touchline.Collectors.Containers;

/// <summary>Where containers are seen: the kernel's files, and the sockets of the engines that know their names.</summary>
public sealed record ContainerOptions
{
    /// <summary>Where the hierarchies of control groups are mounted, whichever version they have.</summary>
    public string CgroupRoot { get; init; } = "/sys/fs/cgroup";

    public string ProcPath { get; init; } = "/proc";

    public string SysPath { get; init; } = "/sys";

    /// <summary>Where the host's own files are, for the name of its system and for containers' logs.</summary>
    public string RootFsPath { get; init; } = "/";

    /// <summary>The kernel's log, which tells of processes killed for memory; empty where it is not to be read.</summary>
    public string KernelLogPath { get; init; } = "/dev/kmsg";

    /// <summary>Sockets that speak the API of Docker's engine, as Podman's does.</summary>
    public IReadOnlyList<string> DockerSockets { get; init; } = ["/var/run/docker.sock", "/run/podman/podman.sock"];

    /// <summary>Sockets that speak Kubernetes' container runtime interface, or containerd's own.</summary>
    public IReadOnlyList<string> CriSockets { get; init; } = ["/run/containerd/containerd.sock", "/run/crio/crio.sock"];

    /// <summary>Which kinds of figures are collected.</summary>
    public ContainerMetricKinds Metrics { get; init; } = ContainerMetricKinds.Default;

    /// <summary>Whether all labels of containers become labels of their series, or only those of <see cref="LabelsToStore"/>.</summary>
    public bool StoreAllLabels { get; init; } = true;

    /// <summary>The labels of containers that become labels of their series where not all do, by their names.</summary>
    public IReadOnlyList<string> LabelsToStore { get; init; } = [];

    /// <summary>What the names of those environment variables begin with that become labels; empty for none.</summary>
    public IReadOnlyList<string> EnvironmentToStore { get; init; } = [];

    /// <summary>How often engines are asked.</summary>
    public TimeSpan EngineInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What one question to an engine may take before figures go on without its answer.</summary>
    public TimeSpan EngineTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
