using static Touchline.Model.MetricType;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>What is asked of the process that receives the log of another server. Times are seconds since 1970.</summary>
internal static class PostgresReceiverQueries
{
    private const string Collector = "stat_wal_receiver";

    /// <summary>The exporter leaves out a receiver without a slot.</summary>
    private const string Receiver = "coalesce(substring(conninfo FROM 'host=''?([^'' ]+)'), ''), coalesce(slot_name, ''), coalesce(status, '')";

    private static readonly string[] Labels = ["upstream_host", "slot_name", "status"];

    public static IReadOnlyList<PostgresQuery> All { get; } =
    [
        new(Collector, $"""
            SELECT {Receiver}, (receive_start_lsn - '0/0')::float8, receive_start_tli::float8, received_tli::float8, extract(epoch FROM last_msg_send_time)::float8,
                   extract(epoch FROM last_msg_receipt_time)::float8, (latest_end_lsn - '0/0')::float8, extract(epoch FROM latest_end_time)::float8,
                   substring(slot_name FROM 'repmgr_slot_([0-9]+)')::float8
            FROM pg_stat_wal_receiver
            """, Labels,
            [
                new("pg_stat_wal_receiver_receive_start_lsn", Counter, "First write-ahead log location used when WAL receiver is started represented as a decimal"),
                new("pg_stat_wal_receiver_receive_start_tli", Gauge, "First timeline number used when WAL receiver is started"),
                new("pg_stat_wal_receiver_received_tli", Gauge, "Timeline number of last write-ahead log location received and flushed to disk"),
                new("pg_stat_wal_receiver_last_msg_send_time", Counter, "Send time of last message received from origin WAL sender"),
                new("pg_stat_wal_receiver_last_msg_receipt_time", Counter, "Send time of last message received from origin WAL sender"),
                new("pg_stat_wal_receiver_latest_end_lsn", Counter, "Last write-ahead log location reported to origin WAL sender as integer"),
                new("pg_stat_wal_receiver_latest_end_time", Counter, "Time of last write-ahead log location reported to origin WAL sender"),
                new("pg_stat_wal_receiver_upstream_node", Gauge, "Node ID of the upstream node") { Null = PostgresNull.Absent },
            ]) { MinVersion = 10 },
        new(Collector, $"SELECT {Receiver}, (flushed_lsn - '0/0')::float8 FROM pg_stat_wal_receiver", Labels,
            [
                new("pg_stat_wal_receiver_flushed_lsn", Counter,
                    "Last write-ahead log location already received and flushed to disk, the initial value of this field being the first log location used when WAL receiver is started represented as a decimal"),
            ]) { MinVersion = 13 },
        // Of 10 and later the same is in pg_replication_slot_slot_current_wal_lsn and pg_stat_replication_pg_current_wal_lsn_bytes.
        new("xlog_location", "SELECT ((CASE WHEN pg_is_in_recovery() THEN pg_last_xlog_replay_location() ELSE pg_current_xlog_location() END) - '0/0')::float8", [],
            [new("pg_xlog_location_bytes", Gauge, "Postgres LSN (log sequence number) being generated on primary or replayed on replica (truncated to low 52 bits)")]) { MaxVersion = 10 },
    ];
}
