using Touchline.Collectors.Host.Hardware;
using Touchline.Collectors.Host.Kernel;
using Touchline.Collectors.Host.Network;
using Touchline.Collectors.Host.Nfs;
using Touchline.Collectors.Host.Pages;
using Touchline.Collectors.Host.Textfile;

namespace Touchline.Collectors.Host;

/// <summary>Collectors that read /proc or ask the kernel, and those that were first.</summary>
internal static class ProcCollectors
{
    private const bool On = true;
    private const bool Off = false;

    public static IReadOnlyList<NodeCollectorEntry> Entries { get; } =
    [
        new("arp", On, options => new ArpCollector(options), ArpCollector.Exclude, ArpCollector.Include, ArpCollector.Netlink),
        new("conntrack", On, options => new ConntrackCollector(options)),
        new("cpu", On, options => new CpuCollector(options), CpuCollector.Guest, CpuInfo.Info, CpuInfo.FlagsInclude, CpuInfo.BugsInclude),
        new("diskstats", On, options => new DiskStatsCollector(options), DiskStatsCollector.Exclude, DiskStatsCollector.Include),
        new("entropy", On, options => new EntropyCollector(options)),
        new("filefd", On, options => new FileDescriptorCollector(options)),
        new("filesystem", On, options => new FilesystemCollector(options, Statvfs.Call), FilesystemFlags.All),
        new("ipvs", On, options => new IpvsCollector(options), IpvsCollector.BackendLabels),
        new("kernel_hung", On, options => new KernelHungCollector(options)),
        new("loadavg", On, options => new LoadAverageCollector(options)),
        new("meminfo", On, options => new MemoryCollector(options)),
        new(
            "netclass", On, options => new NetClassCollector(options), NetClassCollector.Ignored, NetClassCollector.IgnoreInvalidSpeed, NetClassCollector.Netlink,
            NetClassCollector.NetlinkStatistics),
        new(
            "netdev", On, options => new NetDevCollector(options), NetDevCollector.Exclude, NetDevCollector.Include, NetDevCollector.AddressInfo,
            NetDevCollector.Detailed, NetDevCollector.IfAlias, NetDevCollector.Netlink),
        new("netstat", On, options => new NetStatCollector(options), NetStatCollector.Fields),
        new("nfs", On, options => new NfsCollector(options)),
        new("nfsd", On, options => new NfsdCollector(options)),
        new("pressure", On, options => new PressureCollector(options)),
        new("schedstat", On, options => new SchedStatCollector(options)),
        new("sockstat", On, options => new SockStatCollector(options)),
        new("softnet", On, options => new SoftnetCollector(options)),
        new("stat", On, options => new StatCollector(options), StatCollector.Softirq),
        new("textfile", On, options => new TextfileCollector(options), TextfileCollector.Directories),
        new("time", On, (options, time) => new TimeCollector(options, time)),
        new("timex", On, _ => new TimexCollector(Adjtimex.Call)),
        new("udp_queues", On, options => new UdpQueuesCollector(options)),
        new("uname", On, options => new UnameCollector(options)),
        new("vmstat", On, options => new VmStatCollector(options), VmStatCollector.Fields),
        new("buddyinfo", Off, options => new BuddyInfoCollector(options)),
        new("cgroups", Off, options => new CgroupsCollector(options)),
        new("interrupts", Off, options => new InterruptsCollector(options), InterruptsCollector.Exclude, InterruptsCollector.Include, InterruptsCollector.Zeros),
        new("ksmd", Off, options => new KsmdCollector(options)),
        new("lnstat", Off, options => new LnstatCollector(options)),
        new("meminfo_numa", Off, options => new NumaCollector(options)),
        new("processes", Off, options => new ProcessesCollector(options)),
        new("slabinfo", Off, options => new SlabInfoCollector(options), SlabInfoCollector.Exclude, SlabInfoCollector.Include),
        new("softirqs", Off, options => new SoftirqsCollector(options)),
        new("swap", Off, options => new SwapCollector(options)),
        new("sysctl", Off, options => new SysctlCollector(options), SysctlCollector.Numbers, SysctlCollector.Texts),
        new("mountstats", Off, options => new MountStatsCollector(options)),
        new("network_route", Off, _ => new NetworkRouteCollector()),
        new("tcpstat", Off, options => new TcpStatCollector(options)),
        new("wifi", Off, _ => new WifiCollector(new GenericNetlink(WifiCollector.Family).TryDump)),
        new("xfrm", Off, options => new XfrmCollector(options)),
        new("zoneinfo", Off, options => new ZoneInfoCollector(options)),
    ];
}
