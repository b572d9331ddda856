using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What is asked of copying to other servers and from them. Places in the log are bytes since its beginning.</summary>
internal static class PostgresReplicationQueries
{
    private const string CurrentPlace = "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END";

    public static IReadOnlyList<PostgresQuery> All { get; } =
    [
        new("replication", """
            SELECT pg_is_in_recovery()::int::float8,
                   CASE WHEN NOT pg_is_in_recovery() OR pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
                        ELSE greatest(0, extract(epoch FROM now() - pg_last_xact_replay_timestamp())) END::float8,
                   CASE WHEN pg_is_in_recovery() THEN extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END::float8
            """, [],
            [
                new("pg_replication_is_replica", Gauge, "Indicates if the server is a replica"),
                new("pg_replication_lag_seconds", Gauge, "Replication lag behind master in seconds"),
                new("pg_replication_last_replay_seconds", Gauge, "Age of last replay in seconds"),
            ]) { MinVersion = 10 },
        // postgres_exporter 0.20 gave them new names, which dashboards that come with it ask for.
        .. Slots("replication_slot"), .. Slots("replication_slots"),
        new("replication_slots", $"SELECT slot_name, coalesce(database, ''), active::int::float8, pg_wal_lsn_diff({CurrentPlace}, restart_lsn)::float8 FROM pg_replication_slots",
            ["slot_name", "database"],
            [
                new("pg_replication_slots_active", Gauge, "Flag indicating if the slot is active"),
                new("pg_replication_slots_pg_wal_lsn_diff", Gauge, "Replication lag in bytes") { Null = PostgresNull.NaN },
            ]) { MinVersion = 10, HasServerLabel = true },
        // The exporter has the process' number in slot_name; the slot's name is what is meant, and what a receiver without a slot does not have.
        new("stat_replication", $"""
            SELECT coalesce(r.application_name, ''), coalesce(r.client_addr::text, ''), coalesce(s.slot_name, r.pid::text), coalesce(r.state, ''),
                   (({CurrentPlace}) - '0/0')::float8, pg_wal_lsn_diff({CurrentPlace}, r.replay_lsn)::float8
            FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
            """, ["application_name", "client_addr", "slot_name", "state"],
            [
                new("pg_stat_replication_pg_current_wal_lsn_bytes", Gauge, "WAL position in bytes"),
                new("pg_stat_replication_pg_wal_lsn_diff", Gauge, "Lag in bytes between master and slave") { Null = PostgresNull.NaN },
            ]) { MinVersion = 10, HasServerLabel = true },
        new("stat_replication", """
            SELECT coalesce(r.application_name, ''), coalesce(r.client_addr::text, ''), coalesce(s.slot_name, r.pid::text), coalesce(r.state, ''), floor(extract(epoch FROM r.reply_time))::float8
            FROM pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
            """, ["application_name", "client_addr", "slot_name", "state"],
            [new("pg_stat_replication_reply_time", Unknown, "Unknown metric from pg_stat_replication") { Null = PostgresNull.Absent }]) { MinVersion = 12, HasServerLabel = true },
    ];

    private static IEnumerable<PostgresQuery> Slots(string collector) =>
    [
        new(collector, $"SELECT slot_name, slot_type, (({CurrentPlace}) - '0/0')::float8, CASE WHEN active THEN coalesce((confirmed_flush_lsn - '0/0')::float8, 0) END, active::int::float8 FROM pg_replication_slots",
            ["slot_name", "slot_type"],
            [
                new($"pg_{collector}_slot_current_wal_lsn", Gauge, "current wal lsn value"),
                new($"pg_{collector}_slot_confirmed_flush_lsn", Gauge, "last lsn confirmed flushed to the replication slot") { Null = PostgresNull.Absent },
                new($"pg_{collector}_slot_is_active", Gauge, "whether the replication slot is active or not"),
            ]) { MinVersion = 10 },
        new(collector, "SELECT slot_name, slot_type, safe_wal_size::float8 FROM pg_replication_slots", ["slot_name", "slot_type"],
            [new($"pg_{collector}_safe_wal_size_bytes", Gauge, "number of bytes that can be written to WAL such that this slot is not in danger of getting in state lost") { Null = PostgresNull.Absent }])
            { MinVersion = 13 },
        new(collector, "SELECT slot_name, slot_type, wal_status, 1::float8 FROM pg_replication_slots WHERE wal_status IS NOT NULL", ["slot_name", "slot_type", "wal_status"],
            [new($"pg_{collector}_wal_status", Gauge, "availability of WAL files claimed by this slot")]) { MinVersion = 13 },
    ];
}
