using System.Globalization;
using Touchline.Model;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>One sensor of a chip (<c>temp1</c>) with what its files say, by element: <c>input</c>, <c>max</c>, <c>alarm</c>, …</summary>
internal sealed class HardwareMonitorSensor(string type, string name)
{
    // The product with a thousandth but the quotient by a million: that gives the very digits of node_exporter.
    private const double Milli = 0.001;
    private const double PerMicro = 1_000_000;

    private const NumberStyles Number = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>The kinds of sensors that the kernel's hwmon interface names.</summary>
    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "vrm", "beep_enable", "update_interval", "in", "cpu", "fan", "pwm", "temp", "curr", "power", "energy", "humidity", "intrusion", "freq",
    };

    public string Name { get; } = name;

    public SortedDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Takes a file's name apart: <c>temp1_crit_alarm</c> is the element <c>crit_alarm</c> of the sensor <c>temp1</c>.</summary>
    public static bool TryFile(string file, out string type, out string name, out string element)
    {
        var typeEnd = file.AsSpan().IndexOfAnyInRange('0', '9') is var digit and >= 0 ? digit : file.Length;
        var numberEnd = typeEnd;
        while (numberEnd < file.Length && char.IsAsciiDigit(file[numberEnd]))
        {
            numberEnd++;
        }
        if (numberEnd < file.Length && (file[numberEnd] != '_' || numberEnd + 1 == file.Length))
        {
            // The digits belong to the element: in_5v_input.
            typeEnd = numberEnd = Math.Max(0, file.LastIndexOf('_', typeEnd));
        }
        type = file[..typeEnd];
        element = numberEnd < file.Length ? file[(numberEnd + 1)..] : "";
        var number = 0;
        var isNumber = numberEnd == typeEnd
            || int.TryParse(file.AsSpan(typeEnd, numberEnd - typeEnd), NumberStyles.None, CultureInfo.InvariantCulture, out number);
        name = $"{type}{number.ToString(CultureInfo.InvariantCulture)}";
        return isNumber && Types.Contains(type);
    }

    public void Write(FamilyTable table, string chip)
    {
        string[] labels = ["chip", chip, "sensor", Name];
        if (Values.TryGetValue("label", out var label))
        {
            table.Gauge("node_hwmon_sensor_label", "Label for given chip and sensor", 1, [.. labels, "label", label]);
        }
        if (type == "beep_enable")
        {
            table.Gauge("node_hwmon_beep_enabled", "Hardware beep enabled", Values.GetValueOrDefault("") == "1" ? 1 : 0, labels);
        }
        else if (type is "vrm" or "update_interval")
        {
            WriteSingle(table, labels);
        }
        else
        {
            foreach (var (element, text) in Values)
            {
                if (element != "label" && double.TryParse(text, Number, CultureInfo.InvariantCulture, out var value))
                {
                    WriteElement(table, element, value, labels);
                }
            }
        }
    }

    private void WriteSingle(FamilyTable table, string[] labels)
    {
        if (!double.TryParse(Values.GetValueOrDefault(""), Number, CultureInfo.InvariantCulture, out var value))
        {
            return;
        }
        if (type == "vrm")
        {
            table.Gauge("node_hwmon_voltage_regulator_version", "Hardware voltage regulator", value, labels);
        }
        else
        {
            table.Gauge("node_hwmon_update_interval_seconds", "Hardware monitor update interval", value * Milli, labels);
        }
    }

    private void WriteElement(FamilyTable table, string element, double value, string[] labels)
    {
        var metric = MetricName(element);
        switch (type, element)
        {
            case (_, "fault" or "alarm"):
                table.Gauge(metric, $"Hardware sensor {element} status ({type})", value, labels);
                break;
            case (_, "beep"):
                table.Gauge($"{metric}_enabled", "Hardware monitor sensor has beeping enabled", value, labels);
                break;
            case ("in" or "cpu", _):
                table.Gauge($"{metric}_volts", $"Hardware monitor for voltage ({element})", value * Milli, labels);
                break;
            case ("temp", not "type"):
                table.Gauge($"{metric}_celsius", $"Hardware monitor for temperature ({(element.Length == 0 ? "input" : element)})", value * Milli, labels);
                break;
            case ("curr", _):
                table.Gauge($"{metric}_amps", $"Hardware monitor for current ({element})", value * Milli, labels);
                break;
            case ("energy", _):
                table.Counter($"{metric}_joule_total", $"Hardware monitor for joules used so far ({element})", value / PerMicro, labels);
                break;
            case ("power", _):
                WritePower(table, metric, element, value, labels);
                break;
            case ("humidity", _):
                table.Gauge(
                    metric,
                    $"Hardware monitor for humidity, as a ratio (multiply with 100.0 to get the humidity as a percentage) ({element})",
                    value / PerMicro, labels);
                break;
            case ("fan", "input" or "min" or "max" or "target"):
                table.Gauge($"{metric}_rpm", $"Hardware monitor for fan revolutions per minute ({element})", value, labels);
                break;
            case ("freq", "input"):
                WriteFrequency(table, metric, value, labels);
                break;
            default:
                table.Gauge(metric, $"Hardware monitor {type} element {element}", value, labels);
                break;
        }
    }

    /// <summary>The value itself bears the sensor's type as its name, unless another file does so already.</summary>
    private string MetricName(string element) => element switch
    {
        "" => $"node_hwmon_{type}",
        "input" => Values.ContainsKey("") ? $"node_hwmon_{type}_input" : $"node_hwmon_{type}",
        _ => $"node_hwmon_{type}_{HardwareMonitorCollector.Clean(element)}",
    };

    private static void WritePower(FamilyTable table, string metric, string element, double value, string[] labels)
    {
        switch (element)
        {
            case "accuracy":
                table.Gauge(metric, "Hardware monitor power meter accuracy, as a ratio", value / PerMicro, labels);
                break;
            case "average_interval" or "average_interval_min" or "average_interval_max":
                table.Gauge($"{metric}_seconds", $"Hardware monitor power usage update interval ({element})", value * Milli, labels);
                break;
            default:
                table.Gauge($"{metric}_watt", $"Hardware monitor for power usage in watts ({element})", value / PerMicro, labels);
                break;
        }
    }

    /// <summary>A clock is named by its label: <c>sclk</c>, <c>mclk</c>. One without a label is left out.</summary>
    private void WriteFrequency(FamilyTable table, string metric, double value, string[] labels)
    {
        if (Values.TryGetValue("label", out var label))
        {
            table.Gauge(
                $"{metric}_freq_mhz", "Hardware monitor for GPU frequency in MHz", value / PerMicro,
                "chip", labels[1], "sensor", HardwareMonitorCollector.Clean(label));
        }
    }
}
