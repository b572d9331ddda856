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

    // Gauges move both ways between two reads; what moves at all is compared within this much.
    private const double GaugeTolerance = 0.1;

    private static readonly string[] Collectors =
    [
        "cpu", "diskstats", "filefd", "filesystem", "loadavg", "meminfo", "netclass", "netdev", "pressure", "sockstat", "stat", "time", "uname",
        "vmstat",
    ];

    /// <summary>Families of which only the presence is compared: they say what is so at the very moment of reading, or how long reading took.</summary>
    private static readonly HashSet<string> Momentary = ["node_procs_running", "node_procs_blocked", "node_disk_io_now", "node_scrape_collector_duration_seconds"];

    [Fact]
    public async Task Families_series_and_values_are_those_of_node_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var ours = new HostCollector(new HostOptions(), TimeProvider.System, NullLogger<HostCollector>.Instance);
        await using var peer = await NodeExporter.StartAsync(Collectors, cancellationToken);
        var differences = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            // What is read between two reads of ours must lie between them. A difference counts only if no round is without it.
            var before = Read(ours);
            var theirs = await peer.ReadAsync(cancellationToken);
            var after = Read(ours);
            var found = Compare(before, theirs, after).ToHashSet();
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
        var folder = Path.Combine(Peers.Repository, "tests", "Touchline.Collectors.Tests", "Fixtures");
        var options = new HostOptions
        {
            ProcPath = Path.Combine(folder, "proc"),
            SysPath = Path.Combine(folder, "sys"),
            UdevDataPath = Path.Combine(folder, "udev"),
        };
        using var ours = new HostCollector(options, TimeProvider.System, NullLogger<HostCollector>.Instance);
        // These two ask the kernel itself, not the files.
        string[] left = ["filesystem", "uname"];
        await using var peer = await NodeExporter.StartAsync(
            Collectors.Except(left), cancellationToken, $"--path.procfs={options.ProcPath}", $"--path.sysfs={options.SysPath}",
            $"--path.udev.data={options.UdevDataPath}", "--no-collector.netdev.netlink");

        var before = Read(ours);
        var theirs = await peer.ReadAsync(cancellationToken);
        var after = Read(ours);

        // Netlink has this one; the file that theirs reads here has not.
        after.Remove(name => left.Any(collector => name.StartsWith($"node_{collector}_", StringComparison.Ordinal)
            || name.Contains($"collector=\"{collector}\"", StringComparison.Ordinal)) || name.StartsWith("node_network_receive_nohandler", StringComparison.Ordinal));
        Assert.Empty(Compare(before, theirs, after));
    }

    [Fact]
    public void Every_collector_succeeds_where_that_of_node_exporter_does()
    {
        using var ours = new HostCollector(new HostOptions(), TimeProvider.System, NullLogger<HostCollector>.Instance);

        var samples = Read(ours).Samples;

        Assert.Equal(
            Collectors.Select(name => $"node_scrape_collector_success{{collector=\"{name}\"}}"),
            samples.Keys.Where(series => series.StartsWith("node_scrape_collector_success", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Compare(Exposition before, Exposition theirs, Exposition after)
    {
        foreach (var (name, (type, help)) in theirs.Families)
        {
            if (!after.Families.TryGetValue(name, out var own))
            {
                yield return $"{name}: the family is missing";
            }
            else if (own != (type, help))
            {
                yield return $"{name}: is {own}, theirs {(type, help)}";
            }
        }
        foreach (var name in after.Families.Keys.Except(theirs.Families.Keys))
        {
            yield return $"{name}: the family is extra";
        }
        foreach (var (series, value) in theirs.Samples)
        {
            if (!before.Samples.TryGetValue(series, out var first) || !after.Samples.TryGetValue(series, out var last))
            {
                yield return $"{series}: the series is missing";
            }
            else if (!Agrees(Exposition.FamilyOf(series), theirs.Families[Exposition.FamilyOf(series)].Type, value, first, last))
            {
                yield return FormattableString.Invariant($"{series}: is {value:R}, between our {first:R} and {last:R}");
            }
        }
        foreach (var series in after.Samples.Keys.Except(theirs.Samples.Keys))
        {
            yield return $"{series}: the series is extra";
        }
    }

    private static bool Agrees(string family, string type, double theirs, double first, double last)
    {
        if (Momentary.Contains(family))
        {
            return true;
        }
        var (low, high) = (Math.Min(first, last), Math.Max(first, last));
        if (low <= theirs && theirs <= high)
        {
            return true;
        }
        var moves = type == "gauge" && first != last;
        return moves && Math.Abs(theirs - first) <= GaugeTolerance * Math.Max(Math.Abs(theirs), Math.Abs(first));
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
