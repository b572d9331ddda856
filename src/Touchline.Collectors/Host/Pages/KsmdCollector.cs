using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Pages;

/// <summary>What the kernel saves by keeping equal pages of memory once, from /sys/kernel/mm/ksm.</summary>
internal sealed class KsmdCollector(HostOptions options) : NodeCollector("ksmd")
{
    private const double MillisecondsPerSecond = 1000;

    private static readonly (string File, string Name, MetricType Type, double Unit)[] Files =
    [
        ("full_scans", "node_ksmd_full_scans_total", MetricType.Counter, 1),
        ("merge_across_nodes", "node_ksmd_merge_across_nodes", MetricType.Gauge, 1),
        ("pages_shared", "node_ksmd_pages_shared", MetricType.Gauge, 1),
        ("pages_sharing", "node_ksmd_pages_sharing", MetricType.Gauge, 1),
        ("pages_to_scan", "node_ksmd_pages_to_scan", MetricType.Gauge, 1),
        ("pages_unshared", "node_ksmd_pages_unshared", MetricType.Gauge, 1),
        ("pages_volatile", "node_ksmd_pages_volatile", MetricType.Gauge, 1),
        ("run", "node_ksmd_run", MetricType.Gauge, 1),
        ("sleep_millisecs", "node_ksmd_sleep_seconds", MetricType.Gauge, MillisecondsPerSecond),
    ];

    private readonly FileReader _reader = new();

    public override void Collect(IMetricWriter writer)
    {
        foreach (var (file, name, type, unit) in Files)
        {
            writer.Family(name, type, $"ksmd '{file}' file.");
            writer.Sample(ByteText.Number(_reader.Read(Path.Combine(options.SysPath, "kernel/mm/ksm", file))) / unit);
        }
    }
}
