using Touchline.Collectors.Host.Disks;
using Touchline.Collectors.Host.Hardware;
using Touchline.Collectors.Host.Network;
using Touchline.Collectors.Host.Services;
using Touchline.Collectors.Host.Systemd;

namespace Touchline.Collectors.Host;

/// <summary>Collectors that read /sys, and what is asked of other programs.</summary>
internal static class SysCollectors
{
    private const bool On = true;
    private const bool Off = false;

    public static IReadOnlyList<NodeCollectorEntry> Entries { get; } =
    [
        new("bcache", On, options => new BcacheCollector(options), BcacheCollector.PriorityStats),
        new("bcachefs", On, options => new BcachefsCollector(options)),
        new("bonding", On, options => new BondingCollector(options)),
        new("btrfs", On, options => new BtrfsCollector(options)),
        new("cpu_vulnerabilities", Off, options => new CpuVulnerabilitiesCollector(options)),
        new("cpufreq", On, options => new CpuFrequencyCollector(options)),
        new("dmi", On, options => new DmiCollector(options)),
        new("drbd", Off, options => new DrbdCollector(options)),
        new("drm", Off, options => new DrmCollector(options)),
        new("edac", On, options => new EdacCollector(options)),
        new("ethtool", Off, options => new EthtoolCollector(options), EthtoolCollector.Exclude, EthtoolCollector.Include, EthtoolCollector.Metrics),
        new("fibrechannel", On, options => new FibreChannelCollector(options)),
        new("hwmon", On, options => new HardwareMonitorCollector(options), HardwareMonitorCollector.ChipInclude, HardwareMonitorCollector.ChipExclude,
            HardwareMonitorCollector.SensorInclude, HardwareMonitorCollector.SensorExclude),
        new("infiniband", On, options => new InfiniBandCollector(options)),
        new("logind", Off, options => new LogindCollector(options)),
        new("mdadm", On, options => new RaidCollector(options)),
        new("ntp", Off, (options, time) => new NtpCollector(options, time), NtpFlags.All),
        new("nvme", On, options => new NvmeCollector(options)),
        new("os", On, options => new OsReleaseCollector(options)),
        new("pcidevice", Off, options => new PciDeviceCollector(options), PciDeviceCollector.IdsFile, PciDeviceCollector.Names),
        new("powersupplyclass", On, options => new PowerSupplyCollector(options), PowerSupplyCollector.Ignored),
        new("qdisc", Off, options => new QdiscCollector(options), QdiscCollector.Exclude, QdiscCollector.Include),
        new("rapl", On, options => new RaplCollector(options), RaplCollector.ZoneLabel),
        new("runit", Off, options => new RunitCollector(options), RunitCollector.ServiceDirectory),
        new("selinux", On, options => new SelinuxCollector(options)),
        new("supervisord", Off, options => new SupervisordCollector(options), SupervisordCollector.Address),
        new("systemd", Off, options => new SystemdCollector(options), SystemdCollector.UnitInclude, SystemdCollector.UnitExclude, SystemdCollector.TaskMetrics,
            SystemdCollector.RestartMetrics, SystemdCollector.StartTimeMetrics, SystemdCollector.Private),
        new("tapestats", On, options => new TapeCollector(options), TapeCollector.Ignored),
        new("thermal_zone", On, options => new ThermalZoneCollector(options)),
        new("watchdog", On, options => new WatchdogCollector(options)),
        new("xfs", On, options => new XfsCollector(options)),
        new("zfs", On, options => new ZfsCollector(options)),
    ];
}
