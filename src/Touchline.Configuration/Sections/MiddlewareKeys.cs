using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>What can be chosen of a database or a cache. Names are those of the exporters' flags, with _ for each - and dot.</summary>
internal static class MiddlewareKeys
{
    public static readonly SectionKeys Statements = new("stat_statements", "stat_statements", ["include_query", "query_length", "limit", "exclude_databases", "exclude_users"]);

    /// <summary>A key for each collector, so that a name that is mistyped is told with the one that was meant.</summary>
    public static readonly SectionKeys Collectors = new("collectors", "collectors",
    [
        "buffercache_summary", "database", "database_wraparound", "locks", "long_running_transactions", "postmaster", "process_idle", "replication", "replication_slot", "replication_slots",
        "roles", "settings", "stat_activity", "stat_activity_autovacuum", "stat_archiver", "stat_bgwriter", "stat_checkpointer", "stat_database", "stat_database_conflicts",
        "stat_progress_vacuum", "stat_replication", "stat_statements", "stat_user_tables", "stat_wal_receiver", "statio_user_indexes", "statio_user_tables", "static", "wal", "xlog_location",
    ]);

    public static readonly string[] Redis =
    [
        "check_keys", "check_single_keys", "count_keys", "check_streams", "check_single_streams", "check_keys_batch_size", "export_key_values", "skip_checkkeys_for_role_master",
        "streams_exclude_consumer_metrics", "export_client_list", "export_client_port", "include_config_metrics", "include_system_metrics", "include_modules_metrics",
        "include_sentinel_peer_info", "include_metrics_for_empty_databases", "exclude_latency_histogram_metrics", "is_cluster", "script",
    ];
}
