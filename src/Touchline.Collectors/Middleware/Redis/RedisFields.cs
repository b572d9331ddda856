using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>How redis_exporter 1.86 names the fields of INFO: its names, not a rule, decide what dashboards find. Source: its answers to a Redis 7.0.</summary>
internal static class RedisFields
{
    private static readonly Dictionary<string, string> Renamed = new(StringComparer.Ordinal)
    {
        ["active_defrag_hits"] = "defrag_hits",
        ["active_defrag_key_hits"] = "defrag_key_hits",
        ["active_defrag_key_misses"] = "defrag_key_misses",
        ["active_defrag_misses"] = "defrag_misses",
        ["allocator_active"] = "allocator_active_bytes",
        ["allocator_allocated"] = "allocator_allocated_bytes",
        ["allocator_resident"] = "allocator_resident_bytes",
        ["aof_base_size"] = "aof_base_size_bytes",
        ["aof_buffer_length"] = "aof_buffer_length",
        ["aof_current_rewrite_time_sec"] = "aof_current_rewrite_duration_sec",
        ["aof_current_size"] = "aof_current_size_bytes",
        ["aof_last_cow_size"] = "aof_last_cow_size_bytes",
        ["aof_last_rewrite_time_sec"] = "aof_last_rewrite_duration_sec",
        ["client_biggest_input_buf"] = "client_biggest_input_buf",
        ["client_recent_max_input_buffer"] = "client_recent_max_input_buffer_bytes",
        ["client_recent_max_output_buffer"] = "client_recent_max_output_buffer_bytes",
        ["cluster_stats_messages_received"] = "cluster_messages_received_total",
        ["cluster_stats_messages_sent"] = "cluster_messages_sent_total",
        ["current_eviction_exceeded_time"] = "current_eviction_exceeded_time_ms",
        ["evicted_clients"] = "evicted_clients_total",
        ["evicted_keys"] = "evicted_keys_total",
        ["expire_cycle_cpu_milliseconds"] = "expire_cycle_cpu_time_ms_total",
        ["expired_keys"] = "expired_keys_total",
        ["expired_stale_perc"] = "expired_stale_percentage",
        ["expired_time_cap_reached_count"] = "expired_time_cap_reached_total",
        ["keyspace_hits"] = "keyspace_hits_total",
        ["keyspace_misses"] = "keyspace_misses_total",
        ["latest_fork_usec"] = "latest_fork_seconds",
        ["loading"] = "loading_dump_file",
        ["maxclients"] = "max_clients",
        ["maxmemory"] = "memory_max_bytes",
        ["mem_aof_buffer"] = "mem_aof_buffer_bytes",
        ["mem_cluster_links"] = "mem_cluster_links_bytes",
        ["mem_not_counted_for_evict"] = "mem_not_counted_for_eviction_bytes",
        ["mem_replication_backlog"] = "mem_replication_backlog_bytes",
        ["mem_total_replication_buffers"] = "mem_total_replication_buffers_bytes",
        ["migrate_cached_sockets"] = "migrate_cached_sockets_total",
        ["rdb_current_bgsave_time_sec"] = "rdb_current_bgsave_duration_sec",
        ["rdb_last_bgsave_time_sec"] = "rdb_last_bgsave_duration_sec",
        ["rdb_last_cow_size"] = "rdb_last_cow_size_bytes",
        ["rdb_last_load_keys_expired"] = "rdb_last_load_expired_keys",
        ["rdb_last_load_keys_loaded"] = "rdb_last_load_loaded_keys",
        ["rdb_last_save_time"] = "rdb_last_save_timestamp_seconds",
        ["rdb_saves"] = "rdb_saves_total",
        ["rejected_connections"] = "rejected_connections_total",
        ["repl_backlog_active"] = "repl_backlog_is_active",
        ["repl_backlog_histlen"] = "repl_backlog_history_bytes",
        ["repl_backlog_size"] = "replication_backlog_bytes",
        ["reply_buffer_expands"] = "reply_buffer_expands_total",
        ["reply_buffer_shrinks"] = "reply_buffer_shrinks_total",
        ["sync_full"] = "replica_resyncs_full",
        ["sync_partial_err"] = "replica_partial_resync_denied",
        ["sync_partial_ok"] = "replica_partial_resync_accepted",
        ["total_commands_processed"] = "commands_processed_total",
        ["total_connections_received"] = "connections_received_total",
        ["total_eviction_exceeded_time"] = "eviction_exceeded_time_ms_total",
        ["total_net_input_bytes"] = "net_input_bytes_total",
        ["total_net_output_bytes"] = "net_output_bytes_total",
        ["total_net_repl_input_bytes"] = "net_repl_input_bytes_total",
        ["total_net_repl_output_bytes"] = "net_repl_output_bytes_total",
        ["used_cpu_sys"] = "cpu_sys_seconds_total",
        ["used_cpu_sys_children"] = "cpu_sys_children_seconds_total",
        ["used_cpu_sys_main_thread"] = "cpu_sys_main_thread_seconds_total",
        ["used_cpu_user"] = "cpu_user_seconds_total",
        ["used_cpu_user_children"] = "cpu_user_children_seconds_total",
        ["used_cpu_user_main_thread"] = "cpu_user_main_thread_seconds_total",
        ["used_memory"] = "memory_used_bytes",
        ["used_memory_dataset"] = "memory_used_dataset_bytes",
        ["used_memory_functions"] = "memory_used_functions_bytes",
        ["used_memory_lua"] = "memory_used_lua_bytes",
        ["used_memory_overhead"] = "memory_used_overhead_bytes",
        ["used_memory_peak"] = "memory_used_peak_bytes",
        ["used_memory_rss"] = "memory_used_rss_bytes",
        ["used_memory_scripts"] = "memory_used_scripts_bytes",
        ["used_memory_scripts_eval"] = "memory_used_scripts_eval_bytes",
        ["used_memory_startup"] = "memory_used_startup_bytes",
        ["used_memory_vm_eval"] = "memory_used_vm_eval_bytes",
        ["used_memory_vm_functions"] = "memory_used_vm_functions_bytes",
        ["used_memory_vm_total"] = "memory_used_vm_total",
    };

    /// <summary>Fields that keep their name, because the exporter shows them so.</summary>
    private static readonly HashSet<string> Kept = new(StringComparer.Ordinal)
    {
        "active_defrag_running", "allocator_frag_bytes", "allocator_frag_ratio", "allocator_rss_bytes", "allocator_rss_ratio", "aof_enabled", "aof_last_bgrewrite_status",
        "aof_last_write_status", "aof_pending_bio_fsync", "aof_pending_rewrite", "aof_rewrite_in_progress", "aof_rewrite_scheduled", "aof_delayed_fsync", "async_loading", "blocked_clients",
        "clients_in_timeout_table", "cluster_connections", "cluster_current_epoch", "cluster_enabled", "cluster_known_nodes", "cluster_my_epoch", "cluster_size", "cluster_slots_assigned",
        "cluster_slots_fail", "cluster_slots_ok", "cluster_slots_pfail", "cluster_state", "configured_hz", "connected_clients", "connected_slaves", "dump_payload_sanitizations", "hz",
        "io_threaded_reads_processed", "io_threaded_writes_processed", "io_threads_active", "lazyfree_pending_objects", "lazyfreed_objects", "master_repl_offset", "mem_clients_normal",
        "mem_clients_slaves", "mem_fragmentation_bytes", "mem_fragmentation_ratio", "module_fork_in_progress", "module_fork_last_cow_size", "number_of_cached_scripts", "number_of_functions",
        "number_of_libraries", "process_id", "pubsub_channels", "pubsub_patterns", "pubsubshard_channels", "rdb_bgsave_in_progress", "rdb_changes_since_last_save", "rdb_last_bgsave_status",
        "repl_backlog_first_byte_offset", "second_repl_offset", "slave_expires_tracked_keys", "slave_priority", "total_error_replies", "total_reads_processed", "total_writes_processed",
        "tracking_clients", "tracking_total_items", "tracking_total_keys", "tracking_total_prefixes", "unexpected_error_replies", "uptime_in_seconds",
    };

    /// <summary>Counters whose name does not say so; of the others it is all that end so but one.</summary>
    private static readonly HashSet<string> Counters = new(StringComparer.Ordinal)
    {
        "dump_payload_sanitizations", "io_threaded_reads_processed", "io_threaded_writes_processed", "total_error_replies", "total_reads_processed", "total_writes_processed",
        "unexpected_error_replies",
    };

    private static readonly HashSet<string> GaugesNamedTotal = new(StringComparer.Ordinal)
        { "cluster_messages_received_total", "cluster_messages_sent_total", "migrate_cached_sockets_total", "rdb_saves_total" };

    /// <summary>What the nodes of a cluster say to each other, by the kind of message, of which later versions have more.</summary>
    private const string ClusterMessages = "cluster_stats_messages_";

    /// <summary>The metric of a field without its prefix, null where it is none.</summary>
    public static string? MetricOf(string field) =>
        Renamed.GetValueOrDefault(field) ?? (Kept.Contains(field) || field.StartsWith(ClusterMessages, StringComparison.Ordinal) ? field : null);

    public static MetricType TypeOf(string metric) =>
        Counters.Contains(metric) || (metric.EndsWith("_total", StringComparison.Ordinal) && !GaugesNamedTotal.Contains(metric) && metric != "memory_used_vm_total")
            ? MetricType.Counter
            : MetricType.Gauge;

    /// <summary>What a field's unit has to be multiplied with to be that of its metric.</summary>
    public static double FactorOf(string field) => field == "latest_fork_usec" ? 1e-6 : 1;
}
