using System.Data.Common;
using Npgsql;

namespace FootballPrediction.Storage;

internal sealed class PostgresBackend : ISqlBackend
{
    private readonly NpgsqlDataSource _source;

    public PostgresBackend(string connectionString)
    {
        _source = NpgsqlDataSource.Create(connectionString);
    }

    public string Kind => "postgresql";

    public async Task<DbConnection> OpenAsync(CancellationToken cancellationToken) => await _source.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
