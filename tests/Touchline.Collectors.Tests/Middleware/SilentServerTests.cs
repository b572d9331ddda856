using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Postgres;
using Touchline.Collectors.Middleware.Redis;

namespace Touchline.Collectors.Tests.Middleware;

/// <summary>Servers that accept a connection and then say nothing, or nonsense, or are not there.</summary>
public sealed class SilentServerTests : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _accepted = [];
    private readonly RecordedLog<PostgresCollector> _postgresLog = new();
    private readonly RecordedLog<RedisCollector> _redisLog = new();

    public SilentServerTests() => _listener.Start();

    private int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _listener.Dispose();
        _accepted.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("postgresql", "")]
    [InlineData("postgresql", "HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("redis", "")]
    [InlineData("redis", "HTTP/1.1 400 Bad Request\r\n\r\n")]
    public void What_does_not_answer_is_down_after_the_timeout(string kind, string answer)
    {
        _ = AcceptAsync(answer);

        Assert.Contains(kind == "redis" ? "redis_up 0" : "pg_up 0", Collect(kind, $"{kind}://127.0.0.1:{Port}", CancellationToken.None));
    }

    [Theory]
    [InlineData("postgresql")]
    [InlineData("redis")]
    public void What_is_not_there_is_down(string kind)
    {
        var port = Port;
        _listener.Stop();

        Assert.Contains(kind == "redis" ? "redis_up 0" : "pg_up 0", Collect(kind, $"{kind}://127.0.0.1:{port}", CancellationToken.None));
    }

    [Theory]
    [InlineData("postgresql")]
    [InlineData("redis")]
    public void A_collection_that_is_called_off_does_not_wait_for_the_server(string kind)
    {
        _ = AcceptAsync("");
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        Assert.ThrowsAny<OperationCanceledException>(() => Collect(kind, $"{kind}://127.0.0.1:{Port}", stop.Token, TimeSpan.FromMinutes(10)));
    }

    [Theory]
    [InlineData("postgresql")]
    [InlineData("redis")]
    public void A_password_file_that_is_not_there_is_said_and_the_server_counts_as_down(string kind)
    {
        Assert.Contains(kind == "redis" ? "redis_up 0" : "pg_up 0", Collect(kind, $"{kind}://127.0.0.1:{Port}", CancellationToken.None, file: "/no/such/file"));
        Assert.Contains("/no/such/file", Assert.Single([.. _postgresLog.Lines, .. _redisLog.Lines]));
    }

    private string[] Collect(string kind, string url, CancellationToken token, TimeSpan? timeout = null, string? file = null)
    {
        var credentials = new MiddlewareCredentials(null, file);
        var text = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(text, TextMetricFormat.Prometheus);
        if (kind == "redis")
        {
            using var redis = new RedisCollector(new RedisOptions(url, credentials) { Timeout = timeout ?? Timeout }, TimeProvider.System, _redisLog);
            redis.Collect(writer, token);
        }
        else
        {
            using var postgres = new PostgresCollector(new PostgresOptions(url, credentials) { Timeout = timeout ?? Timeout }, TimeProvider.System, _postgresLog);
            postgres.Collect(writer, token);
        }
        writer.Complete();
        return Encoding.UTF8.GetString(text.WrittenSpan).Split('\n');
    }

    private async Task AcceptAsync(string answer)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                _accepted.Add(socket);
                if (answer.Length > 0)
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes(answer));
                }
            }
        }
        catch (SocketException)
        {
            // The test is over.
        }
        catch (ObjectDisposedException)
        {
            // So it is.
        }
    }
}
