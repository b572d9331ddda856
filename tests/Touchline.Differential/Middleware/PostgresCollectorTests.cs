using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Postgres;
using Touchline.Configuration;
using Touchline.Differential.Host;

namespace Touchline.Differential.Middleware;

/// <summary>Whether a PostgreSQL's metrics are those of the real postgres_exporter, both asking the same real server.</summary>
public sealed class PostgresCollectorTests
{
    /// <summary>What the exporter is told, beyond what it does by itself.</summary>
    private static readonly string[] Collectors =
    [
        "stat_statements", "stat_statements.include_query", "long_running_transactions", "postmaster", "database_wraparound", "statio_user_indexes", "stat_checkpointer", .. OffUnlessNamed,
    ];

    private static string[] OffUnlessNamed => ["process_idle", "stat_activity_autovacuum", "stat_wal_receiver", "xlog_location", "buffercache_summary"];

    /// <summary>What both change by asking: their own connections, locks and statements.</summary>
    private static readonly HashSet<string> Momentary =
    [
        "pg_stat_activity_count", "pg_stat_activity_max_tx_duration", "pg_locks_count", "pg_long_running_transactions", "pg_stat_archiver_last_archive_age",
        "pg_stat_statements_calls_total", "pg_stat_statements_seconds_total", "pg_stat_statements_rows_total", "pg_stat_statements_block_read_seconds_total",
        "pg_stat_statements_block_write_seconds_total", "pg_stat_statements_query_id", "pg_process_idle_seconds_bucket", "pg_process_idle_seconds_sum", "pg_process_idle_seconds_count", "pg_exporter_scrapes_total", "pg_exporter_last_scrape_duration_seconds", "pg_scrape_collector_duration_seconds",
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
        using var ours = Collector(server);
        await using var peer = await StartExporterAsync(server, cancellationToken);

        await ExporterComparison.AssertSameAsync(ours, () => peer.ReadAsync(cancellationToken), IsOwn, Momentary.Contains);
    }

    [Fact]
    public async Task Connections_locks_and_statements_of_others_are_those_of_postgres_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        await server.ExecuteAsync("CREATE EXTENSION pg_stat_statements; CREATE TABLE held (id int); CREATE USER hidden PASSWORD 'not-to-be-shown'", cancellationToken);
        await using var holder = new NpgsqlConnection(server.ConnectionString + ";Application Name=holder");
        await holder.OpenAsync(cancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(cancellationToken);
        await new NpgsqlCommand("LOCK TABLE held IN SHARE ROW EXCLUSIVE MODE", holder, transaction).ExecuteNonQueryAsync(cancellationToken);
        await server.ExecuteAsync("SELECT pg_sleep(0.2)", cancellationToken);
        using var ours = Collector(server);
        await using var peer = await StartExporterAsync(server, cancellationToken);
        var theirs = await peer.ReadAsync(cancellationToken);

        var found = ExporterComparison.Read(ours);

        Assert.Equal(Series(theirs, "pg_stat_activity_count", "application_name=\"holder\""), Series(found, "pg_stat_activity_count", "application_name=\"holder\""));
        Assert.Equal(Series(theirs, "pg_locks_count", "mode=\"sharerowexclusivelock\""), Series(found, "pg_locks_count", "mode=\"sharerowexclusivelock\""));
        Assert.Contains(Series(found, "pg_locks_count", "mode=\"sharerowexclusivelock\""), line => line.EndsWith(" 1", StringComparison.Ordinal));
        // A statement that neither of them sends.
        var slept = Slept(theirs);
        Assert.Equal(slept, Slept(found));
        Assert.True(slept.Value >= 0.2, slept.ToString());
        Assert.Equal(Series(theirs, "pg_stat_statements_query_id", "pg_sleep"), Series(found, "pg_stat_statements_query_id", "pg_sleep"));
        Assert.NotEmpty(Series(found, "pg_stat_statements_query_id", "pg_sleep"));
        Assert.Empty(Series(found, "pg_stat_statements_query_id", "not-to-be-shown"));
    }

    [Fact]
    public async Task A_primary_and_its_standby_are_told_as_by_postgres_exporter()
    {
        string[] passing = ["pg_replication_lag_seconds", "pg_replication_last_replay_seconds", "pg_stat_replication_pg_current_wal_lsn_bytes", "pg_stat_replication_pg_wal_lsn_diff", "pg_stat_replication_reply_time"];
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var primary = await TemporaryPostgres.StartAsync(cancellationToken);
        await primary.ExecuteAsync("CREATE EXTENSION pg_stat_statements; CREATE TABLE results (id int); INSERT INTO results SELECT generate_series(1, 1000)", cancellationToken);
        await using var standby = await primary.StartStandbyAsync(cancellationToken);
        await primary.WaitAsync("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND reply_time IS NOT NULL", cancellationToken);
        await standby.WaitAsync("SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming' AND latest_end_lsn IS NOT NULL AND flushed_lsn IS NOT NULL", cancellationToken);
        foreach (var server in (TemporaryPostgres[])[primary, standby])
        {
            using var ours = Collector(server);
            await using var peer = await StartExporterAsync(server, cancellationToken);

            await ExporterComparison.AssertSameAsync(ours, () => peer.ReadAsync(cancellationToken), IsOwn, family => Momentary.Contains(family) || passing.Contains(family));

            var found = ExporterComparison.Read(ours);
            Assert.Equal(server == standby, found.Families.ContainsKey("pg_stat_wal_receiver_flushed_lsn"));
            Assert.Equal(server == primary, found.Samples.ContainsKey("pg_replication_slots_active{database=\"\",server=\"" + Host(server) + "\",slot_name=\"standby\"}"));
        }
    }

    [Fact]
    public async Task Idle_processes_of_each_application_are_counted()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        await using var first = new NpgsqlConnection(server.ConnectionString + ";Application Name=first");
        await first.OpenAsync(cancellationToken);
        await using var second = new NpgsqlConnection(server.ConnectionString + ";Application Name=second");
        await second.OpenAsync(cancellationToken);
        await using var transaction = await second.BeginTransactionAsync(cancellationToken);
        await new NpgsqlCommand("SELECT 1", second, transaction).ExecuteNonQueryAsync(cancellationToken);
        await server.WaitAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'second' AND state_change < clock_timestamp() - interval '1.2 s'", cancellationToken);
        using var ours = Collector(server);

        var found = ExporterComparison.Read(ours).Samples;

        Assert.Equal(1, found["pg_process_idle_seconds_count{application_name=\"first\",state=\"idle\"}"]);
        Assert.Equal(1, found["pg_process_idle_seconds_bucket{application_name=\"second\",le=\"+Inf\",state=\"idle in transaction\"}"]);
        Assert.Equal(0, found["pg_process_idle_seconds_bucket{application_name=\"second\",le=\"1\",state=\"idle in transaction\"}"]);
        Assert.InRange(found["pg_process_idle_seconds_sum{application_name=\"second\",state=\"idle in transaction\"}"], 1, 300);
    }

    /// <summary>Before 16 there is no summary, and from then on it needs the extension, which the test makes late.</summary>
    [Fact]
    public async Task What_is_switched_on_and_not_there_is_said_with_what_it_needs()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        var version = (int)(await server.ReadAsync("SELECT current_setting('server_version_num')::int / 10000", cancellationToken))!;
        var log = new RecordedWarnings<PostgresCollector>();
        using var ours = Collector(server, log);

        var found = ExporterComparison.Read(ours).Samples;

        Assert.Equal(0, found["pg_scrape_collector_success{collector=\"buffercache_summary\"}"]);
        Assert.Equal(0, found["pg_scrape_collector_success{collector=\"xlog_location\"}"]);
        Assert.Equal(1, found["pg_scrape_collector_success{collector=\"locks\"}"]);
        Assert.Contains(log.Lines, line => line.Contains("xlog_location", StringComparison.Ordinal) && line.Contains("only PostgreSQL before 10 has it", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains(version < 16 ? "buffercache_summary of the PostgreSQL" : "CREATE EXTENSION pg_buffercache", StringComparison.Ordinal)
            && line.Contains(version < 16 ? $"it needs PostgreSQL 16 or later, and this is {version}." : "has not the extension", StringComparison.Ordinal));
        ExporterComparison.Read(ours);
        Assert.Equal(log.Lines.Distinct(), log.Lines);
        if (version >= 16)
        {
            await server.ExecuteAsync("CREATE EXTENSION pg_buffercache", cancellationToken);
            Assert.True(ExporterComparison.Read(ours).Samples["pg_buffercache_summary_buffers_used"] > 0);
        }
    }

    [Fact]
    public async Task A_table_that_is_locked_costs_the_figures_of_tables_only()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        await server.ExecuteAsync("CREATE TABLE held (id int)", cancellationToken);
        await using var holder = new NpgsqlConnection(server.ConnectionString);
        await holder.OpenAsync(cancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(cancellationToken);
        // The size of a table waits for its lock.
        await new NpgsqlCommand("LOCK TABLE held IN ACCESS EXCLUSIVE MODE", holder, transaction).ExecuteNonQueryAsync(cancellationToken);
        using var ours = new PostgresCollector(
            new PostgresOptions(server.Url, new MiddlewareCredentials(null, null)) { Timeout = TimeSpan.FromSeconds(6) }, TimeProvider.System, NullLogger<PostgresCollector>.Instance);

        var found = ExporterComparison.Read(ours).Samples;

        Assert.Equal((1, 0), (found["pg_up"], found["pg_scrape_collector_success{collector=\"stat_user_tables\"}"]));
        Assert.Equal((1, 1), (found["pg_scrape_collector_success{collector=\"locks\"}"], found["pg_scrape_collector_success{collector=\"wal\"}"]));
        await transaction.RollbackAsync(cancellationToken);
        Assert.Equal(1, ExporterComparison.Read(ours).Samples["pg_scrape_collector_success{collector=\"stat_user_tables\"}"]);
    }

    [Fact]
    public async Task What_is_switched_off_is_not_asked()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        using var ours = new PostgresCollector(
            new PostgresOptions(server.Url, new MiddlewareCredentials(null, null))
            {
                Selection = new PostgresSelection { Collectors = [new CollectorSwitch("locks", false), new CollectorSwitch("settings", false)] },
            }, TimeProvider.System, NullLogger<PostgresCollector>.Instance);

        var found = ExporterComparison.Read(ours);

        Assert.Equal(1, found.Samples["pg_up"]);
        Assert.DoesNotContain(found.Families.Keys, family => family == "pg_locks_count" || family.StartsWith("pg_settings", StringComparison.Ordinal) || family == "pg_process_idle_seconds");
        Assert.DoesNotContain("pg_scrape_collector_success{collector=\"locks\"}", found.Samples.Keys);
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

    private static PostgresCollector Collector(TemporaryPostgres server, ILogger<PostgresCollector>? logger = null) => new(
        new PostgresOptions(server.Url, new MiddlewareCredentials(null, null))
        {
            Timeout = TimeSpan.FromSeconds(30),
            Selection = new PostgresSelection { Collectors = [.. OffUnlessNamed.Select(name => new CollectorSwitch(name, true))], Statements = new StatementSelection { IncludesQuery = true } },
        }, TimeProvider.System, logger ?? NullLogger<PostgresCollector>.Instance);

    private static string Host(TemporaryPostgres server) => new Uri(server.Url).Authority.Split('@')[^1];

    /// <summary>Also what only the exporter of a later version has.</summary>
    private static bool IsOwn(string family) => !family.StartsWith("pg_", StringComparison.Ordinal) || family.StartsWith("pg_replication_slots_s", StringComparison.Ordinal)
        || family == "pg_replication_slots_wal_status";

    private static string[] Series(Exposition exposition, string family, string label) =>
        [.. exposition.Samples.Where(s => Exposition.FamilyOf(s.Key) == family && s.Key.Contains(label, StringComparison.Ordinal)).Select(s => $"{s.Key} {s.Value}").Order(StringComparer.Ordinal)];

    private static KeyValuePair<string, double> Slept(Exposition exposition)
    {
        var text = Assert.Single(exposition.Samples.Keys, series => Exposition.FamilyOf(series) == "pg_stat_statements_query_id" && series.Contains("pg_sleep", StringComparison.Ordinal));
        var number = text[text.IndexOf("queryid=", StringComparison.Ordinal)..].TrimEnd('}');
        return Assert.Single(exposition.Samples, s => Exposition.FamilyOf(s.Key) == "pg_stat_statements_seconds_total" && s.Key.Contains(number, StringComparison.Ordinal));
    }
}
