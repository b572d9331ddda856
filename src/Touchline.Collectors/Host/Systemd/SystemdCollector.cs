using System.Globalization;
using System.Text.RegularExpressions;
using Tmds.DBus.Protocol;
using Touchline.Collectors.Host.Settings;
using Touchline.Model;

namespace Touchline.Collectors.Host.Systemd;

/// <summary>Units of systemd and what state they are in, asked for over the system's D-Bus.</summary>
internal sealed partial class SystemdCollector(HostOptions options) : NodeCollector("systemd")
{
    internal static readonly NodeFlag UnitInclude = new(
        "collector.systemd.unit-include", NodeFlagKind.Pattern, ".+", "Units that are watched, if they are not excluded; matches the whole name.");

    internal static readonly NodeFlag UnitExclude = new(
        "collector.systemd.unit-exclude", NodeFlagKind.Pattern, @".+\.(automount|device|mount|scope|slice)", "Units that are not watched; matches the whole name.");

    internal static readonly NodeFlag TaskMetrics = new(
        "collector.systemd.enable-task-metrics", NodeFlagKind.Switch, "false", "Whether tasks of services are counted.");

    internal static readonly NodeFlag RestartMetrics = new(
        "collector.systemd.enable-restarts-metrics", NodeFlagKind.Switch, "false", "Whether restarts of services are counted.");

    internal static readonly NodeFlag StartTimeMetrics = new(
        "collector.systemd.enable-start-time-metrics", NodeFlagKind.Switch, "false", "Whether the times are told at which units started.");

    internal static readonly NodeFlag Private = new("collector.systemd.private", NodeFlagKind.Switch, "false", "Has no effect.");

    private const string Service = "org.freedesktop.systemd1";
    private const string ManagerPath = "/org/freedesktop/systemd1";
    private const string ManagerInterface = $"{Service}.Manager";

    // Answers come one after the other, but the questions need not wait for them; the bus allows far more to be open.
    private const int AskedAtOnce = 64;

    private const double MicrosecondsPerSecond = 1e6;

    // Older ones know neither their own state nor when timers fired.
    private const double FirstVersionWithState = 212;

    private static readonly string[] States = ["active", "activating", "deactivating", "inactive", "failed"];

    private readonly string? _address = options.SystemBusAddress ?? DBusAddress.System;
    private readonly NameFilter _filter = NameFilter.OfWhole(options, UnitExclude, UnitInclude);
    private readonly bool _tellsTasks = options.Flags.IsOn(TaskMetrics);
    private readonly bool _tellsRestarts = options.Flags.IsOn(RestartMetrics);
    private readonly bool _tellsStartTimes = options.Flags.IsOn(StartTimeMetrics);

    public override void Collect(IMetricWriter writer)
    {
        if (_address is null)
        {
            NothingHere("there is no system bus");
            return;
        }
        SystemBus.Ask(_address, AskAsync).WriteTo(writer);
    }

    private async Task<FamilyTable> AskAsync(SystemBus bus, CancellationToken cancellationToken)
    {
        var table = new FamilyTable();
        var version = await ReadManagerAsync(table, bus, cancellationToken);
        var all = await bus.CallAsync(Service, ManagerPath, ManagerInterface, "ListUnits", static (message, _) => SystemdUnit.ReadAll(message))
            .WaitAsync(cancellationToken);
        foreach (var state in States.Union(all.Select(unit => unit.ActiveState), StringComparer.Ordinal))
        {
            table.Gauge("node_systemd_units", "Summary of systemd unit states", all.Count(unit => unit.ActiveState == state), "state", state);
        }
        var watched = all.Where(unit => unit.LoadState == "loaded" && _filter.Allows(unit.Name)).OrderBy(unit => unit.Name, StringComparer.Ordinal).ToList();
        var answers = new SystemdUnitAnswers[watched.Count];
        await Parallel.ForAsync(
            0, watched.Count, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancellationToken },
            async (i, token) => answers[i] = await AskUnitAsync(bus, watched[i], version).WaitAsync(token));
        foreach (var answer in answers)
        {
            Write(table, answer);
        }
        return table;
    }

    /// <summary>Tells of systemd itself, and returns its version; 0 where it does not say.</summary>
    private static async Task<double> ReadManagerAsync(FamilyTable table, SystemBus bus, CancellationToken cancellationToken)
    {
        var properties = Task.WhenAll(ManagerAsync("Version"), ManagerAsync("Virtualization"), ManagerAsync("SystemState"));
        var answers = await properties.WaitAsync(cancellationToken);
        var (text, virtualization, state) = (answers[0]?.GetString() ?? "", answers[1]?.GetString(), answers[2]?.GetString());
        var isKnown = double.TryParse(VersionNumber().Match(text).ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version);
        table.Gauge("node_systemd_version", "Detected systemd version", version, "version", isKnown ? text : "");
        table.Gauge(
            "node_systemd_virtualization_info", "Detected virtualization technology", 1,
            "virtualization_type", virtualization switch { null => "unknown", "" => "none", var type => type });
        if (version >= FirstVersionWithState)
        {
            table.Gauge(
                "node_systemd_system_running", "Whether the system is operational (see 'systemctl is-system-running')", state == "running" ? 1 : 0);
        }
        return version;

        Task<VariantValue?> ManagerAsync(string name) => bus.PropertyAsync(Service, ManagerPath, ManagerInterface, name);
    }

    private async Task<SystemdUnitAnswers> AskUnitAsync(SystemBus bus, SystemdUnit unit, double version)
    {
        var answers = new SystemdUnitAnswers(unit);
        if (unit.IsService || unit.IsMount)
        {
            answers.Type = (await PropertyAsync(unit.IsService ? "Service" : "Mount", "Type"))?.GetString() ?? "";
        }
        if (unit.IsService && _tellsRestarts)
        {
            answers.Restarts = (await PropertyAsync("Service", "NRestarts"))?.GetUInt32();
        }
        if (unit.IsService && _tellsTasks)
        {
            answers.Tasks = Limited(await PropertyAsync("Service", "TasksCurrent"));
            answers.MaxTasks = Limited(await PropertyAsync("Service", "TasksMax"));
        }
        if (_tellsStartTimes)
        {
            answers.Started = unit.ActiveState == "active" ? (await PropertyAsync("Unit", "ActiveEnterTimestamp"))?.GetUInt64() : 0;
        }
        if (unit.IsTimer && version >= FirstVersionWithState)
        {
            answers.LastTrigger = (await PropertyAsync("Timer", "LastTriggerUSec"))?.GetUInt64();
        }
        if (unit.IsSocket)
        {
            answers.Accepted = (await PropertyAsync("Socket", "NAccepted"))?.GetUInt32();
            answers.Connections = (await PropertyAsync("Socket", "NConnections"))?.GetUInt32();
            answers.Refused = (await PropertyAsync("Socket", "NRefused"))?.GetUInt32();
        }
        return answers;

        Task<VariantValue?> PropertyAsync(string kind, string name) => bus.PropertyAsync(Service, unit.Path, $"{Service}.{kind}", name);
    }

    /// <summary>A number, none where all bits are set: not counted, or without limit.</summary>
    private static double? Limited(VariantValue? value) => value?.GetUInt64() is { } number and not ulong.MaxValue ? number : null;

    private static void Write(FamilyTable table, SystemdUnitAnswers answers)
    {
        var unit = answers.Unit;
        foreach (var state in States)
        {
            table.Gauge("node_systemd_unit_state", "Systemd unit", unit.ActiveState == state ? 1 : 0, "name", unit.Name, "state", state, "type", answers.Type);
        }
        Write("service_restart_total", MetricType.Counter, "Service unit count of Restart triggers", answers.Restarts);
        Write("unit_tasks_current", MetricType.Gauge, "Current number of tasks per Systemd unit", answers.Tasks);
        Write("unit_tasks_max", MetricType.Gauge, "Maximum number of tasks per Systemd unit", answers.MaxTasks);
        Write("unit_start_time_seconds", MetricType.Gauge, "Start time of the unit since unix epoch in seconds.", answers.Started / MicrosecondsPerSecond);
        Write("timer_last_trigger_seconds", MetricType.Gauge, "Seconds since epoch of last trigger.", answers.LastTrigger / MicrosecondsPerSecond);
        Write("socket_accepted_connections_total", MetricType.Counter, "Total number of accepted socket connections", answers.Accepted);
        Write("socket_current_connections", MetricType.Gauge, "Current number of socket connections", answers.Connections);
        Write("socket_refused_connections_total", MetricType.Gauge, "Total number of refused socket connections", answers.Refused);

        void Write(string name, MetricType type, string help, double? value)
        {
            if (value is { } known)
            {
                table.Add($"node_systemd_{name}", type, help, known, "name", unit.Name);
            }
        }
    }

    [GeneratedRegex(@"[0-9]{3,}(\.[0-9]+)?", RegexOptions.CultureInvariant)]
    private static partial Regex VersionNumber();
}
