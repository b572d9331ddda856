using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace FootballPrediction.Storage;

/// <summary>One file beside the service. Opening waits up to the command timeout for another writer.</summary>
internal sealed class SqliteBackend : ISqlBackend
{
    private readonly string _connectionString;

    public SqliteBackend(string file)
    {
        _connectionString = new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 10 }.ToString();
    }

    public string Kind => "sqlite";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        SqliteConnection connection = new(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using SqliteCommand command = connection.CreateCommand();

            // Readers go on while a result is written, and a lost power supply costs the last moments, not the file.
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        using SqliteConnection connection = new(_connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }
}
