using System.Buffers.Binary;
using System.Text;
using Touchline.Collectors.Host;
using Touchline.Differential.Api;

namespace Touchline.Differential.Host;

/// <summary>Whether what runs on this host is told as node_exporter tells it, both asking the same fakes and reading the same files.</summary>
public sealed class ServicesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-services-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Services_of_runit_are_told_as_node_exporter_tells_them()
    {
        WriteStatus("up", 1_700_000_000, 'u', 1);
        WriteStatus("down", 1_700_000_001, 'd', 0);
        WriteStatus(".hidden", 1_700_000_002, '\0', 2);
        WriteStatus("not normally", 1_700_000_003, 'u', 1);
        await File.WriteAllTextAsync(Path.Combine(_folder, "not normally", "supervise", "down"), "", TestContext.Current.CancellationToken);
        WriteStatus("short", 1_700_000_004, 'u', 1, length: 10);
        WriteStatus("long", 1_700_000_005, 'u', 1, length: 40);
        WriteStatus("empty", 0, 'u', 1, length: 0);
        Directory.CreateDirectory(Path.Combine(_folder, "not begun"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "a file"), "", TestContext.Current.CancellationToken);
        var elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "up", "elsewhere")).FullName;
        Directory.Move(Path.Combine(_folder, "long", "supervise"), Path.Combine(elsewhere, "supervise"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "linked"), elsewhere);

        var ours = await CompareAsync("runit", $"collector.runit.servicedir={_folder}");

        Assert.Equal(6, ours.Samples.Count(sample => sample.Key.StartsWith("node_service_state{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Folder_of_services_that_is_not_there_is_a_failure_to_both() => await CompareAsync("runit", $"collector.runit.servicedir={_folder}/none");

    [Fact]
    public async Task Processes_of_supervisord_are_told_as_node_exporter_tells_them()
    {
        int[] states = [0, 10, 20, 30, 40, 100, 200, 1000];
        await using var supervisord = new ExpositionServer(_ => ("text/xml", Encoding.UTF8.GetBytes(Processes(states))));

        var ours = await CompareAsync("supervisord", $"collector.supervisord.url=http://{supervisord.Address}/RPC2");

        Assert.Equal(8, ours.Samples.Count(sample => sample.Key.StartsWith("node_supervisord_up{", StringComparison.Ordinal)));
        Assert.Equal(3, ours.Samples.Count(sample => sample.Key.StartsWith("node_supervisord_start_time_seconds{", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("<methodResponse><fault><value><struct><member><name>faultString</name><value><string>UNKNOWN_METHOD</string></value></member><member><name>faultCode</name><value><int>1</int></value></member></struct></value></fault></methodResponse>")]
    [InlineData("no xml")]
    public async Task Supervisord_that_refuses_is_a_failure_to_both(string answer)
    {
        await using var supervisord = new ExpositionServer(_ => ("text/xml", Encoding.UTF8.GetBytes(answer)));

        var ours = await CompareAsync("supervisord", $"collector.supervisord.url=http://{supervisord.Address}/RPC2");

        Assert.Equal(0, ours.Samples["node_scrape_collector_success{collector=\"supervisord\"}"]);
    }

    public static TheoryData<string> TimeServers => [.. States.Keys];

    /// <summary>Where clocks agree is for both a matter of whether the server says that it can be relied on.</summary>
    private static readonly Dictionary<string, (TimeServerState State, double? Sanity)> States = new()
    {
        ["good"] = (new TimeServerState(), 1),
        ["ahead"] = (new TimeServerState { Ahead = 1000 }, 0),
        ["leap second"] = (new TimeServerState { Leap = 1, Ahead = 0.25 }, 1),
        ["leap second and too far ahead"] = (new TimeServerState { Leap = 2, Ahead = 5 }, 0),
        ["not synchronized"] = (new TimeServerState { Leap = 3 }, 0),
        ["stratum 16"] = (new TimeServerState { Stratum = 16 }, 0),
        ["kiss of death"] = (new TimeServerState { Stratum = 0 }, 0),
        ["too far from its source"] = (new TimeServerState { RootDelay = 7 }, 0),
        ["dispersed"] = (new TimeServerState { RootDispersion = 17 }, 0),
        ["set long ago"] = (new TimeServerState { SetBefore = 140_000 }, 0),
        ["set in future"] = (new TimeServerState { SetBefore = -1000 }, 0),
        ["never set"] = (new TimeServerState { SetBefore = null }, 0),
        ["another mode"] = (new TimeServerState { Mode = 3 }, null),
        ["another question"] = (new TimeServerState { RepeatsCookie = false }, null),
    };

    [Theory]
    [MemberData(nameof(TimeServers))]
    public async Task Time_server_is_told_and_judged_as_by_node_exporter(string name)
    {
        var (state, sanity) = States[name];
        await using var server = new FakeTimeServer(state);

        // What two questions find out is not the same to the nanosecond.
        var ours = await CompareAsync(
            "ntp", series => series is "node_ntp_offset_seconds" or "node_ntp_rtt_seconds",
            $"collector.ntp.server-port={server.Port}", "collector.ntp.protocol-version=3", "collector.ntp.ip-ttl=2");

        Assert.Equal(sanity, ours.Samples.TryGetValue("node_ntp_sanity", out var found) ? found : null);
        if (sanity is not null)
        {
            Assert.InRange(ours.Samples["node_ntp_offset_seconds"], state.Ahead - 30, state.Ahead + 30);
        }
    }

    private static Task<Exposition> CompareAsync(string collector, params string[] flags) => CompareAsync(collector, _ => false, flags);

    /// <summary>What ours says, once it is what theirs says but for series that are not compared. Both wait for an answer for a second at most, which a busy machine may need more than once.</summary>
    private static async Task<Exposition> CompareAsync(string collector, Predicate<string> isMomentary, params string[] flags)
    {
        const int Rounds = 30;
        await using var peer = await NodeExporter.StartAsync([collector], TestContext.Current.CancellationToken, [.. flags.Select(flag => $"--{flag}")]);
        for (var round = 1; ; round++)
        {
            var theirs = await peer.ReadAsync(TestContext.Current.CancellationToken);
            var ours = MachineTests.Read(new HostOptions
            {
                DisableDefaults = true,
                Collectors = new HostOptions().Collectors.Add(collector, true),
                Flags = MachineTests.Flags(flags),
            });
            foreach (var series in theirs.Samples.Keys.Intersect(ours.Samples.Keys).Where(series => isMomentary(series)).ToList())
            {
                theirs.Samples[series] = ours.Samples[series];
            }
            if (round == Rounds || MachineTests.Lines(theirs) == MachineTests.Lines(ours))
            {
                Assert.Equal(MachineTests.Lines(theirs), MachineTests.Lines(ours));
                return ours;
            }
        }
    }

    private void WriteStatus(string service, long changed, char want, byte state, int length = 20)
    {
        var status = new byte[Math.Max(length, 20)];
        BinaryPrimitives.WriteInt64BigEndian(status, (1L << 62) + 10 + changed);
        BinaryPrimitives.WriteInt32LittleEndian(status.AsSpan(12), 4711);
        (status[17], status[19]) = ((byte)want, state);
        var folder = Directory.CreateDirectory(Path.Combine(_folder, service, "supervise")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "status"), status[..length]);
    }

    private static string Processes(IEnumerable<int> states)
    {
        var text = new StringBuilder("<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n<value><array><data>\n");
        foreach (var state in states)
        {
            text.Append(FormattableString.Invariant($"""
                <value><struct>
                <member><name>name</name><value><string>worker &amp; {state}</string></value></member>
                <member><name>group</name><value><string>group</string></value></member>
                <member><name>start</name><value><int>{1_700_000_000 + state}</int></value></member>
                <member><name>stop</name><value><int>0</int></value></member>
                <member><name>now</name><value><int>1700100000</int></value></member>
                <member><name>state</name><value><int>{state}</int></value></member>
                <member><name>statename</name><value><string>STATE</string></value></member>
                <member><name>spawnerr</name><value><string></string></value></member>
                <member><name>exitstatus</name><value><int>{state - 10}</int></value></member>
                <member><name>logfile</name><value><string>/var/log/worker.log</string></value></member>
                <member><name>pid</name><value><int>17</int></value></member>
                </struct></value>

                """));
        }
        return text.Append("</data></array></value>\n</param>\n</params>\n</methodResponse>\n").ToString();
    }
}
