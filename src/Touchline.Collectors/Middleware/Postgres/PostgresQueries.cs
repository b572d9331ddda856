using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>
/// What is asked of a PostgreSQL. Names, types, help and labels are those of postgres_exporter 0.19, so that its dashboards and rules work; the statements are ours. Source of the
/// columns: the chapter on the cumulative statistics system of PostgreSQL's documentation.
/// </summary>
internal static class PostgresQueries
{
    public static IReadOnlyList<PostgresQuery> All { get; } =
    [
        .. PostgresServerQueries.All, .. PostgresDatabaseQueries.All, .. PostgresTableQueries.All, .. PostgresReplicationQueries.All,
        new("stat_statements", StatementsSql("blk"), ["user", "datname", "queryid"], Statements) { MinVersion = 13, MaxVersion = 17, Requires = "pg_stat_statements" },
        new("stat_statements", StatementsSql("shared_blk"), ["user", "datname", "queryid"], Statements) { MinVersion = 17, Requires = "pg_stat_statements" },
    ];

    private static PostgresMetric[] Statements =>
    [
        new("pg_stat_statements_calls_total", Counter, "Number of times executed"),
        new("pg_stat_statements_seconds_total", Counter, "Total time spent in the statement, in seconds"),
        new("pg_stat_statements_rows_total", Counter, "Total number of rows retrieved or affected by the statement"),
        new("pg_stat_statements_block_read_seconds_total", Counter, "Total time the statement spent reading blocks, in seconds"),
        new("pg_stat_statements_block_write_seconds_total", Counter, "Total time the statement spent writing blocks, in seconds"),
    ];

    /// <summary>The hundred that took the most time: there may be thousands, and the rest take little.</summary>
    private static string StatementsSql(string blocks) => $"""
        SELECT pg_get_userbyid(s.userid), d.datname, s.queryid::text,
               s.calls::float8, s.total_exec_time / 1000, s.rows::float8, s.{blocks}_read_time / 1000, s.{blocks}_write_time / 1000
        FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
        WHERE s.total_exec_time > (SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY total_exec_time) FROM pg_stat_statements) AND s.queryid IS NOT NULL
        ORDER BY s.total_exec_time DESC LIMIT 100
        """;
}
