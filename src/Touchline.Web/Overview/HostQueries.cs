using System.Globalization;
using Touchline.Model;
using Touchline.Web.Charts;

namespace Touchline.Web.Overview;

/// <summary>The questions about one host, in the metrics of node_exporter.</summary>
internal sealed class HostQueries(string instance)
{
    public const string Job = "node";

    // Pseudo file systems say nothing about disk space; loopback and container interfaces would count traffic twice.
    private const string RealFilesystems = "fstype!~\"tmpfs|devtmpfs|ramfs|overlay|squashfs|iso9660|fuse.lxcfs|nsfs\"";
    private const string RealInterfaces = "device!~\"lo|veth.*|docker.*|br-.*|cni.*|cali.*|flannel.*|virbr.*|tun.*|tap.*\"";
    private const string RealDisks = "device!~\"loop.*|ram.*|sr.*|dm-.*|md.*|zd.*\"";

    public string Selector { get; } = $"job=\"{Job}\",instance={QuotedString.Of(instance)}";

    // In guests, time of the guest is part of user time already.
    public IReadOnlyList<ChartQuery> CpuChart =>
        [new(Cpu("user|nice"), "user"), new(Cpu("system|irq|softirq"), "system"), new(Cpu("iowait"), "waiting for disk"), new(Cpu("steal"), "stolen")];

    public IReadOnlyList<ChartQuery> MemoryChart =>
    [
        new($"node_memory_MemTotal_bytes{{{Selector}}} - node_memory_MemAvailable_bytes{{{Selector}}}", "used"),
        new($"node_memory_MemAvailable_bytes{{{Selector}}} - node_memory_MemFree_bytes{{{Selector}}}", "cache and buffers"),
    ];

    public IReadOnlyList<ChartQuery> LoadChart =>
    [
        new($"node_load1{{{Selector}}}", "1 min"),
        new($"node_load5{{{Selector}}}", "5 min"),
        new($"node_load15{{{Selector}}}", "15 min"),
        new($"count(node_cpu_seconds_total{{{Selector},mode=\"idle\"}})", "cores"),
    ];

    public IReadOnlyList<ChartQuery> NetworkChart =>
    [
        new(Network("receive", "$__rate_interval"), "received"),
        new(Network("transmit", "$__rate_interval"), "sent"),
    ];

    public IReadOnlyList<ChartQuery> DiskChart => [new(Disk("read", "$__rate_interval"), "read"), new(Disk("written", "$__rate_interval"), "written")];

    public IReadOnlyList<ChartQuery> FilesystemChart =>
    [
        new($"100 * (1 - max by (mountpoint) (node_filesystem_avail_bytes{{{Selector},{RealFilesystems}}})"
            + $" / max by (mountpoint) (node_filesystem_size_bytes{{{Selector},{RealFilesystems}}} > 0))", "{{mountpoint}}"),
    ];

    public HostFigures Read(InstantReader reader, long intervalMs)
    {
        var window = PrometheusDuration.Format(4 * intervalMs);
        var system = reader.Many($"node_uname_info{{{Selector}}}").Select(s => s.Labels).FirstOrDefault() ?? Labels.Empty;
        double? Plain(string metric) => reader.One($"{metric}{{{Selector}}}");
        return new HostFigures
        {
            Instance = instance,
            Name = system["nodename"],
            System = $"{system["sysname"]} {system["release"]}".Trim(),
            CpuPercent = reader.One($"100 * (1 - avg(rate(node_cpu_seconds_total{{{Selector},mode=\"idle\"}}[{window}])))"),
            Cores = reader.One($"count(node_cpu_seconds_total{{{Selector},mode=\"idle\"}})"),
            MemoryTotal = Plain("node_memory_MemTotal_bytes"),
            MemoryUsed = reader.One($"node_memory_MemTotal_bytes{{{Selector}}} - node_memory_MemAvailable_bytes{{{Selector}}}"),
            Load1 = Plain("node_load1"),
            Load5 = Plain("node_load5"),
            Load15 = Plain("node_load15"),
            DiskRead = reader.One(Disk("read", window)),
            DiskWrite = reader.One(Disk("written", window)),
            NetworkReceive = reader.One(Network("receive", window)),
            NetworkTransmit = reader.One(Network("transmit", window)),
            UptimeSeconds = reader.One($"node_time_seconds{{{Selector}}} - node_boot_time_seconds{{{Selector}}}"),
            Filesystems = Filesystems(reader),
        };
    }

    /// <summary>The hosts that there are samples of.</summary>
    public static IReadOnlyList<string> Instances(InstantReader reader) =>
    [
        .. reader.Many(string.Create(CultureInfo.InvariantCulture, $"count by (instance) (node_load1{{job=\"{Job}\"}})"))
            .Select(s => s.Labels[LabelNames.Instance]).Order(StringComparer.Ordinal),
    ];

    private string Cpu(string modes) =>
        $"100 * sum(rate(node_cpu_seconds_total{{{Selector},mode=~\"{modes}\"}}[$__rate_interval]))"
        + $" / scalar(count(node_cpu_seconds_total{{{Selector},mode=\"idle\"}}))";

    private string Network(string direction, string window) =>
        $"sum(rate(node_network_{direction}_bytes_total{{{Selector},{RealInterfaces}}}[{window}]))";

    private string Disk(string direction, string window) =>
        $"sum(rate(node_disk_{direction}_bytes_total{{{Selector},{RealDisks}}}[{window}]))";

    private FilesystemFigure[] Filesystems(InstantReader reader)
    {
        var available = reader.Many($"max by (device, mountpoint) (node_filesystem_avail_bytes{{{Selector},{RealFilesystems}}})")
            .ToDictionary(s => s.Labels, s => s.Value);
        return
        [
            .. reader.Many($"max by (device, mountpoint) (node_filesystem_size_bytes{{{Selector},{RealFilesystems}}} > 0)")
                .Where(s => available.ContainsKey(s.Labels))
                // One device may be mounted in many places (bind mounts); it has one amount of space.
                .GroupBy(s => s.Labels["device"])
                .Select(g => g.MinBy(s => s.Labels["mountpoint"].Length))
                .Select(s => new FilesystemFigure(s.Labels["mountpoint"], s.Value, available[s.Labels]))
                .OrderByDescending(f => f.UsedPercent),
        ];
    }
}
