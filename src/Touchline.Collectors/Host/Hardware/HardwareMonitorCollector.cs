using System.Globalization;
using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Temperatures, voltages, fans and the like of each chip that the kernel's hwmon class knows.</summary>
internal sealed class HardwareMonitorCollector(HostOptions options) : NodeCollector("hwmon")
{
    internal static readonly NodeFlag ChipInclude = new("collector.hwmon.chip-include", NodeFlagKind.Pattern, "", "Chips that are watched, no others.");

    internal static readonly NodeFlag ChipExclude = new("collector.hwmon.chip-exclude", NodeFlagKind.Pattern, "", "Chips that are not watched.")
    {
        Rival = ChipInclude,
    };

    internal static readonly NodeFlag SensorInclude = new(
        "collector.hwmon.sensor-include", NodeFlagKind.Pattern, "", "Sensors that are watched, no others, written as chip;sensor.");

    internal static readonly NodeFlag SensorExclude = new(
        "collector.hwmon.sensor-exclude", NodeFlagKind.Pattern, "", "Sensors that are not watched, written as chip;sensor.")
    {
        Rival = SensorInclude,
    };

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/hwmon");
    private readonly NameFilter _chips = NameFilter.Of(options, ChipExclude, ChipInclude);
    private readonly NameFilter _sensors = NameFilter.Of(options, SensorExclude, SensorInclude);

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var name in SysFiles.Names(_folder))
        {
            var chip = Path.Combine(_folder, name);
            if (Directory.Exists(chip))
            {
                ReadChip(table, chip);
            }
        }
        table.WriteTo(writer);
    }

    private void ReadChip(FamilyTable table, string folder)
    {
        var chip = ChipName(folder);
        if (!_chips.Allows(chip))
        {
            return;
        }
        if (Clean(_files.TextOrEmpty(Path.Combine(folder, "name"))) is { Length: > 0 } kind)
        {
            table.Gauge("node_hwmon_chip_names", "Annotation metric for human-readable chip names", 1, "chip", chip, "chip_name", kind);
        }
        var sensors = new SortedDictionary<string, HardwareMonitorSensor>(StringComparer.Ordinal);
        FindSensors(sensors, folder);
        // Old drivers hang their files on the device itself.
        FindSensors(sensors, Path.Combine(folder, "device"));
        foreach (var sensor in sensors.Values)
        {
            if (_sensors.Allows($"{chip};{sensor.Name}"))
            {
                sensor.Write(table, chip);
            }
        }
    }

    private void FindSensors(SortedDictionary<string, HardwareMonitorSensor> sensors, string folder)
    {
        foreach (var path in SysFiles.Find(folder, ""))
        {
            // Only what is a sensor's file is read: others beside it may do something when they are.
            if (!HardwareMonitorSensor.TryFile(Path.GetFileName(path), out var type, out var name, out var element)
                || !_files.TryLine(path, out var value))
            {
                continue;
            }
            if (!sensors.TryGetValue(name, out var sensor))
            {
                sensors.Add(name, sensor = new HardwareMonitorSensor(type, name));
            }
            sensor.Values[element] = value;
        }
    }

    /// <summary>The chip's name by where it sits, since hwmon's own numbers change from start to start.</summary>
    private string ChipName(string folder)
    {
        var device = RealPath.Of(Path.Combine(folder, "device"));
        if (device is not null && Clean(Path.GetFileName(device)) is { Length: > 0 } name)
        {
            var bus = Clean(Path.GetFileName(Path.GetDirectoryName(device)) ?? "");
            return bus.Length > 0 ? $"{bus}_{name}" : name;
        }
        return Clean(_files.TextOrEmpty(Path.Combine(folder, "name"))) is { Length: > 0 } given
            ? given
            : Clean(Path.GetFileName(RealPath.Of(folder) ?? folder));
    }

    /// <summary>The text in the characters that a metric's name may have.</summary>
    internal static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            var lower = char.ToLower(character, CultureInfo.InvariantCulture);
            clean.Append(char.IsAsciiLetterLower(lower) || char.IsAsciiDigit(lower) || lower is ':' ? lower : '_');
        }
        return clean.ToString().Trim('_');
    }
}
