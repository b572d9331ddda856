using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Batteries, chargers and mains, from /sys/class/power_supply.</summary>
internal sealed class PowerSupplyCollector(HostOptions options) : NodeCollector("powersupplyclass")
{
    internal static readonly NodeFlag Ignored = new(
        "collector.powersupply.ignored-supplies", NodeFlagKind.Pattern, "^$", "Power supplies that are not watched.");

    // Charges, currents, voltages and energies are in millionths, temperatures in tenths.
    private const double Millionths = 1e6;
    private const double Tenths = 10;

    private static readonly Property[] Properties =
    [
        new("authentic"), new("calibrate"), new("capacity"), new("capacity_alert_max"), new("capacity_alert_min"), new("cycle_count", "cyclecount"),
        new("online"), new("present"), new("time_to_empty_now", "time_to_empty_seconds"), new("time_to_full_now", "time_to_full_seconds"),
        .. In(Millionths, "current_boot", "current_max", "energy_empty", "energy_empty_design", "energy_full", "energy_full_design", "voltage_boot",
            "voltage_max", "voltage_max_design", "voltage_min", "voltage_min_design", "voltage_ocv", "charge_control_limit",
            "charge_control_limit_max", "charge_counter", "charge_empty", "charge_empty_design", "charge_full", "charge_full_design",
            "charge_term_current", "constant_charge_current", "constant_charge_current_max", "constant_charge_voltage",
            "constant_charge_voltage_max", "precharge_current", "input_current_limit"),
        new("current_now", "current_ampere", Millionths), new("energy_now", "energy_watthour", Millionths), new("voltage_now", "voltage_volt", Millionths),
        new("charge_now", "charge_ampere", Millionths), new("power_now", "power_watt", Millionths),
        .. new[] { "temp", "temp_alert_max", "temp_alert_min", "temp_ambient", "temp_ambient_max", "temp_ambient_min", "temp_max", "temp_min" }
            .Select(file => new Property(file, $"{file}_celsius", Tenths)),
    ];

    private static readonly string[] Texts =
        ["capacity_level", "charge_type", "health", "manufacturer", "model_name", "serial_number", "status", "technology", "type", "usb_type", "scope"];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/power_supply");
    private readonly NameFilter _filter = NameFilter.Excluding(options, Ignored);

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var name in SysFiles.Names(_folder).Where(_filter.Allows))
        {
            WriteSupply(table, name, Path.Combine(_folder, name));
        }
        table.WriteTo(writer);
    }

    private void WriteSupply(FamilyTable table, string name, string folder)
    {
        foreach (var property in Properties)
        {
            // A supply that is unplugged refuses to say most of them.
            if (_files.TryWhole(Path.Combine(folder, property.File), out var value))
            {
                table.Gauge(property.Metric, property.Help, value / property.Divisor, "power_supply", name);
            }
        }
        var labels = new List<string> { "power_supply", name };
        foreach (var file in Texts)
        {
            if (_files.TextOrEmpty(Path.Combine(folder, file)) is { Length: > 0 } text)
            {
                labels.AddRange(file, text);
            }
        }
        table.Gauge("node_power_supply_info", "info of /sys/class/power_supply/<power_supply>.", 1, [.. labels]);
    }

    private static IEnumerable<Property> In(double divisor, params string[] files) => files.Select(file => new Property(file, file, divisor));

    private sealed record Property(string File, string Name, double Divisor)
    {
        public Property(string file, string? name = null)
            : this(file, name ?? file, 1)
        {
        }

        public string Metric { get; } = $"node_power_supply_{Name}";

        public string Help { get; } = $"{Name} value of /sys/class/power_supply/<power_supply>.";
    }
}
