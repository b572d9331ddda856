using System.Globalization;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>Deferred work of interrupts by processor and kind, from /proc/softirqs.</summary>
internal sealed class SoftirqsCollector(HostOptions options) : NodeCollector("softirqs")
{
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "softirqs");

    public override void Collect(IMetricWriter writer)
    {
        writer.Family("node_softirqs_functions_total", MetricType.Counter, "Softirq counts per CPU.");
        foreach (var row in CountsByProcessor.Parse(_reader.Read(_path)))
        {
            for (var cpu = 0; cpu < row.Counts.Length; cpu++)
            {
                writer.Sample(row.Counts[cpu], "cpu", cpu.ToString(CultureInfo.InvariantCulture), "type", row.Name);
            }
        }
    }
}
