using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Collectors.Host;

namespace Touchline.Collectors.Tests.Host;

public sealed class HostCollectorTests
{
    [Fact]
    public void Whole_exposition_of_the_fixture_files_is_as_agreed()
    {
        using var host = new HostFixture();

        var text = ExpositionText.Of(host.Collector);

        // The zone is that of the machine that runs the test.
        var lines = text.Split('\n').Where(line => !line.StartsWith("node_time_zone_offset_seconds{", StringComparison.Ordinal));
        Assert.Equal(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "host.golden.txt")), string.Join('\n', lines));
    }

    [Theory]
    [InlineData("proc/loadavg", "loadavg")]
    [InlineData("proc/meminfo", "meminfo")]
    [InlineData("proc/diskstats", "diskstats")]
    [InlineData("proc/net/dev", "netdev")]
    [InlineData("proc/net/sockstat", "sockstat")]
    [InlineData("proc/pressure/io", "pressure")]
    [InlineData("proc/vmstat", "vmstat")]
    [InlineData("proc/sys/fs/file-nr", "filefd")]
    [InlineData("proc/sys/kernel/hostname", "uname")]
    [InlineData("proc/1/mountinfo", "filesystem")]
    [InlineData("proc/net/arp", "arp")]
    [InlineData("proc/sys/net/netfilter/nf_conntrack_max", "conntrack")]
    [InlineData("proc/sys/kernel/random/poolsize", "entropy")]
    [InlineData("proc/net/ip_vs_stats", "ipvs")]
    [InlineData("proc/sys/kernel/hung_task_detect_count", "kernel_hung")]
    [InlineData("proc/net/snmp", "netstat")]
    [InlineData("proc/net/rpc/nfs", "nfs")]
    [InlineData("proc/net/rpc/nfsd", "nfsd")]
    [InlineData("proc/schedstat", "schedstat")]
    [InlineData("proc/net/softnet_stat", "softnet")]
    public void File_that_is_gone_costs_its_collector_only(string path, string collector)
    {
        using var host = new HostFixture();
        host.Delete(path);

        Assert.Equal([collector], Failed(host.Collector));
    }

    [Theory]
    [InlineData("proc/loadavg", "one two three\n", "loadavg")]
    [InlineData("proc/meminfo", "MemTotal: many kB\n", "meminfo")]
    [InlineData("proc/diskstats", "8 0 sda 1 2 x\n", "diskstats")]
    [InlineData("proc/net/dev", "eth0: 1 2 3\n", "netdev")]
    [InlineData("proc/pressure/cpu", "", "pressure")]
    [InlineData("proc/vmstat", "pgpgin\n", "vmstat")]
    [InlineData("proc/sys/fs/file-nr", "1\n", "filefd")]
    [InlineData("proc/1/mountinfo", "no such line\n", "filesystem")]
    [InlineData("proc/net/stat/nf_conntrack", "entries found\n0001 zz\n", "conntrack")]
    [InlineData("proc/net/ip_vs", "TCP  C0A80016 wlc\n", "ipvs")]
    [InlineData("proc/net/netstat", "TcpExt: SyncookiesSent ListenDrops\nTcpExt: 1\n", "netstat")]
    [InlineData("proc/net/rpc/nfs", "rpc many\n", "nfs")]
    [InlineData("proc/net/rpc/nfsd", "rpc many\n", "nfsd")]
    [InlineData("proc/schedstat", "cpu0 1 2 3\n", "schedstat")]
    [InlineData("proc/net/softnet_stat", "00000001 00000002\n", "softnet")]
    [InlineData("proc/net/udp", "0: 00000000:0035 00000000:0000 07 xyz:00000040\n", "udp_queues")]
    public void File_with_nonsense_costs_its_collector_only(string path, string content, string collector)
    {
        using var host = new HostFixture();
        host.Write(path, content);

        Assert.Equal([collector], Failed(host.Collector));
    }

    [Fact]
    public void Collector_works_again_when_its_file_is_back()
    {
        using var host = new HostFixture();
        host.Write("proc/loadavg", "");
        Assert.Equal(["loadavg"], Failed(host.Collector));

        host.Write("proc/loadavg", "1 2 3 1/2 3\n");

        Assert.Empty(Failed(host.Collector));
        Assert.Equal(["node_load1 1", "node_load15 3", "node_load5 2"], ExpositionText.Samples(host.Collector, "node_load"));
    }

    [Fact]
    public void Collector_that_hangs_costs_itself_only_and_is_left_alone_until_it_returns()
    {
        using var release = new ManualResetEventSlim();
        var hanging = new HangingCollector(release);
        using var host = new HostCollector([hanging, new QuickCollector()], TimeProvider.System, NullLogger<HostCollector>.Instance);

        Assert.Equal(["hanging"], Failed(host));
        Assert.Equal(["hanging"], Failed(host));
        Assert.Equal(1, hanging.Runs);
        Assert.Equal(["quick 1"], ExpositionText.Samples(host, "quick"));

        release.Set();
        while (Failed(host).Count > 0)
        {
            Thread.Sleep(5);
        }
        // It is fetched again without being waited for, as it took so long.
        while (ExpositionText.Samples(host, "hanging") is not ["hanging 1"])
        {
            Thread.Sleep(5);
        }
    }

    [Fact]
    public void Collector_that_always_takes_long_is_told_a_collection_later()
    {
        using var turn = new SemaphoreSlim(0);
        var slow = new SlowCollector(turn);
        using var host = new HostCollector([slow], TimeProvider.System, NullLogger<HostCollector>.Instance);

        Assert.Equal(["slow"], Failed(host));
        for (var run = 1; run <= 3; run++)
        {
            turn.Release();
            // Whatever is asked before it has answered brings nothing, and then its answer comes once.
            IReadOnlyList<string> samples;
            while ((samples = ExpositionText.Samples(host, "slow")).Count == 0)
            {
                Thread.Sleep(5);
            }
            Assert.Equal([$"slow {run}"], samples);
        }
    }

    [Fact]
    public void Concurrent_collections_do_not_mix()
    {
        using var host = new HostFixture();
        var expected = ExpositionText.Of(host.Collector);

        Parallel.For(0, 20, _ => Assert.Equal(expected, ExpositionText.Of(host.Collector)));
    }

    [Fact]
    public void Collection_after_the_first_allocates_little()
    {
        using var host = new HostFixture();
        var writer = new DiscardingWriter();
        host.Collector.Collect(writer, CancellationToken.None);
        host.Collector.Collect(writer, CancellationToken.None);
        // All threads count, so that what other tests allocate meanwhile is in it: the least is what the collection needs.
        var least = long.MaxValue;
        for (var i = 0; i < 30; i++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            host.Collector.Collect(writer, CancellationToken.None);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        // Opening 100 files takes some 20 KB a collection; a string or two for each of 400 samples would take several times that.
        Assert.InRange(least, 0, 60_000);
    }

    private static IReadOnlyList<string> Failed(HostCollector collector) =>
        [.. ExpositionText.Samples(collector, "node_scrape_collector_success{").Where(line => line.EndsWith(" 0", StringComparison.Ordinal)).Select(line => line.Split('"')[1])];

    private sealed class HangingCollector(ManualResetEventSlim release) : NodeCollector("hanging")
    {
        public int Runs { get; private set; }

        public override void Collect(IMetricWriter writer)
        {
            Runs++;
            release.Wait();
            writer.Family("hanging", Model.MetricType.Gauge, "");
            writer.Sample(1);
        }
    }

    /// <summary>Answers when it is its turn, which is never before it is no longer waited for.</summary>
    private sealed class SlowCollector(SemaphoreSlim turn) : NodeCollector("slow")
    {
        private int _runs;

        public override void Collect(IMetricWriter writer)
        {
            turn.Wait();
            writer.Family("slow", Model.MetricType.Gauge, "");
            writer.Sample(++_runs);
        }
    }

    private sealed class QuickCollector() : NodeCollector("quick")
    {
        public override void Collect(IMetricWriter writer)
        {
            writer.Family("quick", Model.MetricType.Gauge, "");
            writer.Sample(1);
        }
    }

    private sealed class DiscardingWriter : IMetricWriter
    {
        public void Family(string name, Model.MetricType type, string help)
        {
        }

        public void Sample(double value, params ReadOnlySpan<string> labelNamesAndValues)
        {
        }

        public void SuffixedSample(string suffix, double value, params ReadOnlySpan<string> labelNamesAndValues)
        {
        }
    }
}
