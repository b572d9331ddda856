using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Redis;
using Touchline.Shared;

namespace Touchline.Differential.Middleware;

/// <summary>Whether a Redis' metrics are those of the real redis_exporter, both asking the same real server.</summary>
public sealed class RedisCollectorTests
{
    /// <summary>What both change by asking, or what moves by itself.</summary>
    private static readonly string[] Momentary =
    [
        "redis_commands_", "redis_latency_percentiles_usec", "redis_net_", "redis_cpu_", "redis_mem", "redis_allocator", "redis_total_", "redis_connections_received_total", "redis_connected_clients",
        "redis_client_recent_max_", "redis_errors_total", "redis_master_last_io_seconds_ago", "redis_connected_slave_", "redis_last_slow_execution_duration_seconds", "redis_slowlog_", "redis_db_avg_ttl_seconds",
        "redis_start_time_seconds", "redis_exporter_", "redis_uptime_in_seconds", "redis_unexpected_error_replies", "redis_io_threaded_", "redis_reply_buffer_",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Families_series_and_values_are_those_of_redis_exporter(bool ofReplica)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var primary = await TemporaryRedis.StartAsync(cancellationToken, "--requirepass", "secret", "--maxmemory", "50mb");
        await using var replica = await TemporaryRedis.StartAsync(cancellationToken, "--requirepass", "secret", "--masterauth", "secret", "--replicaof", $"127.0.0.1 {primary.Port}");
        await using (var client = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{primary.Port},password=secret,allowAdmin=true"))
        {
            var database = client.GetDatabase();
            await database.StringSetAsync("a", 1);
            await database.StringSetAsync("b", 1, TimeSpan.FromHours(1));
            await client.GetDatabase(3).StringSetAsync("c", 1);
            _ = (await database.StringGetAsync("a"), await database.StringGetAsync("missing"));
            await Assert.ThrowsAsync<RedisServerException>(() => database.ExecuteAsync("HGETALL", "a"));
            await WaitAsync(async () => (await database.ExecuteAsync("INFO", "replication")).ToString().Contains("state=online", StringComparison.Ordinal), cancellationToken);
        }
        var watched = ofReplica ? replica : primary;
        using var ours = new RedisCollector(new RedisOptions($"redis://127.0.0.1:{watched.Port}", new MiddlewareCredentials(new("secret"), null)), TimeProvider.System, NullLogger<RedisCollector>.Instance);
        await using var peer = await ExporterProcess.StartAsync(
            "prometheus-redis-exporter", address => ["-redis.addr", $"redis://127.0.0.1:{watched.Port}", "-redis.password", "secret", "-web.listen-address", address, "-log-level", "ERROR"],
            new Dictionary<string, string>(), cancellationToken);

        await ExporterComparison.AssertSameAsync(ours, () => peer.ReadAsync(cancellationToken), IsOwn, family => Array.Exists(Momentary, prefix => family.StartsWith(prefix, StringComparison.Ordinal)));

        var found = ExporterComparison.Read(ours);
        var theirs = await peer.ReadAsync(cancellationToken);
        // Of commands that neither of them sends, the values too.
        string[] settled = ofReplica ? [] : ["cmd=\"hgetall\"", "cmd=\"set\"", "err=\"WRONGTYPE\""];
        foreach (var label in settled)
        {
            var expected = theirs.Samples.Where(s => s.Key.Contains(label, StringComparison.Ordinal)).ToDictionary();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, expected.Keys.ToDictionary(series => series, series => Math.Round(found.Samples[series], 9)), (a, b) => a.Count == b.Count && a.All(s => Math.Abs(b[s.Key] - s.Value) <= 1e-9 * Math.Max(1, s.Value)));
        }
    }

    [Fact]
    public async Task A_wrong_password_and_a_stopped_server_are_told_as_down()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryRedis.StartAsync(cancellationToken, "--requirepass", "secret");
        using var wrong = new RedisCollector(new RedisOptions($"redis://127.0.0.1:{server.Port}", new MiddlewareCredentials(new("wrong"), null)), TimeProvider.System, NullLogger<RedisCollector>.Instance);
        using var right = new RedisCollector(new RedisOptions($"redis://:secret@127.0.0.1:{server.Port}", new MiddlewareCredentials(null, null)), TimeProvider.System, NullLogger<RedisCollector>.Instance);

        Assert.Equal(0, ExporterComparison.Read(wrong).Samples["redis_up"]);
        Assert.Equal(1, ExporterComparison.Read(right).Samples["redis_up"]);
        await server.StopAsync();
        Assert.Equal(0, ExporterComparison.Read(right).Samples["redis_up"]);
    }

    private static bool IsOwn(string family) =>
        !family.StartsWith("redis_", StringComparison.Ordinal) || family is "redis_exporter_build_info" or "redis_exporter_last_scrape_connect_time_seconds" or "redis_exporter_scrape_duration_seconds"
            or "redis_last_key_groups_scrape_duration_milliseconds" or "redis_target_scrape_request_errors_total";

    private static async Task WaitAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        while (!await condition())
        {
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>A real Redis of a test's own, in memory only.</summary>
    private sealed class TemporaryRedis : IAsyncDisposable
    {
        private const int Attempts = 1200;

        private readonly string _folder = Directory.CreateTempSubdirectory("touchline-redis-").FullName;
        private Process? _process;

        public int Port { get; } = FreePort.Next();

        public static async Task<TemporaryRedis> StartAsync(CancellationToken cancellationToken, params string[] options)
        {
            var redis = new TemporaryRedis();
            redis._process = Process.Start(new ProcessStartInfo("redis-server", ["--port", $"{redis.Port}", "--bind", "127.0.0.1", "--save", "", "--dir", redis._folder, .. options])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            redis._process.OutputDataReceived += (_, _) => { };
            redis._process.ErrorDataReceived += (_, _) => { };
            redis._process.BeginOutputReadLine();
            redis._process.BeginErrorReadLine();
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    using var client = new System.Net.Sockets.TcpClient();
                    await client.ConnectAsync("127.0.0.1", redis.Port, cancellationToken);
                    return redis;
                }
                catch (System.Net.Sockets.SocketException) when (attempt < Attempts && !redis._process.HasExited)
                {
                    await Task.Delay(50, cancellationToken);
                }
            }
        }

        public async Task StopAsync()
        {
            if (_process is { } process)
            {
                process.Kill();
                await process.WaitForExitAsync();
                process.Dispose();
            }
            _process = null;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
