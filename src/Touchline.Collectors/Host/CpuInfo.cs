using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>What the processors are, from /proc/cpuinfo. Parsed once, as it changes with the hardware; collected only when asked for.</summary>
internal sealed class CpuInfo(HostOptions options)
{
    internal static readonly NodeFlag Info = new("collector.cpu.info", NodeFlagKind.Switch, "false", "Whether node_cpu_info is collected.");

    internal static readonly NodeFlag FlagsInclude = new(
        "collector.cpu.info.flags-include", NodeFlagKind.Pattern, "", "Abilities of processors that become node_cpu_flag_info.");

    internal static readonly NodeFlag BugsInclude = new(
        "collector.cpu.info.bugs-include", NodeFlagKind.Pattern, "", "Bugs of processors that become node_cpu_bug_info.");

    /// <summary>Labels of node_cpu_info, with the file's names for them.</summary>
    private static readonly (string Label, string Field)[] Labels =
    [
        ("package", "physical id"), ("core", "core id"), ("cpu", "processor"), ("vendor", "vendor_id"), ("family", "cpu family"), ("model", "model"),
        ("model_name", "model name"), ("microcode", "microcode"), ("stepping", "stepping"), ("cachesize", "cache size"),
    ];

    private readonly string _path = Path.Combine(options.ProcPath, "cpuinfo");
    private List<Dictionary<string, string>>? _processors;

    /// <summary>Asking for abilities or bugs asks for the rest too.</summary>
    public static bool IsAskedFor(HostOptions options) =>
        options.Flags.IsOn(Info) || options.Flags.Text(FlagsInclude).Length > 0 || options.Flags.Text(BugsInclude).Length > 0;

    public void Collect(IMetricWriter writer, FileReader reader)
    {
        _processors ??= Parse(Encoding.UTF8.GetString(reader.Read(_path)));
        WriteWords(writer, "node_cpu_bug_info", "bug", "bugs", BugsInclude);
        WriteWords(writer, "node_cpu_flag_info", "flag", "flags", FlagsInclude);
        writer.Family("node_cpu_info", MetricType.Gauge, "CPU information from /proc/cpuinfo.");
        foreach (var processor in _processors)
        {
            writer.Sample(1, [.. Labels.SelectMany(label => (string[])[label.Label, processor.GetValueOrDefault(label.Field, "")])]);
        }
    }

    private void WriteWords(IMetricWriter writer, string name, string label, string field, NodeFlag include)
    {
        if (options.Flags.Text(include).Length == 0 || _processors is not [var first, ..])
        {
            return;
        }
        var filter = NameFilter.Including(options, include);
        writer.Family(name, MetricType.Gauge, $"The `{field}` field of CPU information from /proc/cpuinfo taken from the first core.");
        foreach (var word in first.GetValueOrDefault(field, "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(filter.Allows))
        {
            writer.Sample(1, label, word);
        }
    }

    /// <summary>Lines <c>name : value</c>; each processor begins with its number.</summary>
    private static List<Dictionary<string, string>> Parse(string text)
    {
        var processors = new List<Dictionary<string, string>>();
        foreach (var line in text.Split('\n'))
        {
            var parts = line.Split(':', 2, StringSplitOptions.TrimEntries);
            if (parts is not [var name, var value])
            {
                continue;
            }
            if (name == "processor")
            {
                processors.Add(new Dictionary<string, string>(StringComparer.Ordinal));
            }
            if (processors.Count > 0)
            {
                processors[^1][name] = value;
            }
        }
        return processors;
    }
}
