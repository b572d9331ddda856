namespace Touchline.Collectors.Host;

/// <summary>The collectors that make up the host.</summary>
internal static class NodeCollectors
{
    public static IReadOnlyList<NodeCollector> All(HostOptions options, TimeProvider time) =>
    [
        new CpuCollector(options),
        new DiskStatsCollector(options),
        new FileDescriptorCollector(options),
        new FilesystemCollector(options, Statvfs.Call),
        new LoadAverageCollector(options),
        new MemoryCollector(options),
        new NetClassCollector(options),
        new NetDevCollector(options),
        new PressureCollector(options),
        new SockStatCollector(options),
        new StatCollector(options),
        new TimeCollector(options, time),
        new UnameCollector(options),
        new VmStatCollector(options),
    ];
}
