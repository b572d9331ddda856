using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Touchline.Collectors.Middleware.Redis;
using Touchline.Configuration;
using Touchline.Differential.Host;

namespace Touchline.Differential.Middleware;

/// <summary>Whether keys, streams, clients, parameters and scripts are told as by the real redis_exporter, and what becomes of a great many keys.</summary>
public sealed class RedisKeyTests
{
    [Fact]
    public async Task Keys_counts_and_streams_are_told_as_by_redis_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken);
        await FillAsync(server);
        using var ours = RedisUnderTest.Collector(server, new RedisSelection
        {
            CheckKeys = RedisUnderTest.Keys("db0=te*", "db3=*"),
            CheckSingleKeys = RedisUnderTest.Keys("counter", "nothing", "hyperloglog", "list", "set", "sorted", "hash", "stream", "long"),
            CountKeys = RedisUnderTest.Keys("*", "db3=x*"),
            CheckStreams = RedisUnderTest.Keys("s*"),
            CheckSingleStreams = RedisUnderTest.Keys("db3=other", "missing", "db3=number"),
            ExportsKeyValues = true,
        });
        await using var peer = await RedisUnderTest.StartExporterAsync(
            server, null, cancellationToken, "-check-keys", "db0=te*,db3=*", "-check-single-keys", "counter,nothing,hyperloglog,list,set,sorted,hash,stream,long", "-count-keys", "*,db3=x*",
            "-check-streams", "s*", "-check-single-streams", "db3=other,missing,db3=number");

        // A text of 200 bytes is no label, and what Redis does not know of a group is no 0.
        await ExporterComparison.AssertSameAsync(ours, () => peer.ReadAsync(cancellationToken), IsOwn, family => family is "redis_key_value_as_string" or "redis_stream_group_entries_read");

        var found = ExporterComparison.Read(ours).Samples;
        Assert.Equal(1, found["redis_key_value_as_string{db=\"db0\",key=\"text\",val=\"hello\"}"]);
        Assert.Equal(200, found["redis_key_size{db=\"db0\",key=\"long\"}"]);
        Assert.Equal(3, found["redis_key_size{db=\"db0\",key=\"hyperloglog\"}"]);
        Assert.Equal(2, found["redis_stream_group_consumer_messages_pending{consumer=\"reader\",db=\"db0\",group=\"readers\",stream=\"stream\"}"]);
        Assert.Equal(2, found["redis_stream_group_entries_read{db=\"db0\",group=\"readers\",stream=\"stream\"}"]);
        Assert.DoesNotContain(found.Keys, series => series.StartsWith("redis_key_value_as_string{db=\"db0\",key=\"long\"", StringComparison.Ordinal));

        static bool IsOwn(string family) =>
            !family.StartsWith("redis_key_", StringComparison.Ordinal) && !family.StartsWith("redis_keys_", StringComparison.Ordinal) && !family.StartsWith("redis_stream_", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_are_no_labels_and_keys_of_a_master_are_left_alone_where_nobody_says_otherwise()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken);
        await FillAsync(server);
        using var shy = RedisUnderTest.Collector(server, new RedisSelection { CheckSingleKeys = RedisUnderTest.Keys("text", "counter") });
        using var skipping = RedisUnderTest.Collector(server, new RedisSelection { CheckSingleKeys = RedisUnderTest.Keys("counter"), CountKeys = RedisUnderTest.Keys("counter"), SkipsKeysOfMaster = true });

        Assert.DoesNotContain(ExporterComparison.Read(shy).Samples.Keys, series => series.Contains("val=\"", StringComparison.Ordinal));
        var found = ExporterComparison.Read(skipping);
        Assert.DoesNotContain("redis_key_size", found.Families.Keys);
        Assert.Equal(1, found.Samples["redis_keys_count{db=\"db0\",key=\"counter\"}"]);
    }

    [Fact]
    public async Task A_pass_over_many_keys_is_spread_over_collections()
    {
        const string Count = "redis_keys_count{db=\"db0\",key=\"many:*\"}";
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken);
        await server.AskAsync("", "EVAL", "for i = 1, 1500 do redis.call('SET', 'many:' .. i, i) end", 0);
        var log = new RecordedWarnings<RedisCollector>();
        using var ours = RedisUnderTest.Collector(
            server, new RedisSelection { CountKeys = RedisUnderTest.Keys("many:*"), CheckKeys = RedisUnderTest.Keys("many:*"), CheckKeysBatchSize = 100 }, logger: log, keyTime: TimeSpan.Zero);

        // With no time at all each collection takes one step.
        var first = ExporterComparison.Read(ours).Samples;
        Assert.Equal(1, first["redis_up"]);
        Assert.DoesNotContain(Count, first.Keys);
        var last = first;
        for (var collections = 1; collections < 200 && !(last.ContainsKey(Count) && last.Keys.Any(series => series.StartsWith("redis_key_size", StringComparison.Ordinal))); collections++)
        {
            last = ExporterComparison.Read(ours).Samples;
        }

        Assert.InRange(last[Count], 1500, 3000);
        // Of a thousand keys no more than those of one step are asked about.
        Assert.InRange(last.Keys.Count(series => series.StartsWith("redis_key_size", StringComparison.Ordinal)), 1, 100);
        Assert.Contains(log.Lines, line => line.Contains("a pattern has more than 1000 keys", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_hangs_is_down_after_the_timeout()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken);
        using var ours = new RedisCollector(
            new RedisOptions(server.Url, new(null, null)) { Timeout = TimeSpan.FromSeconds(2), Selection = new RedisSelection { CheckKeys = RedisUnderTest.Keys("*") } },
            TimeProvider.System, NullLogger<RedisCollector>.Instance);
        while (ExporterComparison.Read(ours).Samples["redis_up"] == 0)
        {
            await Task.Delay(100, cancellationToken);
        }

        // It takes what it is asked, and answers in an hour.
        await server.AskAsync("", "CLIENT", "PAUSE", 3_600_000, "ALL");

        Assert.Equal(0, ExporterComparison.Read(ours).Samples["redis_up"]);
        Assert.Equal(0, ExporterComparison.Read(ours).Samples["redis_up"]);
    }

    [Fact]
    public async Task What_the_user_may_not_ask_costs_its_own_figures_only()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken);
        await server.AskAsync("", "ACL", "SETUSER", "watcher", "on", ">" + RedisUnderTest.Password, "-@all", "+info", "+ping", "+client|setname");
        var log = new RecordedWarnings<RedisCollector>();
        using var ours = new RedisCollector(
            new RedisOptions($"redis://watcher:{RedisUnderTest.Password}@127.0.0.1:{server.Port}", new(null, null))
            {
                Timeout = TimeSpan.FromSeconds(30),
                Selection = new RedisSelection { CheckKeys = RedisUnderTest.Keys("*"), CheckSingleKeys = RedisUnderTest.Keys("a"), CheckSingleStreams = RedisUnderTest.Keys("b"), ExportsClientList = true, IncludesConfig = true },
            }, TimeProvider.System, log);

        var found = ExporterComparison.Read(ours).Samples;

        Assert.Equal(1, found["redis_up"]);
        Assert.DoesNotContain(found.Keys, series => series.StartsWith("redis_key_", StringComparison.Ordinal) || series.StartsWith("redis_connected_client_", StringComparison.Ordinal));
        Assert.Contains("keys cannot be looked for", Assert.Single(log.Lines));
        Assert.DoesNotContain(RedisUnderTest.Password, log.Lines[0]);
    }

    [Fact]
    public async Task Clients_and_parameters_are_told_as_by_redis_exporter_without_secrets()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken, "--requirepass", RedisUnderTest.Password, "--masterauth", RedisUnderTest.Password, "--latency-monitor-threshold", "1");
        await using var client = await ConnectionMultiplexer.ConnectAsync($"{server.Address},password={RedisUnderTest.Password},name=watched");
        // A script that takes longer than a millisecond is a spike.
        await client.GetDatabase().ExecuteAsync("EVAL", "for i = 1, 300000 do redis.sha1hex('x') end", 0);
        using var ours = RedisUnderTest.Collector(
            server, new RedisSelection { ExportsClientList = true, ExportsClientPort = true, IncludesConfig = true, IncludesSystem = true, IncludesModules = true }, RedisUnderTest.Password);
        await using var peer = await RedisUnderTest.StartExporterAsync(
            server, RedisUnderTest.Password, cancellationToken, "-export-client-list", "-export-client-port", "-include-config-metrics", "-include-system-metrics", "-include-modules-metrics");

        await ExporterComparison.AssertSameAsync(
            ours, () => peer.ReadAsync(cancellationToken), RedisCollectorTests.IsOwn,
            family => Array.Exists(RedisCollectorTests.Momentary, prefix => family.StartsWith(prefix, StringComparison.Ordinal)) || family.StartsWith("redis_connected_client_", StringComparison.Ordinal));

        var (theirs, found) = (await peer.ReadAsync(cancellationToken), ExporterComparison.Read(ours));
        string[] settled = ["redis_connected_client_info{", "redis_connected_client_channel_subscriptions_count{", "redis_connected_client_output_buffer_memory_usage_bytes{", "redis_latency_spike_"];
        foreach (var family in settled)
        {
            var expected = RedisUnderTest.Samples(theirs, family).Where(sample => family.EndsWith('_') || sample.Key.Contains("name=\"watched\"", StringComparison.Ordinal)).ToDictionary();
            Assert.NotEmpty(expected);
            Assert.All(expected, sample => Assert.Equal(sample.Value, found.Samples[sample.Key]));
        }
        Assert.Equal(0, found.Samples["redis_config_value{key=\"maxmemory\"}"]);
        Assert.DoesNotContain(found.Samples.Keys, series => series.Contains(RedisUnderTest.Password, StringComparison.Ordinal) || series.Contains("requirepass", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_script_gives_figures_and_one_that_would_change_something_gives_none()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken);
        await server.AskAsync("", "SET", "kept", "1");
        var folder = Directory.CreateTempSubdirectory("touchline-lua-").FullName;
        try
        {
            var (good, bad, missing) = (Path.Combine(folder, "good.lua"), Path.Combine(folder, "bad.lua"), Path.Combine(folder, "missing.lua"));
            await File.WriteAllTextAsync(good, "return {'answer', '42.5', 'keys', tostring(redis.call('DBSIZE'))}", cancellationToken);
            await File.WriteAllTextAsync(bad, "redis.call('DEL', 'kept') return {'deleted', '1'}", cancellationToken);
            var log = new RecordedWarnings<RedisCollector>();
            using var ours = RedisUnderTest.Collector(server, new RedisSelection { Scripts = [good, bad, missing] }, logger: log);
            await using var peer = await RedisUnderTest.StartExporterAsync(server, null, cancellationToken, "-script", good);

            ExporterComparison.Read(ours);
            var (theirs, found) = (await peer.ReadAsync(cancellationToken), ExporterComparison.Read(ours));

            Assert.Equal(RedisUnderTest.Families(theirs, IsOfScripts), RedisUnderTest.Families(found, IsOfScripts));
            Assert.Equal(RedisUnderTest.Samples(theirs, "redis_script_values"), RedisUnderTest.Samples(found, "redis_script_values"));
            Assert.Equal((1, 0, 0), (found.Samples["redis_script_result{filename=\"" + good + "\"}"], found.Samples["redis_script_result{filename=\"" + bad + "\"}"], found.Samples["redis_script_result{filename=\"" + missing + "\"}"]));
            Assert.Equal("1", await server.AskAsync("", "GET", "kept"));
            Assert.Equal(2, log.Lines.Count);
            Assert.Equal(1, found.Samples["redis_up"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static bool IsOfScripts(string family) => family.StartsWith("redis_script_", StringComparison.Ordinal);
    }

    private static async Task FillAsync(TemporaryRedis server)
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(server.Address);
        var database = client.GetDatabase();
        await database.StringSetAsync("counter", "12.5");
        await database.StringSetAsync("text", "hello");
        await database.StringSetAsync("text2", "hello again");
        await database.StringSetAsync("long", new string('x', 200));
        await database.HyperLogLogAddAsync("hyperloglog", ["a", "b", "c"]);
        await database.ListRightPushAsync("list", ["1", "2", "3"]);
        await database.SetAddAsync("set", ["1", "2"]);
        await database.SortedSetAddAsync("sorted", [new("a", 1), new("b", 2)]);
        await database.HashSetAsync("hash", [new("field", "value")]);
        foreach (var id in (string[])["1-1", "1700000000000-0", "1700000000001-0", "1700000000002-0"])
        {
            await database.StreamAddAsync("stream", "field", "value", id);
        }
        await database.StreamCreateConsumerGroupAsync("stream", "readers", "0-0");
        await database.StreamCreateConsumerGroupAsync("stream", "late", "$");
        await database.StreamReadGroupAsync("stream", "readers", "reader", ">", 2);
        await database.StreamDeleteAsync("stream", ["1-1"]);
        var other = client.GetDatabase(3);
        await other.StringSetAsync("number", "7");
        await other.StreamAddAsync("other", "field", "value");
    }
}
