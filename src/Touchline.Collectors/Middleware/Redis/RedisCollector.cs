using Microsoft.Extensions.Logging;
using StackExchange.Redis;
using Touchline.Fetching;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Asks a Redis what it says about itself, with the metrics of redis_exporter. One that cannot be reached, or does not answer in time, is <c>redis_up 0</c>. Asked by one thread at a time.</summary>
public sealed class RedisCollector : IMetricSource, IDisposable
{
    private readonly RedisOptions _options;
    private readonly RedisAddress? _address;
    private readonly string _addressProblem;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisCollector> _logger;
    private readonly RedisKeyWatch _keys;
    private readonly HashSet<string> _failedScripts = new(StringComparer.Ordinal);
    private ConnectionMultiplexer? _connection;
    private string _lastError = "";
    private long _collections;

    public RedisCollector(RedisOptions options, TimeProvider time, ILogger<RedisCollector> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _address = RedisAddress.TryParse(options.Url, out _addressProblem);
        _keys = new RedisKeyWatch(options, _address?.Server ?? "", time, logger);
    }

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var error = "";
        try
        {
            var session = new RedisSession(Connect(cancellationToken), _options.Selection.IsCluster, _options.KeyTime);
            // All of it is asked before any of it is written: what fails in the middle leaves nothing behind.
            var answers = RedisAnswers.Read(session, _options.Selection);
            var keys = answers.Masters is null ? _keys.Read(session, answers.Info["role"] == "master", cancellationToken) : RedisKeyAnswers.None;
            var scripts = RedisScripts.Run(session, _options.Selection.Scripts, NoteScript);
            Write(writer, answers);
            RedisKeyMetrics.Write(writer, keys);
            RedisScriptAnswer.Write(writer, scripts);
        }
        catch (Exception e) when (e is RedisException or TimeoutException or FetchException or InvalidOperationException or IOException)
        {
            // A connection that hangs would hang again.
            Disconnect();
            error = e.Message;
        }
        Note(error);
        WriteReport(writer, error, _time.GetElapsedTime(started));
    }

    public void Dispose() => Disconnect();

    private void Write(IMetricWriter writer, RedisAnswers answers)
    {
        var selection = _options.Selection;
        new RedisMetrics(writer, answers, selection).Write();
        if (answers.Masters is { } masters)
        {
            new RedisSentinelMetrics(writer, answers.Info).Write(masters, selection.IncludesSentinelPeers);
        }
        if (answers.AllParameters is { } parameters)
        {
            RedisParameters.Write(writer, parameters, ofSentinel: answers.Masters is not null);
        }
        if (answers.Clients is { } clients)
        {
            RedisClients.Write(writer, clients, selection.ExportsClientPort, _time.GetUtcNow().ToUnixTimeSeconds());
        }
    }

    private ConnectionMultiplexer Connect(CancellationToken cancellationToken)
    {
        if (_connection is { } open)
        {
            return open;
        }
        var address = _address ?? throw new InvalidOperationException(_addressProblem);
        var connecting = ConnectionMultiplexer.ConnectAsync(address.Configuration(_options.Credentials.Read(), _options.Timeout, _options.Selection.IsCluster));
        return _connection = connecting.WaitAsync(_options.Timeout * 2, _time, cancellationToken).GetAwaiter().GetResult();
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private void WriteReport(IMetricWriter writer, string error, TimeSpan duration)
    {
        _collections++;
        writer.Family("redis_up", MetricType.Gauge, "Information about the Redis instance");
        writer.Sample(error.Length == 0 ? 1 : 0);
        // Without the text: each of its wordings would be a series of its own. It is in the log.
        writer.Family("redis_exporter_last_scrape_error", MetricType.Gauge, "The last scrape error status.");
        writer.Sample(error.Length == 0 ? 0 : 1, "err", "");
        writer.Family("redis_exporter_last_scrape_duration_seconds", MetricType.Gauge, "exporter_last_scrape_duration_seconds metric");
        writer.Sample(duration.TotalSeconds);
        writer.Family("redis_exporter_scrapes_total", MetricType.Counter, "Current total redis scrapes.");
        writer.Sample(_collections);
    }

    private void NoteScript(string path, string problem)
    {
        if (_failedScripts.Add(path))
        {
            _logger.LogWarning("the script {Path} gives nothing of the Redis {Server}: {Problem}", path, _address?.Server, problem);
        }
    }

    private void Note(string error)
    {
        if ((error.Length > 0) == (_lastError.Length > 0))
        {
            return;
        }
        if (error.Length > 0)
        {
            _logger.LogWarning("the Redis {Server} cannot be asked: {Error}", _address?.Server, error);
        }
        else
        {
            _logger.LogInformation("the Redis {Server} answers", _address?.Server);
        }
        _lastError = error;
    }
}
