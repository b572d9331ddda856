using Touchline.Model;

namespace Touchline.Configuration.Writing;

/// <summary>Writes one entry of <c>remote_write</c>.</summary>
internal static class RemoteWriteYaml
{
    public static void Write(YamlOutput output, RemoteWriteConfig remote)
    {
        output.Entry("url", ScrapeConfigYaml.WithoutPassword(remote.Url.OriginalString)!);
        output.Entry("remote_timeout", PrometheusDuration.Format(remote.RemoteTimeoutMs));
        if (remote.Headers.Count > 0)
        {
            output.Section("headers", () =>
            {
                foreach (var (name, value) in remote.Headers.OrderBy(header => header.Key, StringComparer.Ordinal))
                {
                    output.Entry(name, value.ToString());
                }
            });
        }
        output.List("write_relabel_configs", remote.WriteRelabelConfigs, step => ScrapeConfigYaml.WriteRelabel(output, step));
        output.EntryIfAny("name", remote.Name);
        ScrapeConfigYaml.WriteIfTrue(output, "send_exemplars", remote.SendExemplars);
        ScrapeConfigYaml.WriteIfTrue(output, "send_native_histograms", remote.SendNativeHistograms);
        ScrapeConfigYaml.WriteIfTrue(output, "round_robin_dns", remote.RoundRobinDns);
        output.Entry("protobuf_message", remote.Message == RemoteWriteMessageType.Two ? "io.prometheus.write.v2.Request" : "prometheus.WriteRequest");
        ScrapeConfigYaml.WriteHttp(output, remote.Http);
        output.Section("queue_config", () => WriteQueue(output, remote.Queue));
        output.Section("metadata_config", () =>
        {
            output.Entry("send", remote.Metadata.Send);
            output.Entry("send_interval", PrometheusDuration.Format(remote.Metadata.SendIntervalMs));
            output.EntryIfAny("max_samples_per_send", (ulong)remote.Metadata.MaxSamplesPerSend);
        });
    }

    private static void WriteQueue(YamlOutput output, RemoteWriteQueueConfig queue)
    {
        output.EntryIfAny("capacity", (ulong)queue.Capacity);
        output.EntryIfAny("max_shards", (ulong)queue.MaxShards);
        output.EntryIfAny("min_shards", (ulong)queue.MinShards);
        output.EntryIfAny("max_samples_per_send", (ulong)queue.MaxSamplesPerSend);
        output.Entry("batch_send_deadline", PrometheusDuration.Format(queue.BatchSendDeadlineMs));
        output.Entry("min_backoff", PrometheusDuration.Format(queue.MinBackoffMs));
        output.Entry("max_backoff", PrometheusDuration.Format(queue.MaxBackoffMs));
        output.Entry("retry_on_http_429", queue.RetryOnHttp429);
        if (queue.SampleAgeLimitMs > 0)
        {
            output.Entry("sample_age_limit", PrometheusDuration.Format(queue.SampleAgeLimitMs));
        }
    }
}
