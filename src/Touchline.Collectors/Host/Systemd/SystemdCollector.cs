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

    // Below what the host collector grants, so that a bus that does not answer is named as such and leaves no thread behind.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    // Answers come one after the other, but the questions need not wait for them; the bus allows far more to be open.
    private const int AskedAtOnce = 64;

    private const double MicrosecondsPerSecond = 1e6;

    // Older ones know neither their own state nor when timers fired.
    private const double FirstVersionWithState = 212;

    private static readonly string[] States = ["active", "activating", "deactivating", "inactive", "failed"];

    private readonly string? _address = options.SystemBusAddress ?? DBusAddress.System;
    private readonly NameFilter _filter = new(new AnchoredRegex(options.Flags.Text(UnitExclude)), new AnchoredRegex(options.Flags.Text(UnitInclude)));
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
        var table = new FamilyTable();
        using (var patience = new CancellationTokenSource(Patience))
        {
            // The host collector's threads are made for work that blocks.
            CollectAsync(table, _address, patience.Token).GetAwaiter().GetResult();
        }
        table.WriteTo(writer);
    }

    private async Task CollectAsync(FamilyTable table, string address, CancellationToken cancellationToken)
    {
        using var bus = await ConnectAsync(address, cancellationToken);
        var version = await ReadManagerAsync(table, bus, cancellationToken);
        var all = await bus.ListUnitsAsync().WaitAsync(cancellationToken);
        foreach (var state in States.Union(all.Select(unit => unit.ActiveState), StringComparer.Ordinal))
        {
            table.Gauge("node_systemd_units", "Summary of systemd unit states", all.Count(unit => unit.ActiveState == state), "state", state);
        }
        var watched = all.Where(unit => unit.LoadState == "loaded" && _filter.Allows(unit.Name)).Order(ByName).ToList();
        var answers = new SystemdUnitAnswers[watched.Count];
        await Parallel.ForAsync(
            0, watched.Count, new ParallelOptions { MaxDegreeOfParallelism = AskedAtOnce, CancellationToken = cancellationToken },
            async (i, token) => answers[i] = await AskAsync(bus, watched[i], version).WaitAsync(token));
        foreach (var answer in answers)
        {
            Write(table, answer);
        }
    }

    private static readonly Comparer<SystemdUnit> ByName = Comparer<SystemdUnit>.Create((left, right) => string.CompareOrdinal(left.Name, right.Name));

    /// <summary>A connection that comes up too late is let go of when it does.</summary>
    private static async Task<SystemdBus> ConnectAsync(string address, CancellationToken cancellationToken)
    {
        var connecting = SystemdBus.ConnectAsync(address);
        try
        {
            return await connecting.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = connecting.ContinueWith(
                late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw new IOException("the system bus does not answer");
        }
    }

    /// <summary>Tells of systemd itself, and returns its version; 0 where it does not say.</summary>
    private static async Task<double> ReadManagerAsync(FamilyTable table, SystemdBus bus, CancellationToken cancellationToken)
    {
        var properties = Task.WhenAll(bus.ManagerPropertyAsync("Version"), bus.ManagerPropertyAsync("Virtualization"), bus.ManagerPropertyAsync("SystemState"));
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
    }

    private async Task<SystemdUnitAnswers> AskAsync(SystemdBus bus, SystemdUnit unit, double version)
    {
        var answers = new SystemdUnitAnswers(unit);
        if (unit.IsService || unit.IsMount)
        {
            answers.Type = (await bus.UnitPropertyAsync(unit, unit.IsService ? "Service" : "Mount", "Type"))?.GetString() ?? "";
        }
        if (unit.IsService && _tellsRestarts)
        {
            answers.Restarts = (await bus.UnitPropertyAsync(unit, "Service", "NRestarts"))?.GetUInt32();
        }
        if (unit.IsService && _tellsTasks)
        {
            answers.Tasks = Limited(await bus.UnitPropertyAsync(unit, "Service", "TasksCurrent"));
            answers.MaxTasks = Limited(await bus.UnitPropertyAsync(unit, "Service", "TasksMax"));
        }
        if (_tellsStartTimes)
        {
            answers.Started = unit.ActiveState == "active" ? (await bus.UnitPropertyAsync(unit, "Unit", "ActiveEnterTimestamp"))?.GetUInt64() : 0;
        }
        if (unit.IsTimer && version >= FirstVersionWithState)
        {
            answers.LastTrigger = (await bus.UnitPropertyAsync(unit, "Timer", "LastTriggerUSec"))?.GetUInt64();
        }
        if (unit.IsSocket)
        {
            answers.Accepted = (await bus.UnitPropertyAsync(unit, "Socket", "NAccepted"))?.GetUInt32();
            answers.Connections = (await bus.UnitPropertyAsync(unit, "Socket", "NConnections"))?.GetUInt32();
            answers.Refused = (await bus.UnitPropertyAsync(unit, "Socket", "NRefused"))?.GetUInt32();
        }
        return answers;
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
