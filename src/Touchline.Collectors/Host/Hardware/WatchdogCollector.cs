using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Host.Hardware;

/// <summary>Timers that restart a machine which no longer answers, from /sys/class/watchdog.</summary>
internal sealed class WatchdogCollector(HostOptions options) : NodeCollector("watchdog")
{
    private static readonly (string File, string Metric)[] Numbers =
    [
        ("bootstatus", "node_watchdog_bootstatus"), ("fw_version", "node_watchdog_fw_version"), ("nowayout", "node_watchdog_nowayout"),
        ("timeleft", "node_watchdog_timeleft_seconds"), ("timeout", "node_watchdog_timeout_seconds"),
        ("pretimeout", "node_watchdog_pretimeout_seconds"), ("access_cs0", "node_watchdog_access_cs0"),
    ];

    private static readonly string[] Texts = ["options", "identity", "state", "status", "pretimeout_governor"];

    private readonly SysFiles _files = new();
    private readonly string _folder = Path.Combine(options.SysPath, "class/watchdog");

    public override void Collect(IMetricWriter writer)
    {
        if (!IsHere(_folder))
        {
            return;
        }
        var table = new FamilyTable();
        foreach (var name in SysFiles.Names(_folder))
        {
            var folder = Path.Combine(_folder, name);
            foreach (var (file, metric) in Numbers)
            {
                if (_files.TryWhole(Path.Combine(folder, file), out var value))
                {
                    table.Gauge(metric, $"Value of /sys/class/watchdog/<watchdog>/{file}", value, "name", name);
                }
            }
            string[] labels = ["name", name, .. Texts.SelectMany(file => new[] { file, _files.TextOrEmpty(Path.Combine(folder, file)) })];
            table.Gauge("node_watchdog_info", "Info of /sys/class/watchdog/<watchdog>", 1, labels);
        }
        table.WriteTo(writer);
    }
}
