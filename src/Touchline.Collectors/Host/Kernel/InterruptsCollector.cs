using System.Globalization;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Kernel;

/// <summary>Interrupts by processor and source, from /proc/interrupts.</summary>
internal sealed class InterruptsCollector(HostOptions options) : NodeCollector("interrupts")
{
    internal static readonly NodeFlag Include = new(
        "collector.interrupts.name-include", NodeFlagKind.Pattern, "", "Interrupts that are given on, no others, as TYPE;INFO;DEVICES.");

    internal static readonly NodeFlag Exclude = new(
        "collector.interrupts.name-exclude", NodeFlagKind.Pattern, "", "Interrupts that are not given on, as TYPE;INFO;DEVICES.")
    {
        Rival = Include,
    };

    internal static readonly NodeFlag Zeros = new(
        "collector.interrupts.include-zeros", NodeFlagKind.Switch, "true", "Whether interrupts that never came are given on.");

    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "interrupts");
    private readonly NameFilter _filter = NameFilter.Of(options, Exclude, Include);
    private readonly bool _zeros = options.Flags.IsOn(Zeros);

    public override void Collect(IMetricWriter writer)
    {
        writer.Family("node_interrupts_total", MetricType.Counter, "Interrupt details.");
        // Those with nothing behind their counts are errors that belong to no source.
        foreach (var row in CountsByProcessor.Parse(_reader.Read(_path)).Where(row => row.Rest.Length > 0))
        {
            var isDevice = int.TryParse(row.Name, CultureInfo.InvariantCulture, out _);
            var info = isDevice ? row.Rest[0] : string.Join(' ', row.Rest);
            var devices = isDevice ? string.Join(' ', row.Rest.Skip(1)) : "";
            if (!_filter.Allows($"{row.Name};{info};{devices}"))
            {
                continue;
            }
            for (var cpu = 0; cpu < row.Counts.Length; cpu++)
            {
                if (_zeros || row.Counts[cpu] != 0)
                {
                    writer.Sample(row.Counts[cpu], "cpu", cpu.ToString(CultureInfo.InvariantCulture), "type", row.Name, "info", info, "devices", devices);
                }
            }
        }
    }
}
