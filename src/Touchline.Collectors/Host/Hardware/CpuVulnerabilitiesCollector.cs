using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>What the kernel knows of faults in the processor's design and does about them.</summary>
internal sealed class CpuVulnerabilitiesCollector(HostOptions options) : NodeCollector("cpu_vulnerabilities")
{
    private static readonly string[] States = ["not affected", "vulnerable", "mitigation", "unknown"];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "devices/system/cpu/vulnerabilities");

    public override void Collect(IMetricWriter writer)
    {
        writer.Family(
            "node_cpu_vulnerabilities_info", MetricType.Gauge,
            "Details of each CPU vulnerability reported by sysfs. The value of the series is an int encoded state of the vulnerability. "
            + "The same state is stored as a string in the label");
        foreach (var path in SysFiles.Find(_folder, ""))
        {
            var text = _files.Text(path);
            var state = States.FirstOrDefault(state => text.StartsWith(state, StringComparison.OrdinalIgnoreCase));
            writer.Sample(1, "codename", Path.GetFileName(path), "state", state ?? "unknown", "mitigation", Mitigation(text, state));
        }
    }

    /// <summary>What follows the state's first word; of a text in no known form all of it.</summary>
    private static string Mitigation(string text, string? state) => state switch
    {
        null => text,
        "not affected" => "",
        _ => string.Join(' ', text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries).Skip(1)),
    };
}
