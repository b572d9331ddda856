using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using Touchline.Fetching;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>
/// Asks a PostgreSQL for its statistics, with the metrics of postgres_exporter. A server that cannot be reached is <c>pg_up 0</c>; a statement that fails, for want of a right
/// or within the timeout, costs its own metrics only. Asked by one thread at a time.
/// </summary>
public sealed class PostgresCollector : IMetricSource, IDisposable
{
    /// <summary>What one statement may give: tables of a database can be a great many.</summary>
    private const int MaxRows = 5_000;

    private const string SettingsCollector = "settings";

    private readonly PostgresOptions _options;
    private readonly PostgresAddress? _address;
    private readonly string _addressProblem;
    private readonly string _server;
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresCollector> _logger;
    private readonly HashSet<string> _complaints = new(StringComparer.Ordinal);
    private NpgsqlConnection? _connection;
    private string _lastError = "";
    private long _collections;

    public PostgresCollector(PostgresOptions options, TimeProvider time, ILogger<PostgresCollector> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _address = PostgresAddress.TryParse(options.Url, out _addressProblem);
        _server = _address?.Server ?? "";
    }

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var runs = new List<CollectorRun>();
        var isUp = false;
        try
        {
            var connection = Connect(cancellationToken);
            isUp = true;
            foreach (var query in PostgresQueries.All.Where(query => query.IsFor(connection.PostgreSqlVersion.Major)))
            {
                Measure(runs, query.Collector, () => Run(connection, query, writer, cancellationToken));
            }
            if (_options.ShowsSettings)
            {
                Measure(runs, SettingsCollector, () => RunSettings(connection, writer, cancellationToken));
            }
            NoteConnection("");
        }
        catch (Exception e) when (e is DbException or FetchException or IOException or TimeoutException or InvalidOperationException)
        {
            isUp = false;
            Disconnect();
            NoteConnection(e.InnerException is { Message.Length: > 0 } inner && e is NpgsqlException and not PostgresException ? $"{e.Message}: {inner.Message}" : e.Message);
        }
        WriteReport(writer, isUp, runs, _time.GetElapsedTime(started));
    }

    public void Dispose() => Disconnect();

    private NpgsqlConnection Connect(CancellationToken cancellationToken)
    {
        if (_connection is { State: System.Data.ConnectionState.Open } open)
        {
            return open;
        }
        Disconnect();
        var address = _address ?? throw new InvalidOperationException(_addressProblem);
        var connection = new NpgsqlConnection(address.ConnectionString(_options.Credentials.Read(), _options.Timeout));
        // Collections are not asynchronous, and what the driver does before the server has answered at all cannot be called off: it ends by its own timeout.
        var opening = connection.OpenAsync(cancellationToken);
        try
        {
            opening.WaitAsync(cancellationToken).GetAwaiter().GetResult();
        }
        catch
        {
            _ = opening.ContinueWith(_ => connection.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
        return _connection = connection;
    }

    private void Disconnect()
    {
        _connection?.Dispose();
        _connection = null;
    }

    /// <summary>Runs one statement, and keeps why it failed. What ends the connection ends the collection.</summary>
    private void Measure(List<CollectorRun> runs, string collector, Action run)
    {
        var started = _time.GetTimestamp();
        string? problem = null;
        try
        {
            run();
        }
        catch (Exception e) when (e is PostgresException or InvalidCastException && _connection is { State: System.Data.ConnectionState.Open })
        {
            problem = e.Message;
        }
        if (problem is not null && _complaints.Add(collector))
        {
            _logger.LogWarning("the collector {Collector} of the PostgreSQL {Server} does not work: {Problem}", collector, _server, problem);
        }
        var elapsed = _time.GetElapsedTime(started);
        var index = runs.FindIndex(known => known.Collector == collector);
        if (index < 0)
        {
            runs.Add(new CollectorRun(collector, elapsed, problem is null));
            return;
        }
        runs[index] = new CollectorRun(collector, runs[index].Duration + elapsed, runs[index].Succeeded && problem is null);
    }

    private void Run(NpgsqlConnection connection, PostgresQuery query, IMetricWriter writer, CancellationToken cancellationToken)
    {
        if (query.Requires is { } relation && !Exists(connection, relation, cancellationToken))
        {
            return;
        }
        // All of it is read before any of it is written: a statement that fails in the middle leaves nothing behind.
        var rows = Read(connection, query.Sql, cancellationToken, reader => Row.Of(reader, query));
        if (rows.Count == MaxRows && _complaints.Add(query.Sql))
        {
            _logger.LogWarning("the collector {Collector} of the PostgreSQL {Server} has more than {Rows} rows; the others are left out", query.Collector, _server, MaxRows);
        }
        for (var metric = 0; metric < query.Metrics.Length; metric++)
        {
            var about = query.Metrics[metric];
            if (rows.TrueForAll(row => row.Values[metric] is null && about.Null == PostgresNull.Absent))
            {
                continue;
            }
            writer.Family(about.Name, about.Type, about.Help);
            foreach (var row in rows)
            {
                if (row.Values[metric] is not null || about.Null != PostgresNull.Absent)
                {
                    writer.Sample(row.Values[metric] ?? (about.Null == PostgresNull.NaN ? double.NaN : 0), query.HasServerLabel ? [.. row.Labels, "server", _server] : row.Labels);
                }
            }
        }
    }

    private void RunSettings(NpgsqlConnection connection, IMetricWriter writer, CancellationToken cancellationToken) =>
        PostgresSettings.Write(writer, Read(connection, PostgresSettings.Sql, cancellationToken, reader => new[] { reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3) }), _server);

    private static bool Exists(NpgsqlConnection connection, string relation, CancellationToken cancellationToken) =>
        Read(connection, $"SELECT to_regclass('{relation}') IS NOT NULL", cancellationToken, reader => reader.GetBoolean(0))[0];

    private static List<T> Read<T>(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, Func<NpgsqlDataReader, T> read)
    {
        using var command = new NpgsqlCommand(sql, connection);
        using var reader = command.ExecuteReaderAsync(cancellationToken).GetAwaiter().GetResult();
        var rows = new List<T>();
        while (rows.Count < MaxRows && reader.ReadAsync(cancellationToken).GetAwaiter().GetResult())
        {
            rows.Add(read(reader));
        }
        return rows;
    }

    private void WriteReport(IMetricWriter writer, bool isUp, List<CollectorRun> runs, TimeSpan duration)
    {
        _collections++;
        Single(writer, "pg_up", MetricType.Gauge, "Whether the last scrape of metrics from PostgreSQL was able to connect to the server (1 for yes, 0 for no).", isUp ? 1 : 0);
        Single(writer, "pg_exporter_last_scrape_error", MetricType.Gauge, "Whether the last scrape of metrics from PostgreSQL resulted in an error (1 for error, 0 for success).", isUp && runs.TrueForAll(run => run.Succeeded) ? 0 : 1);
        Single(writer, "pg_exporter_last_scrape_duration_seconds", MetricType.Gauge, "Duration of the last scrape of metrics from PostgreSQL.", duration.TotalSeconds);
        Single(writer, "pg_exporter_scrapes_total", MetricType.Counter, "Total number of times PostgreSQL was scraped for metrics.", _collections);
        writer.Family("pg_scrape_collector_duration_seconds", MetricType.Gauge, "postgres_exporter: Duration of a collector scrape.");
        runs.ForEach(run => writer.Sample(run.Duration.TotalSeconds, "collector", run.Collector));
        writer.Family("pg_scrape_collector_success", MetricType.Gauge, "postgres_exporter: Whether a collector succeeded.");
        runs.ForEach(run => writer.Sample(run.Succeeded ? 1 : 0, "collector", run.Collector));
    }

    private static void Single(IMetricWriter writer, string name, MetricType type, string help, double value)
    {
        writer.Family(name, type, help);
        writer.Sample(value);
    }

    private void NoteConnection(string error)
    {
        if (error == _lastError)
        {
            return;
        }
        if (error.Length > 0)
        {
            _logger.LogWarning("the PostgreSQL {Server} cannot be asked: {Error}", _server, error);
        }
        else
        {
            _logger.LogInformation("the PostgreSQL {Server} answers", _server);
        }
        _lastError = error;
    }

    private readonly record struct CollectorRun(string Collector, TimeSpan Duration, bool Succeeded);

    /// <summary>Label names and values as a writer takes them, and the values of the metrics.</summary>
    private sealed record Row(string[] Labels, double?[] Values)
    {
        public static Row Of(NpgsqlDataReader reader, PostgresQuery query)
        {
            var labels = new string[2 * query.Labels.Length];
            for (var i = 0; i < query.Labels.Length; i++)
            {
                (labels[2 * i], labels[2 * i + 1]) = (query.Labels[i], reader.IsDBNull(i) ? "" : reader.GetString(i));
            }
            var values = new double?[query.Metrics.Length];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = reader.IsDBNull(query.Labels.Length + i) ? null : reader.GetDouble(query.Labels.Length + i);
            }
            return new Row(labels, values);
        }
    }
}
