using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Postgres;
using Touchline.Differential.Host;

namespace Touchline.Differential.Middleware;

/// <summary>Whether a PostgreSQL's metrics are those of the real postgres_exporter, both asking the same real server.</summary>
public sealed class PostgresCollectorTests
{
    private static readonly string[] Collectors =
        ["stat_statements", "long_running_transactions", "postmaster", "database_wraparound", "statio_user_indexes"];

    /// <summary>What both change by asking: their own connections, locks and statements.</summary>
    private static readonly HashSet<string> Momentary =
    [
        "pg_stat_activity_count", "pg_stat_activity_max_tx_duration", "pg_locks_count", "pg_long_running_transactions", "pg_stat_archiver_last_archive_age",
        "pg_stat_statements_calls_total", "pg_stat_statements_seconds_total", "pg_stat_statements_rows_total", "pg_stat_statements_block_read_seconds_total",
        "pg_stat_statements_block_write_seconds_total", "pg_exporter_scrapes_total", "pg_exporter_last_scrape_duration_seconds", "pg_scrape_collector_duration_seconds",
        "pg_scrape_collector_success", "pg_stat_database_active_time_seconds_total", "pg_database_wraparound_age_datfrozenxid_seconds",
        "pg_stat_database_numbackends", "pg_settings_extra_float_digits",
    ];

    [Fact]
    public async Task Families_series_and_values_are_those_of_postgres_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        await server.ExecuteAsync(
            """
            CREATE EXTENSION pg_stat_statements;
            CREATE TABLE results (id int PRIMARY KEY, text text);
            INSERT INTO results SELECT n, repeat('x', 3000) FROM generate_series(1, 500) n;
            UPDATE results SET text = 'y' WHERE id < 50;
            DELETE FROM results WHERE id > 450;
            ANALYZE results;
            SELECT pg_create_physical_replication_slot('standby', true);
            """, cancellationToken);
        using var ours = new PostgresCollector(new PostgresOptions(server.Url, new MiddlewareCredentials(null, null)), TimeProvider.System, NullLogger<PostgresCollector>.Instance);
        await using var peer = await StartExporterAsync(server, cancellationToken);

        await ExporterComparison.AssertSameAsync(ours, () => peer.ReadAsync(cancellationToken), IsOwn, Momentary.Contains);
    }

    [Fact]
    public async Task Connections_locks_and_statements_of_others_are_those_of_postgres_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        await server.ExecuteAsync("CREATE EXTENSION pg_stat_statements; CREATE TABLE held (id int)", cancellationToken);
        await using var holder = new NpgsqlConnection(server.ConnectionString + ";Application Name=holder");
        await holder.OpenAsync(cancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(cancellationToken);
        await new NpgsqlCommand("LOCK TABLE held IN SHARE ROW EXCLUSIVE MODE", holder, transaction).ExecuteNonQueryAsync(cancellationToken);
        await server.ExecuteAsync("SELECT pg_sleep(0.2)", cancellationToken);
        using var ours = new PostgresCollector(new PostgresOptions(server.Url, new MiddlewareCredentials(null, null)), TimeProvider.System, NullLogger<PostgresCollector>.Instance);
        await using var peer = await StartExporterAsync(server, cancellationToken);
        var theirs = await peer.ReadAsync(cancellationToken);

        var found = ExporterComparison.Read(ours);

        Assert.Equal(Series(theirs, "pg_stat_activity_count", "application_name=\"holder\""), Series(found, "pg_stat_activity_count", "application_name=\"holder\""));
        Assert.Equal(Series(theirs, "pg_locks_count", "mode=\"sharerowexclusivelock\""), Series(found, "pg_locks_count", "mode=\"sharerowexclusivelock\""));
        Assert.Contains(Series(found, "pg_locks_count", "mode=\"sharerowexclusivelock\""), line => line.EndsWith(" 1", StringComparison.Ordinal));
        // The statement that took longest, of both the same.
        var slowest = Slowest(theirs);
        Assert.Equal(slowest, Slowest(found));
        Assert.True(slowest.Value >= 0.2, slowest.ToString());
    }

    [Fact]
    public async Task A_server_that_is_stopped_and_started_costs_the_time_between()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        PostgresCollector collector;
        await using (var server = await TemporaryPostgres.StartAsync(cancellationToken))
        {
            collector = new PostgresCollector(new PostgresOptions(server.Url, new MiddlewareCredentials(null, null)), TimeProvider.System, NullLogger<PostgresCollector>.Instance);
            Assert.Equal(1, ExporterComparison.Read(collector).Samples["pg_up"]);
            // The connection alone is lost, as by a server that was started anew.
            await server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'touchline'", cancellationToken);
            Assert.Equal(0, ExporterComparison.Read(collector).Samples["pg_up"]);
            Assert.Equal(1, ExporterComparison.Read(collector).Samples["pg_up"]);
        }

        using (collector)
        {
            var down = ExporterComparison.Read(collector);
            Assert.Equal((0, 1), (down.Samples["pg_up"], down.Samples["pg_exporter_last_scrape_error"]));
            Assert.DoesNotContain("pg_database_size_bytes", down.Families.Keys);
        }
    }

    private static Task<ExporterProcess> StartExporterAsync(TemporaryPostgres server, CancellationToken cancellationToken) => ExporterProcess.StartAsync(
        "prometheus-postgres-exporter", address => [$"--web.listen-address={address}", .. Collectors.Select(name => $"--collector.{name}"), "--log.level=error"],
        new Dictionary<string, string> { ["DATA_SOURCE_NAME"] = server.Url }, cancellationToken);

    private static bool IsOwn(string family) => !family.StartsWith("pg_", StringComparison.Ordinal);

    private static string[] Series(Exposition exposition, string family, string label) =>
        [.. exposition.Samples.Where(s => Exposition.FamilyOf(s.Key) == family && s.Key.Contains(label, StringComparison.Ordinal)).Select(s => $"{s.Key} {s.Value}").Order(StringComparer.Ordinal)];

    private static KeyValuePair<string, double> Slowest(Exposition exposition) => exposition.Samples.Where(s => Exposition.FamilyOf(s.Key) == "pg_stat_statements_seconds_total").MaxBy(s => s.Value);
}
