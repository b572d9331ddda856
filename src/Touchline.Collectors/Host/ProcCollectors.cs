using Touchline.Collectors.Host.Hardware;

namespace Touchline.Collectors.Host;

/// <summary>Collectors that read /proc or ask the kernel, and those that were first.</summary>
internal static class ProcCollectors
{
    private const bool On = true;

    public static IReadOnlyList<NodeCollectorEntry> Entries { get; } =
    [
        new("cpu", On, options => new CpuCollector(options), CpuCollector.Guest, CpuInfo.Info, CpuInfo.FlagsInclude, CpuInfo.BugsInclude),
        new("diskstats", On, options => new DiskStatsCollector(options), DiskStatsCollector.Exclude, DiskStatsCollector.Include),
        new("filefd", On, options => new FileDescriptorCollector(options)),
        new("filesystem", On, options => new FilesystemCollector(options, Statvfs.Call)),
        new("loadavg", On, options => new LoadAverageCollector(options)),
        new("meminfo", On, options => new MemoryCollector(options)),
        new("netclass", On, options => new NetClassCollector(options)),
        new("netdev", On, options => new NetDevCollector(options)),
        new("pressure", On, options => new PressureCollector(options)),
        new("sockstat", On, options => new SockStatCollector(options)),
        new("stat", On, options => new StatCollector(options)),
        new("time", On, (options, time) => new TimeCollector(options, time)),
        new("uname", On, options => new UnameCollector(options)),
        new("vmstat", On, options => new VmStatCollector(options), VmStatCollector.Fields),
    ];
}
