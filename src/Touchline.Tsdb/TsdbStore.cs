using Microsoft.Extensions.Logging;
using Touchline.Storage;

namespace Touchline.Tsdb;

/// <summary>The metrics store on local disk. Thread-safe. One process at a time owns a data directory.</summary>
public sealed class TsdbStore : IMetricAppendable, IMetricQueryable, IDisposable
{
    /// <summary>Opens a data directory, repairing what a crash left (torn log tail, half-written blocks) and naming what is damaged.</summary>
    /// <exception cref="TsdbOpenException">The directory is locked by another process, cannot be written, or is not a data directory.</exception>
    public static TsdbStore Open(TsdbOptions options, TimeProvider time, ILogger logger) => throw new NotImplementedException();

    public IAppender OpenAppender() => throw new NotImplementedException();

    public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs) => throw new NotImplementedException();

    public TsdbStatus Status() => throw new NotImplementedException();

    /// <summary>The heaviest names and pairs of the head, at most <paramref name="limit"/> each.</summary>
    public CardinalityStatistics Cardinality(int limit) => throw new NotImplementedException();

    /// <summary>Flushes and closes. Safe to call twice.</summary>
    public void Dispose()
    {
    }
}
