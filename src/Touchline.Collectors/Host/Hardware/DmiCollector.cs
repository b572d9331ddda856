using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>What the firmware says of the machine, from /sys/class/dmi/id. It cannot change while the system runs, so it is read once.</summary>
internal sealed class DmiCollector(HostOptions options) : NodeCollector("dmi")
{
    private static readonly string[] Labels =
    [
        "bios_date", "bios_release", "bios_vendor", "bios_version", "board_asset_tag", "board_name", "board_serial", "board_vendor", "board_version",
        "chassis_asset_tag", "chassis_serial", "chassis_vendor", "chassis_version", "product_family", "product_name", "product_serial", "product_sku",
        "product_uuid", "product_version", "system_vendor",
    ];

    private static readonly string Help = $"A metric with a constant '1' value labeled by {string.Join(", ", Labels)} if provided by DMI.";

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/dmi/id");
    private string[]? _values;

    public override void Collect(IMetricWriter writer)
    {
        _values ??= Read();
        if (_values.Length == 0)
        {
            NothingHere($"there is nothing in {_folder}");
            return;
        }
        writer.Family("node_dmi_info", MetricType.Gauge, Help);
        writer.Sample(1, _values);
    }

    private string[] Read()
    {
        var values = new List<string>();
        foreach (var label in Labels)
        {
            // Serial numbers and the machine's UUID are for root alone.
            if (_files.TryText(Path.Combine(_folder, label == "system_vendor" ? "sys_vendor" : label), out var value))
            {
                values.AddRange(label, value);
            }
        }
        return [.. values];
    }
}
