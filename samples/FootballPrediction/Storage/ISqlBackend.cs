using System.Data.Common;

namespace FootballPrediction.Storage;

/// <summary>What differs between the databases. All other SQL is written once, in what both understand.</summary>
internal interface ISqlBackend : IAsyncDisposable
{
    /// <summary>As the readiness check calls it.</summary>
    string Kind { get; }

    Task<DbConnection> OpenAsync(CancellationToken cancellationToken);
}
