using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What is asked of the tables and indexes of the database that it is connected to.</summary>
internal static class PostgresTableQueries
{
    private static readonly string[] Labels = ["datname", "schemaname", "relname"];

    public static IReadOnlyList<PostgresQuery> All { get; } =
    [
        new("stat_user_tables", """
            SELECT current_database(), schemaname, relname, seq_scan::float8, seq_tup_read::float8, idx_scan::float8, idx_tup_fetch::float8, n_tup_ins::float8, n_tup_upd::float8,
                   n_tup_del::float8, n_tup_hot_upd::float8, n_live_tup::float8, n_dead_tup::float8, n_mod_since_analyze::float8,
                   extract(epoch FROM last_vacuum)::float8, extract(epoch FROM last_autovacuum)::float8, extract(epoch FROM last_analyze)::float8, extract(epoch FROM last_autoanalyze)::float8,
                   vacuum_count::float8, autovacuum_count::float8, analyze_count::float8, autoanalyze_count::float8, pg_indexes_size(relid)::float8, pg_table_size(relid)::float8
            FROM pg_stat_user_tables ORDER BY relid
            """, Labels,
            [
                new("pg_stat_user_tables_seq_scan", Counter, "Number of sequential scans initiated on this table"),
                new("pg_stat_user_tables_seq_tup_read", Counter, "Number of live rows fetched by sequential scans"),
                new("pg_stat_user_tables_idx_scan", Counter, "Number of index scans initiated on this table"),
                new("pg_stat_user_tables_idx_tup_fetch", Counter, "Number of live rows fetched by index scans"),
                new("pg_stat_user_tables_n_tup_ins", Counter, "Number of rows inserted"),
                new("pg_stat_user_tables_n_tup_upd", Counter, "Number of rows updated"),
                new("pg_stat_user_tables_n_tup_del", Counter, "Number of rows deleted"),
                new("pg_stat_user_tables_n_tup_hot_upd", Counter, "Number of rows HOT updated (i.e., with no separate index update required)"),
                new("pg_stat_user_tables_n_live_tup", Gauge, "Estimated number of live rows"),
                new("pg_stat_user_tables_n_dead_tup", Gauge, "Estimated number of dead rows"),
                new("pg_stat_user_tables_n_mod_since_analyze", Gauge, "Estimated number of rows changed since last analyze"),
                new("pg_stat_user_tables_last_vacuum", Gauge, "Last time at which this table was manually vacuumed (not counting VACUUM FULL)"),
                new("pg_stat_user_tables_last_autovacuum", Gauge, "Last time at which this table was vacuumed by the autovacuum daemon"),
                new("pg_stat_user_tables_last_analyze", Gauge, "Last time at which this table was manually analyzed"),
                new("pg_stat_user_tables_last_autoanalyze", Gauge, "Last time at which this table was analyzed by the autovacuum daemon"),
                new("pg_stat_user_tables_vacuum_count", Counter, "Number of times this table has been manually vacuumed (not counting VACUUM FULL)"),
                new("pg_stat_user_tables_autovacuum_count", Counter, "Number of times this table has been vacuumed by the autovacuum daemon"),
                new("pg_stat_user_tables_analyze_count", Counter, "Number of times this table has been manually analyzed"),
                new("pg_stat_user_tables_autoanalyze_count", Counter, "Number of times this table has been analyzed by the autovacuum daemon"),
                new("pg_stat_user_tables_index_size_bytes", Gauge, "Total disk space used by this index, in bytes"),
                new("pg_stat_user_tables_table_size_bytes", Gauge, "Total disk space used by this table, in bytes"),
            ]),
        new("statio_user_tables", """
            SELECT current_database(), schemaname, relname, heap_blks_read::float8, heap_blks_hit::float8, idx_blks_read::float8, idx_blks_hit::float8,
                   toast_blks_read::float8, toast_blks_hit::float8, tidx_blks_read::float8, tidx_blks_hit::float8
            FROM pg_statio_user_tables ORDER BY relid
            """, Labels,
            [
                new("pg_statio_user_tables_heap_blocks_read", Counter, "Number of disk blocks read from this table"),
                new("pg_statio_user_tables_heap_blocks_hit", Counter, "Number of buffer hits in this table"),
                new("pg_statio_user_tables_idx_blocks_read", Counter, "Number of disk blocks read from all indexes on this table"),
                new("pg_statio_user_tables_idx_blocks_hit", Counter, "Number of buffer hits in all indexes on this table"),
                new("pg_statio_user_tables_toast_blocks_read", Counter, "Number of disk blocks read from this table's TOAST table (if any)"),
                new("pg_statio_user_tables_toast_blocks_hit", Counter, "Number of buffer hits in this table's TOAST table (if any)"),
                new("pg_statio_user_tables_tidx_blocks_read", Counter, "Number of disk blocks read from this table's TOAST table indexes (if any)"),
                new("pg_statio_user_tables_tidx_blocks_hit", Counter, "Number of buffer hits in this table's TOAST table indexes (if any)"),
            ]),
        new("statio_user_indexes", "SELECT schemaname, relname, indexrelname, idx_blks_read::float8, idx_blks_hit::float8 FROM pg_statio_user_indexes ORDER BY indexrelid",
            ["schemaname", "relname", "indexrelname"],
            [
                new("pg_statio_user_indexes_idx_blks_read_total", Counter, "Number of disk blocks read from this index"),
                new("pg_statio_user_indexes_idx_blks_hit_total", Counter, "Number of buffer hits in this index"),
            ]),
    ];
}
