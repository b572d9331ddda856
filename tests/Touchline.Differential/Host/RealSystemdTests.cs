using Touchline.Collectors.Host;

namespace Touchline.Differential.Host;

/// <summary>Whether we tell of a real systemd's units what the real node_exporter tells of them.</summary>
public sealed class RealSystemdTests
{
    private static readonly string[] Flags =
    [
        "collector.systemd.enable-task-metrics", "collector.systemd.enable-restarts-metrics", "collector.systemd.enable-start-time-metrics",
        // Debian's node_exporter leaves out targets too.
        @"collector.systemd.unit-exclude=.+\.(automount|device|mount|scope|slice)",
    ];

    /// <summary>What is so once all units are as they will stay: the timer has run out, and of two callers of the socket one is served.</summary>
    private static readonly string[] Settled =
    [
        """node_systemd_unit_state{name="broken.service",state="failed",type="simple"} 1""",
        """node_systemd_unit_state{name="flapping.service",state="failed",type="simple"} 1""",
        """node_systemd_service_restart_total{name="flapping.service"} 4""",
        """node_systemd_unit_state{name="done.service",state="active",type="oneshot"} 1""",
        """node_systemd_unit_state{name="steady.service",state="active",type="simple"} 1""",
        """node_systemd_unit_state{name="ticked.service",state="active",type="oneshot"} 1""",
        """node_systemd_socket_accepted_connections_total{name="served.socket"} 1""",
        """node_systemd_socket_current_connections{name="served.socket"} 1""",
        """node_systemd_socket_refused_connections_total{name="served.socket"} 1""",
    ];

    private static readonly Dictionary<string, string> Units = new()
    {
        ["steady.service"] = "[Service]\nExecStart=/bin/sleep 300\nTasksMax=12\n",
        ["broken.service"] = "[Service]\nExecStart=/bin/false\n",
        ["flapping.service"] = "StartLimitIntervalSec=1000\nStartLimitBurst=4\n[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=1ms\n",
        ["done.service"] = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
        ["tick.timer"] = "[Timer]\nOnActiveSec=10ms\nAccuracySec=1ms\nUnit=ticked.service\n",
        ["ticked.service"] = "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n",
        ["served.socket"] = $"[Socket]\nListenStream={RealSystemd.Listening("served")}\nAccept=yes\nMaxConnections=1\n",
        ["served@.service"] = "[Service]\nExecStart=/bin/cat\nStandardInput=socket\n",
    };

    [Fact]
    public async Task Units_are_told_as_node_exporter_tells_them()
    {
        Assert.SkipWhen(RealSystemd.Hindrance is not null, RealSystemd.Hindrance ?? "");
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var systemd = await RealSystemd.StartAsync(Units, "steady.service broken.service flapping.service done.service tick.timer served.socket");
        await WaitAsync(systemd, ours => ours.Contains("""{name="served.socket",state="active",type=""} 1""", StringComparison.Ordinal));
        using var served = await systemd.ConnectAsync("served", cancellationToken);
        using var refused = await systemd.ConnectAsync("served", cancellationToken);
        await WaitAsync(systemd, ours => Settled.All(line => ours.Contains(line, StringComparison.Ordinal)));
        await using var peer = await NodeExporter.StartAsync(
            ["systemd"], new Dictionary<string, string> { ["DBUS_SYSTEM_BUS_ADDRESS"] = systemd.Address }, cancellationToken, [.. Flags.Select(flag => $"--{flag}")]);

        await MachineTests.AssertSameAsync(await peer.ReadAsync(cancellationToken), Options(systemd));
    }

    private static async Task WaitAsync(RealSystemd systemd, Predicate<string> isReached)
    {
        var ours = "";
        for (var attempt = 0; attempt < 600; attempt++)
        {
            ours = Read(systemd);
            if (isReached(ours))
            {
                return;
            }
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Fail($"{ours}\n{systemd.Log}");
    }

    private static string Read(RealSystemd systemd) => MachineTests.Lines(MachineTests.Read(Options(systemd)));

    private static HostOptions Options(RealSystemd systemd) => new()
    {
        DisableDefaults = true,
        Collectors = new HostOptions().Collectors.Add("systemd", true),
        Flags = MachineTests.Flags(Flags),
        SystemBusAddress = systemd.Address,
    };
}
