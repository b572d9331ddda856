using Touchline.Configuration;
using Touchline.Differential.Host;
using Touchline.Shared;

namespace Touchline.Differential.Middleware;

/// <summary>Whether a real cluster of three nodes is told as by the real redis_exporter.</summary>
public sealed class RedisClusterTests
{
    private const int Keys = 30;

    private static readonly string[] Slots = ["0 5460", "5461 10922", "10923 16383"];

    [Fact]
    public async Task A_node_tells_of_its_cluster_and_where_told_of_all_keys_in_it()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var nodes = await ClusterAsync(cancellationToken);
        var node = nodes.Items[0];
        await FillAsync(nodes.Items);
        string[] named = [.. Enumerable.Range(0, Keys).Select(i => $"key:{i}")];
        var selection = new RedisSelection { CheckSingleKeys = RedisUnderTest.Keys(named), CountKeys = RedisUnderTest.Keys("key:*"), CheckKeys = RedisUnderTest.Keys("key:*"), CheckSingleStreams = RedisUnderTest.Keys("stream") };
        using var alone = RedisUnderTest.Collector(node, selection);
        using var following = RedisUnderTest.Collector(node, selection with { IsCluster = true });
        await using var peer = await RedisUnderTest.StartExporterAsync(node, null, cancellationToken, "-is-cluster", "-check-single-keys", string.Join(',', named), "-check-single-streams", "stream");

        await ExporterComparison.AssertSameAsync(
            alone, () => peer.ReadAsync(cancellationToken), family => RedisCollectorTests.IsOwn(family) || IsOfKeys(family),
            family => Array.Exists(RedisCollectorTests.Momentary, prefix => family.StartsWith(prefix, StringComparison.Ordinal)) || family.StartsWith("redis_cluster_stats_", StringComparison.Ordinal)
                || family.StartsWith("redis_keyspace_", StringComparison.Ordinal));
        await ExporterComparison.AssertSameAsync(following, () => peer.ReadAsync(cancellationToken), family => !IsOfKeys(family) || family is "redis_keys_count" or "redis_stream_group_entries_read", _ => false);

        var (one, all) = (ExporterComparison.Read(alone).Samples, ExporterComparison.Read(following).Samples);
        Assert.Equal((1, 16_384, 3), (one["redis_cluster_state"], one["redis_cluster_slots_assigned"], one["redis_cluster_known_nodes"]));
        Assert.Equal(Keys, all["redis_keys_count{db=\"db0\",key=\"key:*\"}"]);
        Assert.Equal(Keys, SizesIn(all));
        Assert.Equal(SizesIn(one), one["redis_keys_count{db=\"db0\",key=\"key:*\"}"]);
        Assert.InRange(SizesIn(one), 1, Keys - 1);
        Assert.DoesNotContain("redis_db_keys{db=\"db1\"}", one.Keys);
    }

    [Fact]
    public async Task A_node_that_is_gone_costs_its_own_keys_only()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var nodes = await ClusterAsync(cancellationToken);
        await FillAsync(nodes.Items);
        string[] named = [.. Enumerable.Range(0, Keys).Select(i => $"key:{i}")];
        using var following = RedisUnderTest.Collector(nodes.Items[0], new RedisSelection { CheckSingleKeys = RedisUnderTest.Keys(named), IsCluster = true }, keyTime: TimeSpan.FromSeconds(3));
        // A node that is slow costs its keys too, so that all are there only sooner or later.
        while (SizesIn(ExporterComparison.Read(following).Samples) < Keys)
        {
            await Task.Delay(100, cancellationToken);
        }

        await nodes.Items[2].StopAsync();

        var found = ExporterComparison.Read(following).Samples;
        while (SizesIn(found) is 0 or Keys)
        {
            found = ExporterComparison.Read(following).Samples;
        }
        Assert.Equal(1, found["redis_up"]);
        Assert.Equal(3, found["redis_cluster_known_nodes"]);
    }

    private static int SizesIn(Dictionary<string, double> samples) => samples.Keys.Count(series => series.StartsWith("redis_key_size{", StringComparison.Ordinal));

    private static bool IsOfKeys(string family) =>
        family.StartsWith("redis_key_", StringComparison.Ordinal) || family.StartsWith("redis_keys_", StringComparison.Ordinal) || family.StartsWith("redis_stream_", StringComparison.Ordinal);

    private static async Task<NodeList> ClusterAsync(CancellationToken cancellationToken)
    {
        var nodes = new NodeList();
        var buses = new List<int>();
        for (var i = 0; i < Slots.Length; i++)
        {
            buses.Add(FreePort.Next());
            nodes.Items.Add(await TemporaryRedis.StartNodeAsync(buses[i], cancellationToken));
            await nodes.Items[i].AskAsync("", ["CLUSTER", "ADDSLOTSRANGE", .. Slots[i].Split(' ')]);
            await nodes.Items[i].AskAsync("", "CLUSTER", "SET-CONFIG-EPOCH", i + 1);
        }
        for (var i = 1; i < Slots.Length; i++)
        {
            await nodes.Items[0].AskAsync("", "CLUSTER", "MEET", "127.0.0.1", nodes.Items[i].Port, buses[i]);
        }
        foreach (var node in nodes.Items)
        {
            while (await node.AskAsync("", "CLUSTER", "INFO") is var info && !(info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_slots_ok:16384", StringComparison.Ordinal)))
            {
                await Task.Delay(100, cancellationToken);
            }
        }
        return nodes;
    }

    private static async Task FillAsync(IEnumerable<TemporaryRedis> nodes)
    {
        await using var client = await StackExchange.Redis.ConnectionMultiplexer.ConnectAsync(string.Join(',', nodes.Select(node => node.Address)));
        for (var i = 0; i < Keys; i++)
        {
            await client.GetDatabase().StringSetAsync($"key:{i}", i);
        }
        await client.GetDatabase().StreamAddAsync("stream", "field", "value");
        await client.GetDatabase().StreamCreateConsumerGroupAsync("stream", "readers", "0-0");
    }

    private sealed class NodeList : IAsyncDisposable
    {
        public List<TemporaryRedis> Items { get; } = [];

        public async ValueTask DisposeAsync()
        {
            foreach (var node in Items)
            {
                await node.DisposeAsync();
            }
        }
    }
}
