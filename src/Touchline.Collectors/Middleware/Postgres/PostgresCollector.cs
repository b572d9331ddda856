using System.Data.Common;
using Microsoft.Extensions.Logging;
using Npgsql;
using Touchline.Fetching;

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
    private readonly IReadOnlyList<PostgresQuery> _queries;
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
        _queries = PostgresQueries.For(options);
    }

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var report = new PostgresReport();
        var isUp = false;
        try
        {
            var connection = Connect(cancellationToken);
            isUp = true;
            foreach (var query in _queries.Where(query => query.IsFor(connection.PostgreSqlVersion.Major)))
            {
                Measure(report, query.Collector, () => Run(connection, query, report, writer, cancellationToken));
            }
            if (_options.ShowsSettings && _options.Asks(SettingsCollector))
            {
                Measure(report, SettingsCollector, () => RunSettings(connection, writer, cancellationToken));
            }
            NoteVersions(report, connection.PostgreSqlVersion);
            NoteConnection("");
        }
        catch (Exception e) when (e is DbException or FetchException or IOException or TimeoutException or InvalidOperationException)
        {
            isUp = false;
            Disconnect();
            NoteConnection(e.InnerException is { Message.Length: > 0 } inner && e is NpgsqlException and not PostgresException ? $"{e.Message}: {inner.Message}" : e.Message);
        }
        report.Write(writer, isUp, _time.GetElapsedTime(started), ++_collections);
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
    private void Measure(PostgresReport report, string collector, Action run)
    {
        var started = _time.GetTimestamp();
        string? problem = null;
        try
        {
            run();
        }
        catch (Exception e) when (e is PostgresException or InvalidCastException or NpgsqlException { InnerException: TimeoutException } && _connection is { State: System.Data.ConnectionState.Open })
        {
            problem = e.Message;
        }
        if (problem is not null)
        {
            Complain(collector, problem);
        }
        report.Add(collector, _time.GetElapsedTime(started), problem is null);
    }

    /// <summary>Says why there is nothing of a collector that somebody switched on and that no statement is for.</summary>
    private void NoteVersions(PostgresReport report, Version version)
    {
        foreach (var collector in _queries.GroupBy(query => query.Collector).Where(c => _options.IsNamed(c.Key) && !c.Any(query => query.IsFor(version.Major))))
        {
            var first = collector.Min(query => query.MinVersion);
            var end = collector.Max(query => query.MaxVersion);
            Complain(collector.Key, version.Major < first ? $"it needs PostgreSQL {first} or later, and this is {version}" : $"only PostgreSQL before {end} has it, and this is {version}");
            report.AddMissing(collector.Key);
        }
    }

    private void NoteExtension(PostgresReport report, string collector, string extension)
    {
        if (!_options.IsNamed(collector))
        {
            return;
        }
        Complain(collector, $"the database that is connected to has not the extension {extension}: CREATE EXTENSION {extension}");
        report.AddMissing(collector);
    }

    private void Complain(string collector, string problem)
    {
        if (_complaints.Add(collector))
        {
            _logger.LogWarning("the collector {Collector} of the PostgreSQL {Server} does not work: {Problem}", collector, _server, problem);
        }
    }

    private void Run(NpgsqlConnection connection, PostgresQuery query, PostgresReport report, IMetricWriter writer, CancellationToken cancellationToken)
    {
        if (query.Extension is { } extension && !Exists(connection, extension, cancellationToken))
        {
            NoteExtension(report, query.Collector, extension);
            return;
        }
        // All of it is read before any of it is written: a statement that fails in the middle leaves nothing behind.
        var rows = Read(connection, query.Sql, query.Arguments, cancellationToken, reader => PostgresRow.Of(reader, query));
        if (rows.Count == MaxRows && _complaints.Add(query.Sql))
        {
            _logger.LogWarning("the collector {Collector} of the PostgreSQL {Server} has more than {Rows} rows; the others are left out", query.Collector, _server, MaxRows);
        }
        PostgresRow.Write(writer, query, rows, _server);
    }

    private void RunSettings(NpgsqlConnection connection, IMetricWriter writer, CancellationToken cancellationToken) =>
        PostgresSettings.Write(writer, Read(connection, PostgresSettings.Sql, [], cancellationToken, reader => new[] { reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3) }), _server);

    private static bool Exists(NpgsqlConnection connection, string relation, CancellationToken cancellationToken) =>
        Read(connection, "SELECT to_regclass($1) IS NOT NULL", [relation], cancellationToken, reader => reader.GetBoolean(0))[0];

    private static List<T> Read<T>(NpgsqlConnection connection, string sql, object[] arguments, CancellationToken cancellationToken, Func<NpgsqlDataReader, T> read)
    {
        using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        }
        using var reader = command.ExecuteReaderAsync(cancellationToken).GetAwaiter().GetResult();
        var rows = new List<T>();
        while (rows.Count < MaxRows && reader.ReadAsync(cancellationToken).GetAwaiter().GetResult())
        {
            rows.Add(read(reader));
        }
        return rows;
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
}
