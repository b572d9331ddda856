using Touchline.Configuration;

namespace Touchline.Differential.Middleware;

/// <summary>Whether real Sentinels are told as by the real redis_exporter.</summary>
public sealed class RedisSentinelTests
{
    [Fact]
    public async Task A_sentinel_tells_of_its_masters_as_by_redis_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var master = await TemporaryRedis.StartAsync(cancellationToken, "--requirepass", RedisUnderTest.Password, "--masterauth", RedisUnderTest.Password);
        await using var replica = await TemporaryRedis.StartAsync(cancellationToken, "--requirepass", RedisUnderTest.Password, "--masterauth", RedisUnderTest.Password, "--replicaof", $"127.0.0.1 {master.Port}");
        var configuration = $"""
            sentinel monitor league 127.0.0.1 {master.Port} 2
            sentinel auth-pass league {RedisUnderTest.Password}
            sentinel down-after-milliseconds league 120000
            sentinel sentinel-pass {RedisUnderTest.Password}
            requirepass {RedisUnderTest.Password}
            """;
        await using var first = await TemporaryRedis.StartSentinelAsync(configuration, cancellationToken);
        await using var second = await TemporaryRedis.StartSentinelAsync(configuration, cancellationToken);
        foreach (var sentinel in (TemporaryRedis[])[first, second])
        {
            while (!(await sentinel.AskAsync(RedisUnderTest.Password, "INFO", "sentinel")).Contains("slaves=1,sentinels=2", StringComparison.Ordinal))
            {
                await Task.Delay(100, cancellationToken);
            }
        }
        using var ours = RedisUnderTest.Collector(first, new RedisSelection { IncludesSentinelPeers = true, IncludesConfig = true, CheckKeys = RedisUnderTest.Keys("*") }, RedisUnderTest.Password);
        await using var peer = await RedisUnderTest.StartExporterAsync(first, RedisUnderTest.Password, cancellationToken, "-include-sentinel-peer-info", "-include-config-metrics");

        await ExporterComparison.AssertSameAsync(ours, () => peer.ReadAsync(cancellationToken), IsOwn, IsMomentary);

        var found = ExporterComparison.Read(ours).Samples;
        var address = $"master_address=\"127.0.0.1:{master.Port}\",master_name=\"league\"";
        Assert.Equal((1, 2, 1), (found[$"redis_sentinel_masters"], found[$"redis_sentinel_master_ok_sentinels{{{address}}}"], found[$"redis_sentinel_master_ok_slaves{{{address}}}"]));
        Assert.Equal(1, found[$"redis_sentinel_master_status{{{address},master_status=\"ok\"}}"]);
        Assert.DoesNotContain(found.Keys, series => series.Contains(RedisUnderTest.Password, StringComparison.Ordinal));
        // Without the second there is no majority of two.
        await second.StopAsync();
        Assert.Equal(1, ExporterComparison.Read(ours).Samples["redis_up"]);
    }

    /// <summary>A Sentinel has no databases, of which the exporter shows sixteen, and its own password it shows as a parameter.</summary>
    private static bool IsOwn(string family) => RedisCollectorTests.IsOwn(family) || family is "redis_db_keys" or "redis_db_keys_expiring" or "redis_sentinel_config_key_value" or "redis_instance_info";

    private static bool IsMomentary(string family) =>
        Array.Exists(RedisCollectorTests.Momentary, prefix => family.StartsWith(prefix, StringComparison.Ordinal)) || family is "redis_sentinel_master_last_ok_ping_reply_seconds" or "redis_hz"
            or "redis_expire_cycle_cpu_time_ms_total" || family.StartsWith("redis_pubsub", StringComparison.Ordinal);
}
