namespace Touchline.Collectors.Containers;

/// <summary>Kinds of figures that are switched on and off together, as cAdvisor does it with <c>--disable_metrics</c>.</summary>
[Flags]
public enum ContainerMetricKinds
{
    None = 0,
    AdvancedTcp = 1 << 0,
    Cpu = 1 << 1,
    CpuLoad = 1 << 2,
    Disk = 1 << 3,
    DiskIo = 1 << 4,
    Hugetlb = 1 << 5,
    Memory = 1 << 6,
    MemoryNuma = 1 << 7,
    Network = 1 << 8,
    OomEvent = 1 << 9,
    PerCpu = 1 << 10,
    Pressure = 1 << 11,
    Process = 1 << 12,
    Tcp = 1 << 13,
    Udp = 1 << 14,

    All = (1 << 15) - 1,

    /// <summary>All that cost little at every collection.</summary>
    Default = All & ~(AdvancedTcp | Hugetlb | MemoryNuma | Tcp | Udp),
}

/// <summary>The names of <see cref="ContainerMetricKinds"/> in cAdvisor's flags.</summary>
public static class ContainerMetricKindNames
{
    private static readonly Dictionary<string, ContainerMetricKinds> Kinds = new(StringComparer.Ordinal)
    {
        ["advtcp"] = ContainerMetricKinds.AdvancedTcp,
        ["cpu"] = ContainerMetricKinds.Cpu,
        ["cpuLoad"] = ContainerMetricKinds.CpuLoad,
        ["disk"] = ContainerMetricKinds.Disk,
        ["diskIO"] = ContainerMetricKinds.DiskIo,
        ["hugetlb"] = ContainerMetricKinds.Hugetlb,
        ["memory"] = ContainerMetricKinds.Memory,
        ["memory_numa"] = ContainerMetricKinds.MemoryNuma,
        ["network"] = ContainerMetricKinds.Network,
        ["oom_event"] = ContainerMetricKinds.OomEvent,
        ["percpu"] = ContainerMetricKinds.PerCpu,
        ["pressure"] = ContainerMetricKinds.Pressure,
        ["process"] = ContainerMetricKinds.Process,
        ["tcp"] = ContainerMetricKinds.Tcp,
        ["udp"] = ContainerMetricKinds.Udp,
    };

    /// <summary>Kinds that cAdvisor has and Touchline has not; they may be named, so that its flags can be carried over.</summary>
    private static readonly string[] WithoutEffect = ["accelerator", "app", "cpu_topology", "cpuset", "perf_event", "referenced_memory", "resctrl", "sched"];

    /// <summary>All names that may be given, those without effect too.</summary>
    public static IReadOnlyList<string> All => [.. Kinds.Keys.Concat(WithoutEffect).Order(StringComparer.Ordinal)];

    /// <summary>False where there is no such name; <see cref="ContainerMetricKinds.None"/> for those without effect.</summary>
    public static bool TryParse(string name, out ContainerMetricKinds kind) =>
        Kinds.TryGetValue(name, out kind) || WithoutEffect.Contains(name);

    /// <summary>The names of kinds, comma-separated and in order.</summary>
    public static string Of(ContainerMetricKinds kinds) =>
        string.Join(',', Kinds.Where(known => kinds.HasFlag(known.Value)).Select(known => known.Key).Order(StringComparer.Ordinal));
}
