using System.Data.Common;
using FootballPrediction.Faults;
using FootballPrediction.Metrics;

namespace FootballPrediction.Storage;

/// <summary>A value for @name in a query.</summary>
internal readonly record struct SqlValue(string Name, object? Value);

/// <summary>Runs named, parameterised queries, measures each, and is where the fault "slow_queries" bites.</summary>
internal sealed class Database(ISqlBackend backend, ServiceMetrics metrics, FaultBoard faults, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Well below SQLite's least limit of parameters in a query, 999.</summary>
    private const int KeysInOneQuery = 400;

    public string Kind => backend.Kind;

    public Task<int> ExecuteAsync(string name, string sql, SqlValue[] values, CancellationToken cancellationToken) =>
        RunAsync(
            name,
            async (connection, cancel) =>
            {
                await using DbCommand command = Command(connection, sql, values);
                return await command.ExecuteNonQueryAsync(cancel);
            },
            cancellationToken);

    /// <summary>The same statement for many rows, all or none.</summary>
    public Task<int> ExecuteManyAsync(string name, string sql, IEnumerable<SqlValue[]> rows, CancellationToken cancellationToken) =>
        RunAsync(
            name,
            async (connection, cancel) =>
            {
                int changed = 0;
                await using DbTransaction transaction = await connection.BeginTransactionAsync(cancel);
                foreach (SqlValue[] row in rows)
                {
                    await using DbCommand command = Command(connection, sql, row);
                    command.Transaction = transaction;
                    changed += await command.ExecuteNonQueryAsync(cancel);
                }

                await transaction.CommitAsync(cancel);
                return changed;
            },
            cancellationToken);

    public Task<List<T>> QueryAsync<T>(
        string name, string sql, SqlValue[] values, Func<DbDataReader, T> read, CancellationToken cancellationToken) =>
        RunAsync(
            name,
            async (connection, cancel) =>
            {
                List<T> rows = [];
                await using DbCommand command = Command(connection, sql, values);
                await using DbDataReader reader = await command.ExecuteReaderAsync(cancel);
                while (await reader.ReadAsync(cancel))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellationToken);

    /// <summary>The rows of those of the keys that exist; asks for many keys at a time, however many there are.</summary>
    /// <param name="sql">Ends in front of the list that is compared with, as in "… WHERE id IN".</param>
    public async Task<List<T>> QueryKeysAsync<T>(
        string name, string sql, IEnumerable<string> keys, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        foreach (string[] chunk in keys.Chunk(KeysInOneQuery))
        {
            SqlValue[] values = [.. chunk.Select((key, number) => new SqlValue($"key{number}", key))];
            string list = string.Join(", ", values.Select(value => "@" + value.Name));
            rows.AddRange(await QueryAsync(name, $"{sql} ({list})", values, read, cancellationToken));
        }

        return rows;
    }

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    private async Task<T> RunAsync<T>(string name, Func<DbConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        metrics.DatabaseConnectionOpened();
        try
        {
            await using DbConnection connection = await backend.OpenAsync(cancellationToken);
            if (faults.QueryDelay is { } delay)
            {
                await Task.Delay(delay, time, cancellationToken);
            }

            return await work(connection, cancellationToken);
        }
        finally
        {
            metrics.DatabaseConnectionClosed();
            metrics.QueryTook(name, time.GetElapsedTime(start));
        }
    }

    private static DbCommand Command(DbConnection connection, string sql, SqlValue[] values)
    {
        DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in values)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
