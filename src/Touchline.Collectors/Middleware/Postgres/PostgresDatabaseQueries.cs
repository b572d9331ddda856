using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What is asked of each database.</summary>
internal static class PostgresDatabaseQueries
{
    private static readonly string[] Labels = ["datid", "datname"];

    public static IReadOnlyList<PostgresQuery> All { get; } =
    [
        // Of a database that the user may not connect to, PostgreSQL does not tell the size.
        new("database", """
            SELECT datname, datconnlimit::float8,
                   CASE WHEN has_database_privilege(datname, 'CONNECT') OR pg_has_role(current_user, 'pg_read_all_stats', 'MEMBER') THEN pg_database_size(oid)::float8 END
            FROM pg_database
            """, ["datname"],
            [
                new("pg_database_connection_limit", Gauge, "Connection limit set for the database"),
                new("pg_database_size_bytes", Gauge, "Disk space used by the database") { Null = PostgresNull.Absent },
            ]) { MinVersion = 10 },
        new("database_wraparound", "SELECT datname, age(datfrozenxid)::float8, mxid_age(datminmxid)::float8 FROM pg_database WHERE datallowconn", ["datname"],
            [
                new("pg_database_wraparound_age_datfrozenxid_seconds", Gauge, "Age of the oldest transaction ID that has not been frozen."),
                new("pg_database_wraparound_age_datminmxid_seconds", Gauge, "Age of the oldest multi-transaction ID that has been replaced with a transaction ID."),
            ]),
        new("stat_database", """
            SELECT datid::text, datname, numbackends::float8, xact_commit::float8, xact_rollback::float8, blks_read::float8, blks_hit::float8, tup_returned::float8,
                   tup_fetched::float8, tup_inserted::float8, tup_updated::float8, tup_deleted::float8, conflicts::float8, temp_files::float8, temp_bytes::float8,
                   deadlocks::float8, blk_read_time, blk_write_time, extract(epoch FROM stats_reset)::float8
            FROM pg_stat_database WHERE datname IS NOT NULL
            """, Labels,
            [
                new("pg_stat_database_numbackends", Gauge, "Number of backends currently connected to this database. This is the only column in this view that returns a value reflecting current state; all other columns return the accumulated values since the last reset."),
                new("pg_stat_database_xact_commit", Counter, "Number of transactions in this database that have been committed"),
                new("pg_stat_database_xact_rollback", Counter, "Number of transactions in this database that have been rolled back"),
                new("pg_stat_database_blks_read", Counter, "Number of disk blocks read in this database"),
                new("pg_stat_database_blks_hit", Counter, "Number of times disk blocks were found already in the buffer cache, so that a read was not necessary (this only includes hits in the PostgreSQL buffer cache, not the operating system's file system cache)"),
                new("pg_stat_database_tup_returned", Counter, "Number of rows returned by queries in this database"),
                new("pg_stat_database_tup_fetched", Counter, "Number of rows fetched by queries in this database"),
                new("pg_stat_database_tup_inserted", Counter, "Number of rows inserted by queries in this database"),
                new("pg_stat_database_tup_updated", Counter, "Number of rows updated by queries in this database"),
                new("pg_stat_database_tup_deleted", Counter, "Number of rows deleted by queries in this database"),
                new("pg_stat_database_conflicts", Counter, "Number of queries canceled due to conflicts with recovery in this database. (Conflicts occur only on standby servers; see pg_stat_database_conflicts for details.)"),
                new("pg_stat_database_temp_files", Counter, "Number of temporary files created by queries in this database. All temporary files are counted, regardless of why the temporary file was created (e.g., sorting or hashing), and regardless of the log_temp_files setting."),
                new("pg_stat_database_temp_bytes", Counter, "Total amount of data written to temporary files by queries in this database. All temporary files are counted, regardless of why the temporary file was created, and regardless of the log_temp_files setting."),
                new("pg_stat_database_deadlocks", Counter, "Number of deadlocks detected in this database"),
                new("pg_stat_database_blk_read_time", Counter, "Time spent reading data file blocks by backends in this database, in milliseconds"),
                new("pg_stat_database_blk_write_time", Counter, "Time spent writing data file blocks by backends in this database, in milliseconds"),
                new("pg_stat_database_stats_reset", Counter, "Time at which these statistics were last reset"),
            ]),
        new("stat_database", "SELECT datid::text, datname, active_time / 1000 FROM pg_stat_database WHERE datname IS NOT NULL", Labels,
            [new("pg_stat_database_active_time_seconds_total", Counter, "Time spent executing SQL statements in this database, in seconds")]) { MinVersion = 14 },
        new("stat_database_conflicts", """
            SELECT datid::text, datname, confl_tablespace::float8, confl_lock::float8, confl_snapshot::float8, confl_bufferpin::float8, confl_deadlock::float8
            FROM pg_stat_database_conflicts
            """, Labels,
            [
                new("pg_stat_database_conflicts_confl_tablespace", Counter, "Number of queries in this database that have been canceled due to dropped tablespaces"),
                new("pg_stat_database_conflicts_confl_lock", Counter, "Number of queries in this database that have been canceled due to lock timeouts"),
                new("pg_stat_database_conflicts_confl_snapshot", Counter, "Number of queries in this database that have been canceled due to old snapshots"),
                new("pg_stat_database_conflicts_confl_bufferpin", Counter, "Number of queries in this database that have been canceled due to pinned buffers"),
                new("pg_stat_database_conflicts_confl_deadlock", Counter, "Number of queries in this database that have been canceled due to deadlocks"),
            ]) { HasServerLabel = true },
    ];
}
