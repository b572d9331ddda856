using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What is asked of vacuums that are under way, and of the buffers that they and others use.</summary>
internal static class PostgresVacuumQueries
{
    private const string Progress = "stat_progress_vacuum";

    /// <summary>Of another database than the one that is connected to, PostgreSQL tells a table's number only, which may be that of another table here.</summary>
    private const string Table = "v.datname, CASE WHEN v.datname = current_database() THEN v.relid::regclass::text ELSE v.relid::text END";

    private static readonly string[] Labels = ["datname", "relname"];

    private static readonly PostgresMetric DeadTuples = new("pg_stat_progress_vacuum_num_dead_tuples", Gauge, "Current number of dead tuples found so far.");

    public static IReadOnlyList<PostgresQuery> All { get; } =
    [
        new(Progress, $"""
            SELECT {Table}, p.phase, (v.phase IS NOT DISTINCT FROM p.phase)::int::float8
            FROM pg_stat_progress_vacuum v
            CROSS JOIN unnest(ARRAY['initializing', 'scanning heap', 'vacuuming indexes', 'vacuuming heap', 'cleaning up indexes', 'truncating heap', 'performing final cleanup']) AS p(phase)
            """, [.. Labels, "phase"],
            [new("pg_stat_progress_vacuum_phase", Gauge, "Current vacuum phase (1 = active, 0 = inactive). Label 'phase' is human-readable.")]) { MinVersion = 10 },
        new(Progress, $"SELECT {Table}, v.heap_blks_total::float8, v.heap_blks_scanned::float8, v.heap_blks_vacuumed::float8, v.index_vacuum_count::float8 FROM pg_stat_progress_vacuum v", Labels,
            [
                new("pg_stat_progress_vacuum_heap_blks", Gauge, "Total number of heap blocks in the table being vacuumed."),
                new("pg_stat_progress_vacuum_heap_blks_scanned", Gauge, "Number of heap blocks scanned so far."),
                new("pg_stat_progress_vacuum_heap_blks_vacuumed", Gauge, "Number of heap blocks vacuumed so far."),
                new("pg_stat_progress_vacuum_index_vacuums", Gauge, "Number of completed index vacuum cycles."),
            ]) { MinVersion = 10 },
        new(Progress, $"SELECT {Table}, v.max_dead_tuples::float8, v.num_dead_tuples::float8 FROM pg_stat_progress_vacuum v", Labels,
            [
                new("pg_stat_progress_vacuum_max_dead_tuples", Gauge, "Maximum number of dead tuples that can be stored before cleanup is performed."),
                DeadTuples,
            ]) { MinVersion = 10, MaxVersion = 17 },
        // From 17 on memory limits what can be stored, and not a number of tuples.
        new(Progress, $"SELECT {Table}, v.num_dead_item_ids::float8 FROM pg_stat_progress_vacuum v", Labels, [DeadTuples]) { MinVersion = 17 },
        // autovacuum: VACUUM public.results (to prevent wraparound)
        new("stat_activity_autovacuum", """
            SELECT regexp_replace(split_part(query, '.', 2), ' \(to prevent wraparound\)$', ''), min(extract(epoch FROM xact_start))::float8
            FROM pg_stat_activity WHERE query LIKE 'autovacuum:%' AND xact_start IS NOT NULL GROUP BY 1
            """, ["relname"],
            [new("pg_stat_activity_autovacuum_timestamp_seconds", Gauge, "Start timestamp of the vacuum process in seconds")]),
        new("buffercache_summary", "SELECT buffers_used::float8, buffers_unused::float8, buffers_dirty::float8, buffers_pinned::float8, usagecount_avg FROM pg_buffercache_summary()", [],
            [
                new("pg_buffercache_summary_buffers_used", Gauge, "Number of used shared buffers"),
                new("pg_buffercache_summary_buffers_unused", Gauge, "Number of unused shared buffers"),
                new("pg_buffercache_summary_buffers_dirty", Gauge, "Number of dirty shared buffers"),
                new("pg_buffercache_summary_buffers_pinned", Gauge, "Number of pinned shared buffers"),
                new("pg_buffercache_summary_usagecount_avg", Gauge, "Average usage count of used shared buffers"),
            ]) { MinVersion = 16, Extension = "pg_buffercache" },
    ];
}
