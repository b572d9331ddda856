using System.Text.Json;
using Touchline.Collectors;
using Touchline.Model;
using Touchline.RemoteWrite;
using Touchline.Storage;

namespace Touchline.Telemetry;

/// <summary>
/// What came by remote write. Requests by code and how long they took are with those of the other handlers, as <c>prometheus_http_requests_total</c> and
/// <c>prometheus_http_request_duration_seconds</c>.
/// </summary>
internal sealed class RemoteWriteSource(RemoteWriteReceiver receiver, RemoteWriteAdmission admission) : IMetricSource
{
    private static readonly (AppendStatus Status, string Name)[] Reasons =
    [
        .. Enum.GetValues<AppendStatus>()
            .Where(s => s is not (AppendStatus.Stored or AppendStatus.Duplicate or AppendStatus.StorageUnavailable))
            .Select(s => (s, JsonNamingPolicy.SnakeCaseLower.ConvertName(s.ToString()))),
    ];

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        var figures = receiver.Figures;
        writer.Family(
            "prometheus_api_remote_write_invalid_labels_samples_total", MetricType.Counter,
            "The total number of received remote write samples and histogram samples which were rejected due to invalid labels.");
        writer.Sample(figures.Refused(AppendStatus.InvalidLabels));
        writer.Family(
            "prometheus_api_remote_write_without_metadata_appended_samples_total", MetricType.Counter,
            "The total number of received remote write samples (and histogram samples) which were ingested without corresponding metadata.");
        writer.Sample(figures.SamplesWithoutMetadata);
        Counter("touchline_remote_write_messages_total", "Messages that were stored, in whole or in part.", figures.Messages);
        Counter("touchline_remote_write_bytes_total", "Bytes of their bodies, compressed.", figures.Bytes);
        writer.Family("touchline_remote_write_samples_total", MetricType.Counter, "Samples that were taken, those that were there already included.");
        writer.Sample(figures.Samples, "type", "float");
        writer.Sample(figures.Histograms, "type", "histogram");
        Counter("touchline_remote_write_exemplars_total", "Exemplars that were taken.", figures.Exemplars);
        Counter("touchline_remote_write_exemplars_refused_total", "Exemplars that were not taken.", figures.ExemplarsRefused);
        writer.Family("touchline_remote_write_samples_refused_total", MetricType.Counter, "Samples that were refused for good, by reason.");
        foreach (var (status, name) in Reasons)
        {
            writer.Sample(figures.Refused(status), "reason", name);
        }
        Counter("touchline_remote_write_malformed_total", "Bodies that are no message, or too large a one.", figures.Malformed);
        writer.Family("touchline_remote_write_retries_asked_total", MetricType.Counter, "Messages whose sender was asked to come again (503), by what there was too little of.");
        writer.Sample(admission.BytesRefused, "reason", "memory");
        writer.Sample(admission.PlacesRefused, "reason", "workers");
        writer.Sample(figures.Unavailable, "reason", "storage");
        Gauge("touchline_remote_write_in_flight_bytes", "Bytes of bodies that were received and are not stored yet.", admission.BytesInFlight);
        Gauge("touchline_remote_write_in_flight_bytes_limit", "The most there may be of them.", receiver.Options.MaxBytesInFlight);
        Gauge("touchline_remote_write_waiting_messages", "Messages that wait to be stored.", admission.Waiting);
        Gauge("touchline_remote_write_known_series", "Series that are found by the bytes of their labels.", receiver.KnownSeries);

        void Counter(string name, string help, long value)
        {
            writer.Family(name, MetricType.Counter, help);
            writer.Sample(value);
        }

        void Gauge(string name, string help, long value)
        {
            writer.Family(name, MetricType.Gauge, help);
            writer.Sample(value);
        }
    }
}
