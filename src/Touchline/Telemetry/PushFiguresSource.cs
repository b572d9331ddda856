using System.Text.Json;
using Touchline.Collectors;
using Touchline.Model;
using Touchline.Options;
using Touchline.Push.Groups;
using Touchline.Push.Import;
using Touchline.Push.StatsD;

namespace Touchline.Telemetry;

/// <summary>How pushes, imports and StatsD go. Requests by code are with those of the other handlers; names of statsd_exporter are its own.</summary>
internal sealed class PushFiguresSource(ServerOptions options, PushGroups groups, PushPersistence persistence, TextImport import, StatsDRegistry statsD, StatsDReceiver receiver) : IMetricSource
{
    private static readonly (StatsDError Error, string Name)[] Errors =
    [
        .. Enum.GetValues<StatsDError>().Where(e => e is not (StatsDError.None or StatsDError.IllegalEvent))
            .Append(StatsDError.IllegalEvent).Select(e => (e, JsonNamingPolicy.SnakeCaseLower.ConvertName(e.ToString()))),
    ];

    private static readonly (StatsDType Type, string Name)[] Types =
        [.. Enum.GetValues<StatsDType>().Select(t => (t, t.ToString().ToLowerInvariant()))];

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        if (options.EnablePushReceiver)
        {
            CollectPushes(writer);
        }
        if (statsD.Options.IsOn)
        {
            CollectStatsD(writer, statsD.Figures);
        }
    }

    private void CollectPushes(IMetricWriter writer)
    {
        writer.Family("touchline_push_requests_total", MetricType.Counter, "Pushes to groups, by whether they were taken.");
        writer.Sample(groups.Taken, "result", "taken");
        writer.Sample(groups.Refused, "result", "refused");
        Gauge(writer, "touchline_push_groups", "Groups that hold pushed metrics.", groups.Snapshot().Count);
        Gauge(writer, "touchline_push_series", "Series in all groups.", groups.SeriesCount);
        Counter(writer, "touchline_push_persistence_failures_total", "How often the file that groups are kept in could not be written.", persistence.Failures);
        writer.Family("touchline_import_lines_total", MetricType.Counter, "Samples of imported text, by whether they are stored.");
        writer.Sample(import.Stored, "result", "stored");
        writer.Sample(import.Refused, "result", "refused");
    }

    private void CollectStatsD(IMetricWriter writer, StatsDFigures figures)
    {
        writer.Family("statsd_exporter_events_total", MetricType.Counter, "The total number of StatsD events seen.");
        foreach (var (type, name) in Types)
        {
            writer.Sample(figures.Events(type), "type", name);
        }
        Counter(writer, "statsd_exporter_events_unmapped_total", "The total number of StatsD events no mapping was found for.", figures.Unmapped);
        Counter(writer, "statsd_exporter_udp_packets_total", "The total number of StatsD packets received over UDP.", figures.UdpPackets);
        Counter(writer, "statsd_exporter_unixgram_packets_total", "The total number of StatsD packets received over Unixgram.", figures.UnixgramPackets);
        Counter(writer, "statsd_exporter_tcp_connections_total", "The total number of TCP connections handled.", figures.TcpConnections);
        Counter(writer, "statsd_exporter_tcp_connection_errors_total", "The number of errors encountered reading from TCP.", figures.TcpErrors);
        Counter(writer, "statsd_exporter_tcp_too_long_lines_total", "The number of lines discarded due to being too long.", figures.TcpTooLong);
        Counter(writer, "touchline_statsd_tcp_connections_refused_total", "TCP connections beyond the most that are served at once.", figures.TcpRefused);
        Counter(writer, "statsd_exporter_lines_total", "The total number of StatsD lines received.", figures.Lines);
        Counter(writer, "statsd_exporter_samples_total", "The total number of StatsD samples received.", figures.Samples);
        writer.Family("statsd_exporter_sample_errors_total", MetricType.Counter, "The total number of errors parsing StatsD samples.");
        foreach (var (error, name) in Errors)
        {
            writer.Sample(figures.Errors(error), "reason", name);
        }
        Counter(writer, "statsd_exporter_tags_total", "The total number of DogStatsD tags processed.", figures.Tagged);
        Counter(writer, "statsd_exporter_tag_errors_total", "The number of errors parsing DogStatsD tags.", figures.TagErrors);
        writer.Family("statsd_exporter_events_conflict_total", MetricType.Counter, "The total number of StatsD events with conflicting names.");
        foreach (var (type, name) in Types)
        {
            writer.Sample(figures.Conflicts(type), "type", name);
        }
        writer.Family("statsd_exporter_events_error_total", MetricType.Counter, "The total number of StatsD events discarded due to errors.");
        writer.Sample(figures.NegativeCounters, "reason", "illegal_negative_counter");
        writer.Sample(figures.SeriesRefused, "reason", "series_limit");
        writer.Sample(figures.MembersRefused, "reason", "set_limit");
        writer.Family("statsd_exporter_events_actions_total", MetricType.Counter, "The total number of StatsD events by action.");
        writer.Sample(figures.Dropped, "action", "drop");
        writer.Family("statsd_exporter_metrics_total", MetricType.Gauge, "The total number of metrics.");
        foreach (var (type, count) in statsD.MetricCounts.OrderBy(pair => pair.Key))
        {
            writer.Sample(count, "type", type.ToString().ToLowerInvariant());
        }
        writer.Family("statsd_exporter_config_reloads_total", MetricType.Counter, "The number of configuration reloads.");
        writer.Sample(figures.MappingReloads, "outcome", "success");
        writer.Sample(figures.MappingFailures, "outcome", "failure");
        Gauge(writer, "statsd_exporter_loaded_mappings", "The current number of configured metric mappings.", statsD.MappingCount);
        Gauge(writer, "touchline_statsd_series", "Series that StatsD made.", statsD.SeriesCount);
        CollectRelays(writer, receiver.Relays);
    }

    private static void CollectRelays(IMetricWriter writer, IReadOnlyList<StatsDRelay> relays)
    {
        Each("statsd_exporter_relay_lines_relayed_total", "The number of lines that were buffered to be relayed.", relay => relay.Lines);
        Each("statsd_exporter_relay_long_lines_total", "The number lines that were too long to relay.", relay => relay.LongLines);
        Each("statsd_exporter_relay_packets_total", "The number of StatsD packets relayed.", relay => relay.Packets);
        Each("touchline_statsd_relay_packets_failed_total", "StatsD packets that could not be relayed.", relay => relay.Failures);

        void Each(string name, string help, Func<StatsDRelay, long> count)
        {
            writer.Family(name, MetricType.Counter, help);
            foreach (var relay in relays)
            {
                writer.Sample(count(relay), "target", relay.Address);
            }
        }
    }

    private static void Counter(IMetricWriter writer, string name, string help, long value)
    {
        writer.Family(name, MetricType.Counter, help);
        writer.Sample(value);
    }

    private static void Gauge(IMetricWriter writer, string name, string help, long value)
    {
        writer.Family(name, MetricType.Gauge, help);
        writer.Sample(value);
    }
}
