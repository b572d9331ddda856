using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>The host's clock, its time zone, and what the kernel measures time with.</summary>
internal sealed class TimeCollector(HostOptions options, TimeProvider time) : NodeCollector("time")
{
    private readonly FileReader _reader = new();
    private readonly string _folder = Path.Combine(options.SysPath, "devices/system/clocksource");

    public override void Collect(IMetricWriter writer)
    {
        var now = time.GetUtcNow();
        writer.Family("node_time_seconds", MetricType.Gauge, "System time in seconds since epoch (1970).");
        writer.Sample((now.Ticks - DateTimeOffset.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond);
        var (zone, offset) = LocalTime.ZoneAt(now.ToUnixTimeSeconds());
        writer.Family("node_time_zone_offset_seconds", MetricType.Gauge, "System time zone offset in seconds.");
        writer.Sample(offset, "time_zone", zone);
        WriteClockSources(writer);
    }

    private void WriteClockSources(IMetricWriter writer)
    {
        if (!Directory.Exists(_folder))
        {
            return;
        }
        const string Prefix = "clocksource";
        var devices = Directory.GetDirectories(_folder, Prefix + "*").Order(StringComparer.Ordinal).ToList();
        writer.Family("node_time_clocksource_available_info", MetricType.Gauge, "Available clocksources read from '/sys/devices/system/clocksource'.");
        foreach (var device in devices)
        {
            foreach (var source in Read(device, "available_clocksource").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                writer.Sample(1, "device", Path.GetFileName(device)[Prefix.Length..], "clocksource", source);
            }
        }
        writer.Family("node_time_clocksource_current_info", MetricType.Gauge, "Current clocksource read from '/sys/devices/system/clocksource'.");
        foreach (var device in devices)
        {
            writer.Sample(1, "device", Path.GetFileName(device)[Prefix.Length..], "clocksource", Read(device, "current_clocksource"));
        }
    }

    private string Read(string device, string file) => Encoding.UTF8.GetString(_reader.Read(Path.Combine(device, file))).Trim();
}
