using Touchline.Collectors;
using Touchline.Model;
using Touchline.RemoteWrite.Sending;

namespace Touchline.Telemetry;

/// <summary>What is sent by remote write, under Prometheus's names and with its labels.</summary>
internal sealed class RemoteStorageSource(RemoteWriteSender sender) : IMetricSource
{
    private static readonly (SampleKind Kind, string Name)[] Kinds =
        [(SampleKind.Sample, "samples"), (SampleKind.Exemplar, "exemplars"), (SampleKind.Histogram, "histograms")];

    private static readonly (DropReason Reason, string Name)[] Reasons =
    [
        (DropReason.DroppedSeries, "dropped_series"), (DropReason.TooOld, "too_old"), (DropReason.CustomBuckets, "nhcb_in_RW1_not_supported"),
        (DropReason.QueueFull, "queue_full"),
    ];

    private static readonly string[] Bounds =
        [.. RemoteFigures.DurationBounds.Select(bound => SampleValue.Format(bound)), "+Inf"];

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        var remotes = sender.Remotes();
        if (remotes.Count == 0)
        {
            return;
        }
        CollectIncoming(writer);
        foreach (var (kind, name) in Kinds)
        {
            CollectKind(writer, remotes, kind, name);
        }
        CollectMetadata(writer, remotes);
        CollectShards(writer, remotes);
        CollectRequests(writer, remotes);
    }

    private void CollectIncoming(IMetricWriter writer)
    {
        var incoming = sender.Incoming;
        Single(MetricType.Counter, "prometheus_remote_storage_samples_in_total", "Samples in to remote storage, compare to samples out for queue managers.", incoming.Samples);
        Single(MetricType.Counter, "prometheus_remote_storage_histograms_in_total", "HistogramSamples in to remote storage, compare to histograms out for queue managers.", incoming.Histograms);
        Single(MetricType.Counter, "prometheus_remote_storage_exemplars_in_total", "Exemplars in to remote storage, compare to exemplars out for queue managers.", incoming.Exemplars);
        Single(
            MetricType.Gauge, "prometheus_remote_storage_highest_timestamp_in_seconds",
            "Highest timestamp that has come into the remote storage via the Appender interface, in seconds since epoch. Initialized to 0 when no data has been received yet.",
            incoming.HighestTimestampMs / 1000.0);
        Single(MetricType.Gauge, "touchline_remote_storage_queue_bytes", "Bytes on disk that are kept for remotes.", sender.QueueBytes);
        Single(MetricType.Gauge, "touchline_remote_storage_queue_bytes_limit", "The most there may be of them; then the oldest are dropped.", sender.QueueBytesLimit);
        Single(MetricType.Counter, "touchline_remote_storage_queue_lost_samples_total", "Samples that the disk of the queue did not take, so that no remote gets them.", sender.LostSamples);

        void Single(MetricType type, string name, string help, double value)
        {
            writer.Family(name, type, help);
            writer.Sample(value);
        }
    }

    private static void CollectKind(IMetricWriter writer, IReadOnlyList<RemoteStatus> remotes, SampleKind kind, string name)
    {
        Each(writer, remotes, MetricType.Counter, $"prometheus_remote_storage_{name}_total", $"Total number of {name} sent to remote storage.", r => r.Figures.Sent(kind));
        Each(
            writer, remotes, MetricType.Counter, $"prometheus_remote_storage_{name}_failed_total",
            $"Total number of {name} which failed on send to remote storage, non-recoverable errors.", r => r.Figures.Failed(kind));
        Each(
            writer, remotes, MetricType.Counter, $"prometheus_remote_storage_{name}_retried_total",
            $"Total number of {name} which failed on send to remote storage but were retried because the send error was recoverable.", r => r.Figures.Retried(kind));
        Each(
            writer, remotes, MetricType.Gauge, $"prometheus_remote_storage_{name}_pending",
            $"The number of {name} pending in the queues shards to be sent to the remote storage.", r => r.Figures.Pending(kind));
        if (kind != SampleKind.Sample)
        {
            return;
        }
        writer.Family(
            "prometheus_remote_storage_samples_dropped_total", MetricType.Counter,
            "Total number of samples which were dropped after being read from the WAL before being sent via remote write, either via relabelling, due to being too old or unintentionally because of an unknown reference ID.");
        foreach (var remote in remotes)
        {
            foreach (var (reason, reasonName) in Reasons)
            {
                writer.Sample(remote.Figures.Dropped(reason), "remote_name", remote.Name, "url", remote.Url, "reason", reasonName);
            }
        }
    }

    private static void CollectMetadata(IMetricWriter writer, IReadOnlyList<RemoteStatus> remotes)
    {
        Each(writer, remotes, MetricType.Counter, "prometheus_remote_storage_metadata_total", "Total number of metadata entries sent to remote storage.", r => r.Figures.Metadata);
        Each(
            writer, remotes, MetricType.Counter, "prometheus_remote_storage_metadata_failed_total",
            "Total number of metadata entries which failed on send to remote storage, non-recoverable errors.", r => r.Figures.MetadataFailed);
        Each(
            writer, remotes, MetricType.Counter, "prometheus_remote_storage_metadata_retried_total",
            "Total number of metadata entries which failed on send to remote storage but were retried because the send error was recoverable.", r => r.Figures.MetadataRetried);
        Each(
            writer, remotes, MetricType.Counter, "prometheus_remote_storage_metadata_bytes_total",
            "The total number of bytes of metadata sent by the queue after compression.", r => r.Figures.MetadataBytes);
    }

    private static void CollectShards(IMetricWriter writer, IReadOnlyList<RemoteStatus> remotes)
    {
        Each(writer, remotes, MetricType.Gauge, "prometheus_remote_storage_shards", "The number of shards used for parallel sending to the remote storage.", r => r.Shards);
        Each(
            writer, remotes, MetricType.Gauge, "prometheus_remote_storage_shards_desired",
            "The number of shards that the queues shard calculation wants to run based on the rate of samples in vs. samples out.", r => r.ShardsDesired);
        Each(writer, remotes, MetricType.Gauge, "prometheus_remote_storage_shards_min", "The minimum number of shards that the queue is allowed to run.", r => r.ShardsMin);
        Each(writer, remotes, MetricType.Gauge, "prometheus_remote_storage_shards_max", "The maximum number of shards that the queue is allowed to run.", r => r.ShardsMax);
        Each(
            writer, remotes, MetricType.Gauge, "prometheus_remote_storage_shard_capacity",
            "The capacity of each shard of the queue used for parallel sending to the remote storage.", r => r.ShardCapacity);
        Each(
            writer, remotes, MetricType.Gauge, "prometheus_remote_storage_max_samples_per_send",
            "The maximum number of samples to be sent, in a single request, to the remote storage. Note that, when sending of exemplars over remote write is enabled, exemplars count towards this limt.",
            r => r.MaxSamplesPerSend);
        Each(
            writer, remotes, MetricType.Counter, "prometheus_remote_storage_enqueue_retries_total",
            "Total number of times enqueue has failed because a shards queue was full.", r => r.Figures.EnqueueRetries);
    }

    private static void CollectRequests(IMetricWriter writer, IReadOnlyList<RemoteStatus> remotes)
    {
        Each(
            writer, remotes, MetricType.Counter, "prometheus_remote_storage_bytes_total",
            "The total number of bytes of data (not metadata) sent by the queue after compression. Note that when exemplars over remote write is enabled the exemplars included in a remote write request count towards this metric.",
            r => r.Figures.Bytes);
        Each(
            writer, remotes, MetricType.Gauge, "prometheus_remote_storage_queue_highest_sent_timestamp_seconds",
            "Timestamp from a WAL sample, the highest timestamp successfully sent by this queue, in seconds since epoch. Initialized to 0 when no data has been sent yet.",
            r => r.Figures.HighestSentMs / 1000.0);
        Each(
            writer, remotes, MetricType.Gauge, "touchline_remote_storage_behind_seconds",
            "How much older the newest sample that arrived is than the newest one there is; 0 where all have arrived.", r => r.BehindSeconds);
        Each(
            writer, remotes, MetricType.Counter, "touchline_remote_storage_repeated_samples_total",
            "Samples that came again after a restart, and that the receiver refused because it has them.", r => r.Figures.Repeated);
        Each(writer, remotes, MetricType.Gauge, "touchline_remote_storage_queued_bytes", "What waits on disk for the remote.", r => r.QueuedBytes);
        writer.Family("prometheus_remote_storage_sent_batch_duration_seconds", MetricType.Histogram, "Duration of send calls to the remote storage.");
        foreach (var remote in remotes)
        {
            var counts = remote.Figures.CumulativeDurations();
            for (var i = 0; i < counts.Count; i++)
            {
                writer.SuffixedSample("_bucket", counts[i], "remote_name", remote.Name, "url", remote.Url, "le", Bounds[i]);
            }
            writer.SuffixedSample("_sum", remote.Figures.SendTime.TotalSeconds, "remote_name", remote.Name, "url", remote.Url);
            writer.SuffixedSample("_count", counts[^1], "remote_name", remote.Name, "url", remote.Url);
        }
    }

    private static void Each(
        IMetricWriter writer, IReadOnlyList<RemoteStatus> remotes, MetricType type, string name, string help, Func<RemoteStatus, double> value)
    {
        writer.Family(name, type, help);
        foreach (var remote in remotes)
        {
            writer.Sample(value(remote), "remote_name", remote.Name, "url", remote.Url);
        }
    }
}
