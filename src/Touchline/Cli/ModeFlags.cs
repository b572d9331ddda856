namespace Touchline.Cli;

/// <summary>
/// Flags that Prometheus takes as a server or as an agent only. Refused here with its words, since a retention or a query's limit that has no effect
/// would go unnoticed.
/// </summary>
internal static class ModeFlags
{
    private static readonly HashSet<string> ServerOnly =
    [
        "--alertmanager.drain-notification-queue-on-shutdown", "--alertmanager.notification-batch-size", "--alertmanager.notification-queue-capacity",
        "--query.lookback-delta", "--query.max-concurrency", "--query.max-samples", "--query.timeout", "--rules.alert.for-grace-period",
        "--rules.alert.for-outage-tolerance", "--rules.alert.resend-delay", "--rules.max-concurrent-evals", "--storage.remote.read-concurrent-limit",
        "--storage.remote.read-max-bytes-in-frame", "--storage.remote.read-sample-limit", "--storage.tsdb.allow-overlapping-blocks",
        "--storage.tsdb.delayed-compaction.max-percent", "--storage.tsdb.head-chunks-write-queue-size", "--storage.tsdb.max-block-chunk-segment-size",
        "--storage.tsdb.max-block-duration", "--storage.tsdb.min-block-duration", "--storage.tsdb.no-lockfile", "--storage.tsdb.path",
        "--storage.tsdb.retention.size", "--storage.tsdb.retention.time", "--storage.tsdb.samples-per-chunk", "--storage.tsdb.wal-compression",
        "--storage.tsdb.wal-compression-type", "--storage.tsdb.wal-segment-size",
    ];

    private static readonly HashSet<string> AgentOnly =
    [
        "--storage.agent.no-lockfile", "--storage.agent.path", "--storage.agent.retention.max-time", "--storage.agent.retention.min-time",
        "--storage.agent.wal-compression", "--storage.agent.wal-compression-type", "--storage.agent.wal-segment-size",
        "--storage.agent.wal-truncate-frequency",
    ];

    /// <summary>What is wrong with flags that were given, null where nothing is.</summary>
    /// <param name="isAgent">Whether it runs as an agent.</param>
    /// <param name="given">With their dashes, in the order in which errors name them.</param>
    public static string? Problem(bool isAgent, IEnumerable<string> given)
    {
        var wrong = given.Where(name => (isAgent ? ServerOnly : AgentOnly).Contains(name)).Select(name => $"\"{name}\"").ToList();
        return wrong.Count == 0 ? null : $"The following flag(s) can {(isAgent ? "not" : "only")} be used in agent mode: [{string.Join(' ', wrong)}]";
    }
}
