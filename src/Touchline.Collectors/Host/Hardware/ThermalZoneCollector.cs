using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Temperatures of thermal zones, and how far cooling devices throttle, from /sys/class/thermal.</summary>
internal sealed class ThermalZoneCollector(HostOptions options) : NodeCollector("thermal_zone")
{
    private const string ZonePrefix = "thermal_zone";
    private const string DevicePrefix = "cooling_device";

    // The files are in thousandths of a degree.
    private const double PerDegree = 1000;

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/thermal");

    public override void Collect(IMetricWriter writer)
    {
        var table = new FamilyTable();
        foreach (var zone in SysFiles.FindNumbered(_folder, ZonePrefix))
        {
            // A zone whose sensor sleeps gives 0, as in node_exporter, so that its series does not come and go.
            var milliDegrees = _files.TryText(Path.Combine(zone, "temp"), out var text) && WholeNumber.TryParse(text, out var value) ? value : 0;
            table.Gauge(
                "node_thermal_zone_temp", "Zone temperature in Celsius", milliDegrees / PerDegree,
                "zone", Path.GetFileName(zone)[ZonePrefix.Length..], "type", _files.TextOrEmpty(Path.Combine(zone, "type")));
        }
        foreach (var device in SysFiles.FindNumbered(_folder, DevicePrefix))
        {
            WriteDevice(table, device);
        }
        table.WriteTo(writer);
    }

    private void WriteDevice(FamilyTable table, string device)
    {
        if (!_files.TryText(Path.Combine(device, "type"), out var type)
            || !_files.TryWhole(Path.Combine(device, "max_state"), out var most)
            || !_files.TryWhole(Path.Combine(device, "cur_state"), out var current))
        {
            return;
        }
        string[] labels = ["name", Path.GetFileName(device)[DevicePrefix.Length..], "type", type];
        table.Gauge("node_cooling_device_cur_state", "Current throttle state of the cooling device", current, labels);
        table.Gauge("node_cooling_device_max_state", "Maximum throttle state of the cooling device", most, labels);
    }
}
