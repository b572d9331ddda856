namespace Touchline.Cli;

/// <summary>Flags of Prometheus 3 that have no meaning here: accepted with a warning, so that a start script need not change.</summary>
internal static class CompatibilityFlags
{
    /// <summary>Those that take a value.</summary>
    public static IReadOnlyList<string> WithValue { get; } =
    [
        "config.auto-reload-interval", "auto-gomemlimit.ratio", "web.read-timeout", "web.max-notifications-subscribers", "web.local-assets",
        "web.user-assets", "web.remote-write-receiver.accepted-protobuf-messages", "web.console.templates", "web.console.libraries", "web.page-title",
        "storage.tsdb.max-block-duration", "storage.tsdb.max-block-chunk-segment-size", "storage.tsdb.wal-segment-size",
        "storage.tsdb.head-chunks-write-queue-size", "storage.tsdb.samples-per-chunk", "storage.tsdb.wal-compression-type",
        "storage.tsdb.delayed-compaction.max-percent", "storage.tsdb.allow-overlapping-blocks", "storage.agent.wal-segment-size",
        "storage.agent.wal-compression-type", "storage.agent.wal-truncate-frequency", "storage.agent.retention.min-time",
        "storage.agent.retention.max-time", "storage.remote.flush-deadline", "storage.remote.read-sample-limit",
        "storage.remote.read-concurrent-limit", "storage.remote.read-max-bytes-in-frame", "rules.alert.for-outage-tolerance",
        "rules.alert.for-grace-period", "rules.alert.resend-delay", "rules.max-concurrent-evals", "alertmanager.notification-queue-capacity",
        "alertmanager.notification-batch-size", "alertmanager.timeout", "scrape.timestamp-tolerance", "scrape.discovery-reload-interval",
        "scrape.name-escaping-scheme",
    ];

    /// <summary>Those that are on or off.</summary>
    public static IReadOnlyList<string> Switches { get; } =
    [
        "auto-gomaxprocs", "auto-gomemlimit", "storage.tsdb.no-lockfile", "storage.tsdb.wal-compression", "storage.agent.wal-compression",
        "storage.agent.no-lockfile", "scrape.adjust-timestamps",
    ];
}
