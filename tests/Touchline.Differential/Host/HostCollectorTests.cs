using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors;
using Touchline.Collectors.Host;

namespace Touchline.Differential.Host;

/// <summary>Whether the host's metrics are those of the real node_exporter, read on the same machine at the same time.</summary>
public sealed class HostCollectorTests
{
    private const int Rounds = 8;

    /// <summary>Collectors of node_exporter that Touchline does not have: docs/host.md says what stands for each.</summary>
    private static readonly string[] Left =
    [
        "perf",
    ];

    /// <summary>These ask the kernel itself or services, not files that could be put elsewhere.</summary>
    private static readonly string[] AskKernel = ["ethtool", "filesystem", "logind", "network_route", "ntp", "qdisc", "systemd", "tcpstat", "timex", "uname"];

    /// <summary>Settings of node_exporter that have no counterpart here, since they choose between two ways to the same figures.</summary>
    private static readonly string[] FromFiles = ["--no-collector.netdev.netlink", "--no-collector.arp.netlink"];

    private static string Fixtures => Path.Combine(Peers.Repository, "tests", "Touchline.Collectors.Tests", "Fixtures");

    [Fact]
    public async Task Families_series_and_values_of_all_collectors_are_those_of_node_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        // Theirs opens sockets to ask these two while it counts sockets; they have tests of their own.
        var names = NodeCollectors.Entries.Select(entry => entry.Name).Except(["ntp", "supervisord"]).ToList();
        // Debian leaves out targets too.
        string[] settings =
            ["--collector.textfile.directory=" + Path.Combine(Fixtures, "textfile"), @"--collector.systemd.unit-exclude=.+\.(automount|device|mount|scope|slice)"];
        using var ours = Collector(new HostOptions(), names, settings);
        await using var peer = await NodeExporter.StartAsync(names, cancellationToken, settings);
        var differences = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            // What is read between two reads of ours must lie between them. A difference counts only if no round is without it.
            var before = Read(ours);
            var theirs = await peer.ReadAsync(cancellationToken);
            var after = Read(ours);
            var found = ExpositionComparison.Differences(before, theirs, after).ToHashSet();
            if (round == 0)
            {
                differences = found;
            }
            else
            {
                differences.RemoveWhere(difference => !found.Any(other => SeriesOf(other) == SeriesOf(difference)));
            }
            if (differences.Count == 0)
            {
                return;
            }
        }
        Assert.Fail(string.Join('\n', differences.Order(StringComparer.Ordinal)));
    }

    /// <summary>The files of the unit tests, read by both: also what this machine does not have.</summary>
    [Fact]
    public async Task Fixture_files_give_the_metrics_that_node_exporter_makes_of_them()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var options = new HostOptions
        {
            ProcPath = Path.Combine(Fixtures, "proc"),
            SysPath = Path.Combine(Fixtures, "sys"),
            UdevDataPath = Path.Combine(Fixtures, "udev"),
        };
        var names = NodeCollectors.Entries.Select(entry => entry.Name).Except(AskKernel).ToList();
        string[] settings =
        [
            "--collector.textfile.directory=" + Path.Combine(Fixtures, "textfile"), "--collector.sysctl.include=vm.user_reserve_kbytes",
            "--collector.sysctl.include=kernel.threads-max", "--collector.sysctl.include=net.ipv4.tcp_rmem:min,default,max",
            "--collector.sysctl.include=fs.file-nr", "--collector.sysctl.include-info=kernel.seccomp.actions_avail", "--collector.cpu.info",
            "--collector.cpu.info.flags-include=^(aes|avx.?|constant_tsc)$", "--collector.cpu.info.bugs-include=^(cpu_meltdown|spectre_.*|mds)$",
            "--collector.interrupts.name-exclude=^NMI;", "--collector.slabinfo.slabs-exclude=^kmalloc", "--collector.stat.softirq",
        ];
        using var ours = Collector(options, names, [.. settings.Where(IsKnown)]);
        await using var peer = await NodeExporter.StartAsync(
            names, cancellationToken,
            [$"--path.procfs={options.ProcPath}", $"--path.sysfs={options.SysPath}", $"--path.udev.data={options.UdevDataPath}", .. FromFiles, .. settings]);

        var before = Read(ours);
        var theirs = await peer.ReadAsync(cancellationToken);
        var after = Read(ours);

        // Netlink has this one; the file that theirs reads here has not.
        after.Remove(name => name.StartsWith("node_network_receive_nohandler", StringComparison.Ordinal));
        var differences = ExpositionComparison.Differences(before, theirs, after).ToList();
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>What files disagree in cannot be said in one exposition: what came first stands.</summary>
    [Fact]
    public async Task Text_files_that_share_families_give_what_node_exporter_makes_of_them()
    {
        var folder = Directory.CreateTempSubdirectory("touchline-shared-");
        try
        {
            await WriteAsync("a", "# HELP last Last run.\n# TYPE last gauge\nlast{job=\"a\"} 1\n# TYPE size gauge\nsize{of=\"a\"} 1\nsame 1\n");
            await WriteAsync("b", "# HELP last Last run.\n# TYPE last gauge\nlast{job=\"b\"} 1\nlast{job=\"a\"} 7\n# HELP same hi\n# TYPE same counter\nsame{a=\"b\"} 1\nother{q=\"1\",r=\"2\"} 3\n");
            await WriteAsync("c", "# TYPE last counter\nlast{job=\"c\",z=\"1\"} 1\nother{r=\"2\",q=\"1\"} 4\nother{r=\"3\",q=\"1\"} 5\n# TYPE size gauge\nsize{of=\"c\"} 2\n");
            string[] settings = ["--collector.textfile.directory=" + folder.FullName];
            using var ours = Collector(new HostOptions(), ["textfile"], settings);
            await using var peer = await NodeExporter.StartAsync(["textfile"], TestContext.Current.CancellationToken, settings);

            Assert.Equal(MachineTests.Lines(await peer.ReadAsync(TestContext.Current.CancellationToken)), MachineTests.Lines(Read(ours)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".prom"), text, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Collectors_and_their_defaults_are_those_of_node_exporter()
    {
        var theirs = await NodeExporter.CollectorsAsync(TestContext.Current.CancellationToken);

        var ours = NodeCollectors.Entries.ToDictionary(entry => entry.Name, entry => entry.IsOnByDefault);

        Assert.Empty(theirs.Keys.Except(ours.Keys).Except(Left));
        // Debian switches systemd on; its authors do not.
        Assert.Equal(["systemd"], ours.Except(theirs).Select(entry => entry.Key));
    }

    [Fact]
    public async Task Settings_and_their_defaults_are_those_of_node_exporter()
    {
        var theirs = await NodeExporter.SettingsAsync(TestContext.Current.CancellationToken);
        // Fixtures are for their own tests, and perf we do not have; Debian leaves out targets and has a folder for text files.
        string[] left = ["fixtures", "collector.perf."], debian = ["collector.systemd.unit-exclude", "collector.textfile.directory"];

        var ours = NodeCollectors.Flags.ToDictionary(flag => flag.Name);

        Assert.Empty(theirs.Keys.Where(name => !left.Any(part => name.Contains(part, StringComparison.Ordinal))).Except(ours.Keys));
        Assert.Contains("^(oom_kill|pgpg|pswp|pg.*fault).*", theirs.Values);
        var valued = theirs.Where(setting => setting.Value.Length > 0 && ours.ContainsKey(setting.Key) && !debian.Contains(setting.Key)).ToList();
        Assert.Equal(valued.Select(setting => $"{setting.Key}={setting.Value}"), valued.Select(setting => $"{setting.Key}={ours[setting.Key].Default}"));
    }

    private static bool IsKnown(string setting) => NodeCollectors.Flags.Any(flag => flag.Name == setting[2..].Split('=')[0]);

    /// <summary>Ours with chosen collectors and settings, written as on the command line.</summary>
    private static HostCollector Collector(HostOptions options, IEnumerable<string> names, params IEnumerable<string> settings)
    {
        foreach (var group in settings.Select(setting => setting[2..].Split('=', 2)).GroupBy(pair => pair[0]))
        {
            var flag = NodeCollectors.Flags.Single(known => known.Name == group.Key);
            options = options with { Flags = options.Flags.With(flag, [.. group.Select(pair => pair.Length > 1 ? pair[1] : "true")]) };
        }
        foreach (var name in names)
        {
            options = options with { Collectors = options.Collectors.SetItem(name, true) };
        }
        return new HostCollector(options with { DisableDefaults = true }, TimeProvider.System, NullLogger<HostCollector>.Instance);
    }

    private static string SeriesOf(string difference) => difference[..difference.IndexOf(": ", StringComparison.Ordinal)];

    private static Exposition Read(HostCollector collector)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(buffer, TextMetricFormat.Prometheus);
        collector.Collect(writer, TestContext.Current.CancellationToken);
        writer.Complete();
        return Exposition.Parse(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
