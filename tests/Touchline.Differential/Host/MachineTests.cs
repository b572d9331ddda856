using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors;
using Touchline.Collectors.Host;
using Touchline.Collectors.Host.Settings;

namespace Touchline.Differential.Host;

/// <summary>
/// Whether a whole machine in fixture files (chips, arrays, pools, links, disks) gives exactly what the real node_exporter makes of the
/// same files: names, help, types, labels and values.
/// </summary>
public sealed class MachineTests
{
    private static readonly string[] Collectors =
    [
        "bcache", "bcachefs", "bonding", "btrfs", "cpu", "cpu_vulnerabilities", "cpufreq", "dmi", "drbd", "drm", "edac", "fibrechannel", "hwmon", "infiniband",
        "mdadm", "nvme", "os", "pcidevice", "powersupplyclass", "rapl", "selinux", "swap", "tapestats", "thermal_zone", "watchdog", "xfs", "zfs",
    ];

    [Fact]
    public async Task Fixture_machine_gives_exactly_the_metrics_of_node_exporter() => await CompareAsync(MachineFolder, Collectors);

    [Fact]
    public async Task Machine_with_none_of_it_succeeds_and_fails_as_with_node_exporter()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-bare-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "proc"));
            Directory.CreateDirectory(Path.Combine(folder, "sys"));
            await CompareAsync(folder, Collectors.Except(["cpu"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Settings_choose_and_name_as_those_of_node_exporter() => await CompareAsync(
        MachineFolder, ["bcache", "cpu", "hwmon", "pcidevice", "powersupplyclass", "rapl", "tapestats"],
        "collector.bcache.priorityStats", "collector.cpu.info", "collector.cpu.info.flags-include=^(aes|avx.*)$", "collector.cpu.info.bugs-include=mds",
        "no-collector.cpu.guest", "collector.hwmon.chip-exclude=amdgpu|0000", "collector.hwmon.sensor-include=core;temp[12]$|nct|656",
        "collector.pcidevice.names", $"collector.pcidevice.idsfile={MachineFolder}/pci.ids", "collector.powersupply.ignored-supplies=BAT",
        "collector.rapl.enable-zone-label", "collector.tapestats.ignored-devices=st1");

    [Fact]
    public async Task Expressions_are_those_of_node_exporter() => await CompareAsync(
        MachineFolder, ["cpu", "hwmon", "powersupplyclass"], @"collector.cpu.info.flags-include=^(?P<ability>aes|avx[[:digit:]]*)\z", @"collector.hwmon.chip-include=(?i)\QPLATFORM\E_[^[:upper:]]",
        @"collector.powersupply.ignored-supplies=^\pL{2,3}\d\b");

    [Fact]
    public async Task Chosen_chips_and_left_out_sensors_are_those_of_node_exporter() =>
        await CompareAsync(MachineFolder, ["hwmon"], "collector.hwmon.chip-include=platform", "collector.hwmon.sensor-exclude=temp1");

    /// <summary>Drivers and queues can be asked on this machine only. What they count moves on: which counters there are is compared.</summary>
    [Fact]
    public async Task Interfaces_of_this_machine_tell_what_they_tell_node_exporter()
    {
        string[] collectors = ["ethtool", "qdisc"];
        await using var peer = await NodeExporter.StartAsync(collectors, TestContext.Current.CancellationToken);
        var theirs = await peer.ReadAsync(TestContext.Current.CancellationToken);
        var ours = Read(new HostOptions
        {
            DisableDefaults = true,
            Collectors = new HostOptions().Collectors.AddRange(collectors.Select(name => KeyValuePair.Create(name, true))),
        });

        foreach (var samples in new[] { theirs.Samples, ours.Samples })
        {
            foreach (var series in samples.Keys.Where(series => series.StartsWith("node_ethtool_", StringComparison.Ordinal)
                || series.StartsWith("node_qdisc_", StringComparison.Ordinal)).ToList())
            {
                samples[series] = 0;
            }
        }
        Assert.Equal(Lines(theirs), Lines(ours));
    }

    /// <summary>The settings that flags on a command line give.</summary>
    internal static NodeFlagValues Flags(IEnumerable<string> flags) => flags.Aggregate(NodeFlagValues.Defaults, (values, flag) =>
    {
        var parts = flag.Split('=', 2);
        var isOff = parts[0].StartsWith("no-", StringComparison.Ordinal);
        var known = NodeCollectors.Flags.Single(known => known.Name == (isOff ? parts[0][3..] : parts[0]));
        return values.With(known, parts.Length > 1 ? parts[1] : isOff ? "false" : "true");
    });

    private static string MachineFolder { get; } =
        Path.Combine(Peers.Repository, "tests", "Touchline.Collectors.Tests", "Fixtures", "machine");

    private static async Task CompareAsync(string folder, IEnumerable<string> collectors, params string[] flags)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var names = collectors.ToList();
        var options = Options(folder, names, flags);
        await using var peer = await NodeExporter.StartAsync(
            names, cancellationToken,
            [$"--path.procfs={options.ProcPath}", $"--path.sysfs={options.SysPath}", $"--path.rootfs={options.RootFsPath}", .. flags.Select(flag => $"--{flag}")]);

        var theirs = await peer.ReadAsync(cancellationToken);
        var ours = Read(options);

        Assert.Equal(Lines(theirs), Lines(ours));
    }

    private static HostOptions Options(string folder, IEnumerable<string> collectors, IEnumerable<string> flags) => new()
    {
        ProcPath = Path.Combine(folder, "proc"),
        SysPath = Path.Combine(folder, "sys"),
        RootFsPath = Path.Combine(folder, "root"),
        DisableDefaults = true,
        Collectors = new HostOptions().Collectors.AddRange(collectors.Select(name => KeyValuePair.Create(name, true))),
        Flags = Flags(flags),
    };

    internal static Exposition Read(HostOptions options)
    {
        using var collector = new HostCollector(options, TimeProvider.System, NullLogger<HostCollector>.Instance);
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(buffer, TextMetricFormat.Prometheus);
        collector.Collect(writer, TestContext.Current.CancellationToken);
        writer.Complete();
        return Exposition.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    /// <summary>Whether ours comes to say the same. A service has less than a second to answer ours, which a busy machine may not give it at once.</summary>
    internal static async Task AssertSameAsync(Exposition theirs, HostOptions options)
    {
        var (expected, ours) = (Lines(theirs), Lines(Read(options)));
        for (var attempt = 0; attempt < 120 && ours != expected; attempt++)
        {
            await Task.Delay(250, TestContext.Current.CancellationToken);
            ours = Lines(Read(options));
        }
        Assert.Equal(expected, ours);
    }

    /// <summary>An exposition as lines in order, without how long collecting took.</summary>
    internal static string Lines(Exposition exposition)
    {
        exposition.Remove(name => name.StartsWith("node_scrape_collector_duration_seconds", StringComparison.Ordinal));
        var families = exposition.Families.Select(family => $"{family.Key} {family.Value.Type} {family.Value.Help}");
        var samples = exposition.Samples.Select(sample => FormattableString.Invariant($"{sample.Key} {sample.Value:R}"));
        return string.Join('\n', families.Concat(samples).Order(StringComparer.Ordinal));
    }
}
