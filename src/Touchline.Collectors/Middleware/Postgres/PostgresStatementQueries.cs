using Touchline.Configuration;
using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What is asked of pg_stat_statements: the statements that took the most time. There may be thousands, and the rest take little.</summary>
internal static class PostgresStatementQueries
{
    public const string Collector = "stat_statements";

    private static readonly PostgresMetric[] Figures =
    [
        new("pg_stat_statements_calls_total", Counter, "Number of times executed"),
        new("pg_stat_statements_seconds_total", Counter, "Total time spent in the statement, in seconds"),
        new("pg_stat_statements_rows_total", Counter, "Total number of rows retrieved or affected by the statement"),
        new("pg_stat_statements_block_read_seconds_total", Counter, "Total time the statement spent reading blocks, in seconds"),
        new("pg_stat_statements_block_write_seconds_total", Counter, "Total time the statement spent writing blocks, in seconds"),
    ];

    public static IEnumerable<PostgresQuery> For(StatementSelection selection)
    {
        object[] arguments = [selection.Limit, selection.ExcludedDatabases.ToArray(), selection.ExcludedUsers.ToArray()];
        // 17 tells reads of shared blocks from those of local ones.
        yield return Of(FiguresSql("blk"), ["user", "datname", "queryid"], Figures, arguments) with { MaxVersion = 17 };
        yield return Of(FiguresSql("shared_blk"), ["user", "datname", "queryid"], Figures, arguments) with { MinVersion = 17 };
        if (selection.IncludesQuery)
        {
            yield return Of(TextsSql, ["queryid", "query"], [new("pg_stat_statements_query_id", Counter, "SQL Query to queryid mapping")], [.. arguments, selection.QueryLength]);
        }
    }

    private const string Selected = """
        FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
        WHERE s.total_exec_time > (SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY total_exec_time) FROM pg_stat_statements) AND s.queryid IS NOT NULL
            AND NOT d.datname = ANY ($2) AND NOT pg_get_userbyid(s.userid) = ANY ($3)
        ORDER BY s.total_exec_time DESC LIMIT $1
        """;

    /// <summary>Constants of statements are not kept, but those that create users are kept as they were written.</summary>
    private const string TextsSql = $"""
        SELECT queryid, min(text), 1::float8
        FROM (SELECT s.queryid::text AS queryid, left(s.query, $4) AS text, s.query ~* 'password' AS is_secret {Selected}) AS slowest
        WHERE NOT is_secret GROUP BY queryid
        """;

    private static string FiguresSql(string blocks) => $"""
        SELECT pg_get_userbyid(s.userid), d.datname, s.queryid::text,
               s.calls::float8, s.total_exec_time / 1000, s.rows::float8, s.{blocks}_read_time / 1000, s.{blocks}_write_time / 1000
        {Selected}
        """;

    private static PostgresQuery Of(string sql, string[] labels, PostgresMetric[] metrics, object[] arguments) =>
        new(Collector, sql, labels, metrics) { MinVersion = 13, Extension = "pg_stat_statements", Arguments = arguments };
}
