using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Tsdb.Inspection;

namespace Touchline.Tsdb.Exchange;

/// <summary>Opens a store while no server runs on it, so that nothing happens in it by itself.</summary>
internal static class StoreOpening
{
    /// <exception cref="ExchangeException">There is no such data directory, or a server runs on it.</exception>
    public static TsdbStore Quietly(string path, TimeProvider time)
    {
        var root = DataLayout.Existing(path).Root;
        try
        {
            var options = new TsdbOptions { Path = root, RetentionTimeMs = 0 };
            return TsdbStore.Open(options, new StoppedClock(time.GetUtcNow()), NullLogger.Instance);
        }
        catch (TsdbOpenException e)
        {
            throw new ExchangeException(
                $"{e.Message}. A server keeps its directory to itself while it runs: stop it first, or let it make a snapshot "
                + "(POST /api/v1/admin/tsdb/snapshot, with --web.enable-admin-api) and name that", e);
        }
    }
}
