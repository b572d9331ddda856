namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>
/// What is asked of a PostgreSQL. Names, types, help and labels are those of postgres_exporter 0.19, so that its dashboards and rules work; the statements are ours. Source of the
/// columns: the chapter on the cumulative statistics system of PostgreSQL's documentation.
/// </summary>
internal static class PostgresQueries
{
    /// <summary>Collectors that have to be switched on, as in the exporter.</summary>
    public static readonly IReadOnlySet<string> OffUnlessNamed =
        new HashSet<string>(StringComparer.Ordinal) { "buffercache_summary", PostgresIdleProcesses.Collector, "stat_activity_autovacuum", "stat_wal_receiver", "xlog_location" };

    /// <summary>Those that are on, in the order in which they are asked; some of them for other versions only.</summary>
    public static IReadOnlyList<PostgresQuery> For(PostgresOptions options) => [.. All(options).Where(query => options.Asks(query.Collector))];

    private static IEnumerable<PostgresQuery> All(PostgresOptions options) =>
    [
        .. PostgresServerQueries.All, .. PostgresDatabaseQueries.All, .. PostgresTableQueries.All, .. PostgresVacuumQueries.All, PostgresIdleProcesses.Query, .. PostgresReplicationQueries.All,
        .. PostgresReceiverQueries.All, .. PostgresStatementQueries.For(options.Selection.Statements),
    ];
}
