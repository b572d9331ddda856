using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Exchange;

internal static class MetadataImport
{
    /// <summary>Notes type, help and unit of metrics that the data directory does not know yet.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Run(string target, IReadOnlyDictionary<string, MetricMetadata> metadata, TimeProvider time)
    {
        if (metadata.Count == 0)
        {
            return;
        }
        using var store = StoreOpening.Quietly(target, time);
        using var querier = store.OpenQuerier(0, 0);
        var known = querier.Metadata();
        using var appender = store.OpenAppender();
        foreach (var (name, entry) in metadata)
        {
            if (!known.ContainsKey(name))
            {
                appender.SetMetadata(name, entry);
            }
        }
        if (appender.Commit() != CommitStatus.Committed)
        {
            throw new IOException($"type, help and unit of metrics cannot be noted: {store.Status().RefusingBecause}");
        }
    }
}
