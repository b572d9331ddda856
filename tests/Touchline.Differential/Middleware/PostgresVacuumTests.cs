using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Postgres;
using Touchline.Configuration;
using Touchline.Differential.Host;

namespace Touchline.Differential.Middleware;

/// <summary>Whether vacuums that are under way are told as by the real postgres_exporter. A delay after each page holds them.</summary>
public sealed class PostgresVacuumTests
{
    private const string Table = """
        CREATE TABLE "Held Results" (id int, text text);
        INSERT INTO "Held Results" SELECT n, repeat('x', 200) FROM generate_series(1, 60000) n;
        DELETE FROM "Held Results" WHERE id % 2 = 0;
        """;

    [Fact]
    public async Task A_vacuum_under_way_is_told_as_by_postgres_exporter()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken);
        await server.ExecuteAsync(Table, cancellationToken);
        await using var vacuuming = new NpgsqlConnection(server.ConnectionString + ";Command Timeout=0");
        await vacuuming.OpenAsync(cancellationToken);
        await new NpgsqlCommand("SET vacuum_cost_delay = 100; SET vacuum_cost_limit = 1", vacuuming).ExecuteNonQueryAsync(cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var vacuum = new NpgsqlCommand("VACUUM \"Held Results\"", vacuuming).ExecuteNonQueryAsync(stop.Token);
        await server.WaitAsync("SELECT count(*) FROM pg_stat_progress_vacuum WHERE phase = 'scanning heap' AND heap_blks_scanned > 0", cancellationToken);
        using var ours = Collector(server);
        await using var peer = await StartExporterAsync(server, cancellationToken);

        await ExporterComparison.AssertSameAsync(ours, () => peer.ReadAsync(cancellationToken), family => !family.StartsWith("pg_stat_progress_vacuum", StringComparison.Ordinal), _ => false);

        var found = ExporterComparison.Read(ours);
        Assert.Equal(1, found.Samples["pg_stat_progress_vacuum_phase{datname=\"postgres\",phase=\"scanning heap\",relname=\"\\\"Held Results\\\"\"}"]);
        Assert.InRange(found.Samples["pg_stat_progress_vacuum_heap_blks_scanned{datname=\"postgres\",relname=\"\\\"Held Results\\\"\"}"], 1, 60_000);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => vacuum);
    }

    [Fact]
    public async Task An_autovacuum_under_way_is_told_as_by_postgres_exporter()
    {
        const string Series = "pg_stat_activity_autovacuum_timestamp_seconds{relname=\"Held Results\"}";
        var cancellationToken = TestContext.Current.CancellationToken;
        await using var server = await TemporaryPostgres.StartAsync(cancellationToken, "autovacuum=on", "autovacuum_naptime=1s");
        await server.ExecuteAsync(
            Table + """
            ALTER TABLE "Held Results" SET (autovacuum_vacuum_cost_delay = 100, autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 1, autovacuum_analyze_threshold = 1000000);
            DELETE FROM "Held Results" WHERE id % 3 = 0;
            """, cancellationToken);
        await server.WaitAsync("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM%Held Results%'", cancellationToken);
        using var ours = Collector(server, new CollectorSwitch("stat_activity_autovacuum", true));
        await using var peer = await StartExporterAsync(server, cancellationToken, "--collector.stat_activity_autovacuum");

        var theirs = await peer.ReadAsync(cancellationToken);
        var found = ExporterComparison.Read(ours);

        Assert.Equal(theirs.Families["pg_stat_activity_autovacuum_timestamp_seconds"], found.Families["pg_stat_activity_autovacuum_timestamp_seconds"]);
        Assert.Equal(theirs.Samples[Series], found.Samples[Series], 1e-3);
    }

    private static PostgresCollector Collector(TemporaryPostgres server, params CollectorSwitch[] switches) => new(
        new PostgresOptions(server.Url, new MiddlewareCredentials(null, null)) { Timeout = TimeSpan.FromSeconds(30), Selection = new PostgresSelection { Collectors = [.. switches] } },
        TimeProvider.System, NullLogger<PostgresCollector>.Instance);

    private static Task<ExporterProcess> StartExporterAsync(TemporaryPostgres server, CancellationToken cancellationToken, params string[] flags) => ExporterProcess.StartAsync(
        "prometheus-postgres-exporter", address => [$"--web.listen-address={address}", "--log.level=error", .. flags], new Dictionary<string, string> { ["DATA_SOURCE_NAME"] = server.Url },
        cancellationToken);
}
