using System.Text.Json;
using FootballPrediction.Metrics;
using StackExchange.Redis;

namespace FootballPrediction.Storage;

/// <summary>
/// Keeps answers to users in Redis for a while, since most are read again soon. Without Redis it is empty. It is never the only place of anything: whatever goes wrong with
/// Redis is counted and is no more than a miss.
/// </summary>
internal sealed class PredictionCache(ServiceOptions options, ServiceMetrics metrics, TimeProvider time, ILogger<PredictionCache> logger) : IAsyncDisposable
{
    private const string Prefix = "prediction:";
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _connecting = new(1);
    private ConnectionMultiplexer? _connection;

    public bool IsUsed => !string.IsNullOrWhiteSpace(options.Redis);

    public async Task<Prediction?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!IsUsed)
        {
            return null;
        }

        (bool answered, RedisValue text) = await RunAsync("get", database => database.StringGetAsync(Prefix + id), cancellationToken);
        Prediction? prediction = answered ? Read(text) : null;
        metrics.CacheAsked(!answered ? "error" : prediction is null ? "miss" : "hit");
        return prediction;
    }

    public async Task KeepAsync(Prediction prediction, CancellationToken cancellationToken)
    {
        if (IsUsed)
        {
            _ = await RunAsync("set", database => database.StringSetAsync(Prefix + prediction.Id, JsonSerializer.Serialize(prediction), Kept), cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _connecting.Dispose();
    }

    private async Task<(bool Answered, T? Value)> RunAsync<T>(string command, Func<IDatabase, Task<T>> run, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        try
        {
            IDatabase database = await ConnectAsync(cancellationToken);
            T value = await run(database).WaitAsync(Patience, time, cancellationToken);
            metrics.RedisCommandRan(command, "ok", time.GetElapsedTime(start));
            return (true, value);
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            metrics.RedisCommandRan(command, "error", time.GetElapsedTime(start));
            logger.LogDebug(error, "Redis did not take {Command}", command);
            return (false, default);
        }
    }

    private async Task<IDatabase> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is null)
        {
            await _connecting.WaitAsync(cancellationToken);
            try
            {
                if (_connection is null)
                {
                    ConfigurationOptions configuration = ConfigurationOptions.Parse(options.Redis!);

                    // It goes on trying by itself; until then commands fail at once.
                    configuration.AbortOnConnectFail = false;
                    configuration.ConnectTimeout = (int)Patience.TotalMilliseconds;
                    configuration.BacklogPolicy = BacklogPolicy.FailFast;
                    ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(configuration);
                    metrics.RedisConnectedIs(connection.IsConnected);
                    connection.ConnectionFailed += (_, _) => metrics.RedisConnectedIs(connection.IsConnected);
                    connection.ConnectionRestored += (_, _) => metrics.RedisConnectedIs(connection.IsConnected);
                    _connection = connection;
                }
            }
            finally
            {
                _connecting.Release();
            }
        }

        return _connection.GetDatabase();
    }

    private static Prediction? Read(RedisValue text)
    {
        try
        {
            return text.IsNullOrEmpty ? null : JsonSerializer.Deserialize<Prediction>((string)text!);
        }
        catch (JsonException)
        {
            // Written by another version; the database has it too.
            return null;
        }
    }
}
