using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>What processors are, from /proc/cpuinfo: told where it is asked for, since it never changes and costs a series for each.</summary>
internal sealed class CpuInfo(HostOptions options)
{
    internal static readonly NodeFlag Info = new("collector.cpu.info", NodeFlagKind.Switch, "false", "Whether models of processors are told.");

    internal static readonly NodeFlag FlagsInclude = new(
        "collector.cpu.info.flags-include", NodeFlagKind.Pattern, "", "Abilities of the first processor that are told; switches collector.cpu.info on.");

    internal static readonly NodeFlag BugsInclude = new(
        "collector.cpu.info.bugs-include", NodeFlagKind.Pattern, "", "Faults of the first processor that are told; switches collector.cpu.info on.");

    private const double HertzPerMegahertz = 1e6;

    /// <summary>Labels of node_cpu_info with the fields that they come from.</summary>
    private static readonly (string Label, string Field)[] Labels =
    [
        ("package", "physical id"), ("core", "core id"), ("cpu", "processor"), ("vendor", "vendor_id"), ("family", "cpu family"), ("model", "model"),
        ("model_name", "model name"), ("microcode", "microcode"), ("stepping", "stepping"), ("cachesize", "cache size"),
    ];

    private readonly SysFiles _files = new();
    private readonly string _path = Path.Combine(options.ProcPath, "cpuinfo");
    private readonly string _clockPath = Path.Combine(options.SysPath, "devices/system/cpu/cpu0/cpufreq/cpuinfo_cur_freq");
    private readonly NameFilter? _flags = Filter(options, FlagsInclude);
    private readonly NameFilter? _bugs = Filter(options, BugsInclude);
    private readonly bool _tellsClocks = options.Collectors.TryGetValue("cpufreq", out var isOn) ? isOn : !options.DisableDefaults;

    /// <summary>Whether it was asked for.</summary>
    public bool IsOn { get; } = options.Flags.IsOn(Info) || options.Flags.IsGiven(FlagsInclude) || options.Flags.IsGiven(BugsInclude);

    public void Collect(IMetricWriter writer)
    {
        var processors = CpuInfoText.Read(_files.Lines(_path));
        writer.Family("node_cpu_info", MetricType.Gauge, "CPU information from /proc/cpuinfo.");
        foreach (var processor in processors)
        {
            writer.Sample(1, [.. Labels.SelectMany(label => new[] { label.Label, processor.GetValueOrDefault(label.Field, "") })]);
        }
        // Where the kernel tells clocks in /sys, the collector cpufreq has them under the same name.
        if (_tellsClocks && !File.Exists(_clockPath))
        {
            WriteClocks(writer, processors);
        }
        if (processors.Count > 0)
        {
            WriteWords(writer, "flag", "flags", processors[0], _flags);
            WriteWords(writer, "bug", "bugs", processors[0], _bugs);
        }
    }

    private static void WriteClocks(IMetricWriter writer, List<Dictionary<string, string>> processors)
    {
        writer.Family("node_cpu_frequency_hertz", MetricType.Gauge, "CPU frequency in hertz from /proc/cpuinfo.");
        foreach (var processor in processors)
        {
            writer.Sample(
                CpuInfoText.Megahertz(processor) * HertzPerMegahertz, "package", processor.GetValueOrDefault("physical id", ""),
                "core", processor.GetValueOrDefault("core id", ""), "cpu", processor["processor"]);
        }
    }

    private static void WriteWords(IMetricWriter writer, string word, string field, Dictionary<string, string> processor, NameFilter? filter)
    {
        writer.Family($"node_cpu_{word}_info", MetricType.Gauge, $"The `{field}` field of CPU information from /proc/cpuinfo taken from the first core.");
        foreach (var value in filter is null ? [] : processor.GetValueOrDefault(field, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (filter!.Allows(value))
            {
                writer.Sample(1, word, value);
            }
        }
    }

    private static NameFilter? Filter(HostOptions options, NodeFlag flag) => options.Flags.IsGiven(flag) ? NameFilter.Including(options, flag) : null;
}
