using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What is asked of the server as a whole: its processes, locks, log and writers.</summary>
internal static class PostgresServerQueries
{
    private static readonly PostgresMetric[] CleanerMetrics =
    [
        new("pg_stat_bgwriter_buffers_clean_total", Counter, "Number of buffers written by the background writer"),
        new("pg_stat_bgwriter_maxwritten_clean_total", Counter, "Number of times the background writer stopped a cleaning scan because it had written too many buffers"),
        new("pg_stat_bgwriter_buffers_alloc_total", Counter, "Number of buffers allocated"),
        new("pg_stat_bgwriter_stats_reset_total", Counter, "Time at which these statistics were last reset"),
    ];

    public static IReadOnlyList<PostgresQuery> All { get; } =
    [
        new("postmaster", "SELECT extract(epoch FROM pg_postmaster_start_time())::float8", [],
            [new("pg_postmaster_start_time_seconds", Gauge, "Time at which postmaster started")]),
        // Behind the number the setting names the distribution; the exporter makes a version of three parts of it.
        new("static", "SELECT version(), regexp_replace(split_part(current_setting('server_version'), ' ', 1), '^(\\d+\\.\\d+)$', '\\1.0'), 1::float8", ["version", "short_version"],
            [new("pg_static", Unknown, "Version string as reported by postgres")]) { HasServerLabel = true },
        new("roles", "SELECT rolname, rolconnlimit::float8 FROM pg_roles", ["rolname"],
            [new("pg_roles_connection_limit", Gauge, "Connection limit set for the role")]),
        new("stat_activity", """
            SELECT d.datname, s.state, coalesce(a.usename, ''), coalesce(a.application_name, ''), coalesce(a.backend_type, ''),
                   coalesce(a.wait_event_type, ''), coalesce(a.wait_event, ''), count(a.pid)::float8,
                   coalesce(max(extract(epoch FROM now() - a.xact_start)), 0)::float8
            FROM pg_database d
            CROSS JOIN unnest(ARRAY['active', 'idle', 'idle in transaction', 'idle in transaction (aborted)', 'fastpath function call', 'disabled']) AS s(state)
            LEFT JOIN pg_stat_activity a ON a.datname = d.datname AND a.state = s.state
            GROUP BY 1, 2, 3, 4, 5, 6, 7
            """,
            ["datname", "state", "usename", "application_name", "backend_type", "wait_event_type", "wait_event"],
            [
                new("pg_stat_activity_count", Gauge, "number of connections in this state"),
                new("pg_stat_activity_max_tx_duration", Gauge, "max duration in seconds any active transaction has been running"),
            ]) { HasServerLabel = true },
        new("locks", """
            SELECT d.datname, m.mode, count(l.locktype)::float8
            FROM pg_database d
            CROSS JOIN unnest(ARRAY['accesssharelock', 'rowsharelock', 'rowexclusivelock', 'shareupdateexclusivelock', 'sharelock', 'sharerowexclusivelock',
                                    'exclusivelock', 'accessexclusivelock', 'sireadlock']) AS m(mode)
            LEFT JOIN pg_locks l ON l.database = d.oid AND lower(l.mode) = m.mode
            GROUP BY 1, 2
            """,
            ["datname", "mode"], [new("pg_locks_count", Gauge, "Number of locks")]),
        new("long_running_transactions", """
            SELECT count(*)::float8, coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8
            FROM pg_stat_activity WHERE state IS DISTINCT FROM 'idle' AND xact_start < clock_timestamp() - interval '5 minutes'
            """, [],
            [
                new("pg_long_running_transactions", Gauge, "Current number of long running transactions"),
                new("pg_long_running_transactions_oldest_timestamp_seconds", Gauge, "The current maximum transaction age in seconds"),
            ]),
        new("wal", "SELECT count(*)::float8, coalesce(sum(size), 0)::float8 FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'", [],
            [
                new("pg_wal_segments", Gauge, "Number of WAL segments"),
                new("pg_wal_size_bytes", Gauge, "Total size of WAL segments"),
            ]) { MinVersion = 10 },
        new("stat_archiver", "SELECT archived_count::float8, failed_count::float8, extract(epoch FROM now() - last_archived_time)::float8 FROM pg_stat_archiver", [],
            [
                new("pg_stat_archiver_archived_count", Counter, "Number of WAL files that have been successfully archived"),
                new("pg_stat_archiver_failed_count", Counter, "Number of failed attempts for archiving WAL files"),
                new("pg_stat_archiver_last_archive_age", Gauge, "Time in seconds since last WAL segment was successfully archived") { Null = PostgresNull.NaN },
            ]) { HasServerLabel = true },
        new("stat_bgwriter",
            "SELECT buffers_clean::float8, maxwritten_clean::float8, buffers_alloc::float8, extract(epoch FROM stats_reset)::float8 FROM pg_stat_bgwriter", [], CleanerMetrics),
        new("stat_bgwriter", """
            SELECT checkpoints_timed::float8, checkpoints_req::float8, checkpoint_write_time, checkpoint_sync_time, buffers_checkpoint::float8,
                   buffers_backend::float8, buffers_backend_fsync::float8
            FROM pg_stat_bgwriter
            """, [],
            [
                new("pg_stat_bgwriter_checkpoints_timed_total", Counter, "Number of scheduled checkpoints that have been performed"),
                new("pg_stat_bgwriter_checkpoints_req_total", Counter, "Number of requested checkpoints that have been performed"),
                new("pg_stat_bgwriter_checkpoint_write_time_total", Counter, "Total amount of time that has been spent in the portion of checkpoint processing where files are written to disk, in milliseconds"),
                new("pg_stat_bgwriter_checkpoint_sync_time_total", Counter, "Total amount of time that has been spent in the portion of checkpoint processing where files are synchronized to disk, in milliseconds"),
                new("pg_stat_bgwriter_buffers_checkpoint_total", Counter, "Number of buffers written during checkpoints"),
                new("pg_stat_bgwriter_buffers_backend_total", Counter, "Number of buffers written directly by a backend"),
                new("pg_stat_bgwriter_buffers_backend_fsync_total", Counter, "Number of times a backend had to execute its own fsync call (normally the background writer handles those even when the backend does its own write)"),
            ]) { MaxVersion = 17 },
        new("stat_checkpointer", """
            SELECT num_timed::float8, num_requested::float8, restartpoints_timed::float8, restartpoints_req::float8, restartpoints_done::float8,
                   write_time, sync_time, buffers_written::float8, extract(epoch FROM stats_reset)::float8
            FROM pg_stat_checkpointer
            """, [],
            [
                new("pg_stat_checkpointer_num_timed_total", Counter, "Number of scheduled checkpoints due to timeout"),
                new("pg_stat_checkpointer_num_requested_total", Counter, "Number of requested checkpoints that have been performed"),
                new("pg_stat_checkpointer_restartpoints_timed_total", Counter, "Number of scheduled restartpoints due to timeout or after a failed attempt to perform it"),
                new("pg_stat_checkpointer_restartpoints_req_total", Counter, "Number of requested restartpoints"),
                new("pg_stat_checkpointer_restartpoints_done_total", Counter, "Number of restartpoints that have been performed"),
                new("pg_stat_checkpointer_write_time_total", Counter, "Total amount of time that has been spent in the portion of processing checkpoints and restartpoints where files are written to disk, in milliseconds"),
                new("pg_stat_checkpointer_sync_time_total", Counter, "Total amount of time that has been spent in the portion of processing checkpoints and restartpoints where files are synchronized to disk, in milliseconds"),
                new("pg_stat_checkpointer_buffers_written_total", Counter, "Number of buffers written during checkpoints and restartpoints"),
                new("pg_stat_checkpointer_stats_reset_total", Counter, "Time at which these statistics were last reset"),
            ]) { MinVersion = 17 },
    ];
}
