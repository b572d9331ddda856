using Touchline.Collectors.Host;

namespace Touchline.Differential.Host;

/// <summary>Whether we tell of systemd's units what the real node_exporter tells of them, both asking the same bus.</summary>
public sealed class SystemdTests
{
    [Fact]
    public async Task Units_are_told_as_node_exporter_tells_them() => await CompareAsync();

    [Fact]
    public async Task Tasks_restarts_and_start_times_are_told_when_asked_for() => await CompareAsync(
        "collector.systemd.enable-task-metrics", "collector.systemd.enable-restarts-metrics", "collector.systemd.enable-start-time-metrics");

    [Fact]
    public async Task Units_that_are_chosen_are_told_alone() =>
        await CompareAsync("collector.systemd.unit-include=(ssh|cron).*", "collector.systemd.unit-exclude=ssh.socket");

    [Fact]
    public async Task Old_systemd_tells_neither_its_state_nor_timers()
    {
        await using var systemd = Machine();
        systemd.SetManager("Version", "209");
        await systemd.StartAsync();
        await CompareAsync("systemd", systemd);
    }

    [Fact]
    public async Task Sessions_are_counted_as_node_exporter_counts_them()
    {
        await using var systemd = new FakeSystemd();
        systemd.AddSession("1", "seat0", ("Remote", false), ("Type", "wayland"), ("Class", "user"));
        systemd.AddSession("_32", "", ("Remote", true), ("Type", "tty"), ("Class", "user"));
        systemd.AddSession("_33", "", ("Remote", true), ("Type", "tty"), ("Class", "user"));
        systemd.AddSession("c4", "seat1", ("Remote", false), ("Type", "hologram"), ("Class", "manager"));
        systemd.AddSession("gone", "seat1");
        await systemd.StartAsync();
        await CompareAsync("logind", systemd);
    }

    private static async Task CompareAsync(params string[] flags)
    {
        await using var systemd = Machine();
        await systemd.StartAsync();
        await CompareAsync("systemd", systemd, flags);
    }

    private static async Task CompareAsync(string collector, FakeSystemd systemd, params string[] flags)
    {
        // Debian's node_exporter leaves out targets too.
        string[] given = flags.Any(flag => flag.Contains("exclude", StringComparison.Ordinal))
            ? flags
            : [.. flags, @"collector.systemd.unit-exclude=.+\.(automount|device|mount|scope|slice)"];
        await using var peer = await NodeExporter.StartAsync(
            [collector], new Dictionary<string, string> { ["DBUS_SYSTEM_BUS_ADDRESS"] = systemd.Address }, TestContext.Current.CancellationToken,
            [.. given.Select(flag => $"--{flag}")]);

        var theirs = await peer.ReadAsync(TestContext.Current.CancellationToken);
        await MachineTests.AssertSameAsync(theirs, new HostOptions
        {
            DisableDefaults = true,
            Collectors = new HostOptions().Collectors.Add(collector, true),
            Flags = MachineTests.Flags(given),
            SystemBusAddress = systemd.Address,
        });
    }

    private static FakeSystemd Machine()
    {
        var systemd = new FakeSystemd();
        systemd.SetManager("Version", "252.39-1~deb12u1");
        systemd.SetManager("Virtualization", "");
        systemd.SetManager("SystemState", "running");
        systemd.AddUnit(
            "ssh.service", "loaded", "active", ("Service", "Type", "notify"), ("Service", "NRestarts", 3u), ("Service", "TasksCurrent", 12ul),
            ("Service", "TasksMax", 4915ul), ("Unit", "ActiveEnterTimestamp", 1_700_000_000_123_456ul));
        systemd.AddUnit(
            "getty@tty1.service", "loaded", "failed", ("Service", "Type", "idle"), ("Service", "NRestarts", 0u), ("Service", "TasksCurrent", ulong.MaxValue),
            ("Service", "TasksMax", ulong.MaxValue));
        systemd.AddUnit("gone.service", "not-found", "inactive", ("Service", "Type", "simple"));
        systemd.AddUnit("2-odd \"name\".service", "loaded", "activating");
        systemd.AddUnit(
            "ssh.socket", "loaded", "active", ("Socket", "NAccepted", 7u), ("Socket", "NConnections", 2u), ("Socket", "NRefused", 1u),
            ("Unit", "ActiveEnterTimestamp", 1ul));
        systemd.AddUnit("old.socket", "loaded", "active", ("Socket", "NAccepted", 70u), ("Socket", "NConnections", 20u));
        systemd.AddUnit("cron-daily.timer", "loaded", "active", ("Timer", "LastTriggerUSec", 1_700_000_123_000_000ul));
        systemd.AddUnit("home.mount", "loaded", "active", ("Mount", "Type", "ext4"));
        systemd.AddUnit("multi-user.target", "loaded", "active");
        systemd.AddUnit("user.slice", "loaded", "deactivating");
        systemd.AddUnit("strange.path", "loaded", "maintenance");
        return systemd;
    }
}
