using System.Globalization;
using StackExchange.Redis;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Writes the figures of streams.</summary>
internal static class RedisStreamMetrics
{
    private static readonly Metric[] OfStreams =
    [
        new("length", "length", "The number of elements of the stream"),
        new("radix_tree_keys", "radix-tree-keys", "Radix tree keys count\""),
        new("radix_tree_nodes", "radix-tree-nodes", "Radix tree nodes count"),
        new("last_generated_id", "last-generated-id", "The epoch timestamp (ms) of the latest message on the stream"),
        new("groups", "groups", "Groups count of stream"),
        new("max_deleted_entry_id", "max-deleted-entry-id", "The epoch timestamp (ms) of last message was deleted from the stream"),
        new("first_entry_id", "first-entry", "The epoch timestamp (ms) of the first message in the stream") { IsEntry = true },
        new("last_entry_id", "last-entry", "The epoch timestamp (ms) of the last message in the stream") { IsEntry = true },
    ];

    private static readonly Metric[] OfGroups =
    [
        new("consumers", "consumers", "Consumers count of stream group"),
        new("messages_pending", "pending", "Pending number of messages in that stream group"),
        new("last_delivered_id", "last-delivered-id", "The epoch timestamp (ms) of the last delivered message"),
        new("entries_read", "entries-read", "Total number of entries read from the stream group"),
        new("lag", "lag", "The number of messages waiting to be delivered to the stream group's consumers"),
    ];

    private static readonly Metric[] OfConsumers =
    [
        new("messages_pending", "pending", "Pending number of messages for this specific consumer"),
        new("idle_seconds", "idle", "Consumer idle time in seconds") { Factor = 1e-3 },
    ];

    public static void Write(IMetricWriter writer, IReadOnlyList<RedisStream> streams)
    {
        foreach (var metric in OfStreams)
        {
            Write(writer, "stream_", metric, streams.Select(stream => (Labels(stream), stream.Fields)));
        }
        foreach (var metric in OfGroups)
        {
            Write(writer, "stream_group_", metric, streams.SelectMany(stream => stream.Groups.Select(group => (Labels(stream, group), group.Fields))));
        }
        foreach (var metric in OfConsumers)
        {
            Write(writer, "stream_group_consumer_", metric, streams.SelectMany(stream => stream.Groups.SelectMany(group => group.Consumers.Select(
                consumer => ((string[])[.. Labels(stream, group), "consumer", RedisReply.Text(consumer.GetValueOrDefault("name"))], consumer)))));
        }
    }

    private static void Write(IMetricWriter writer, string prefix, Metric metric, IEnumerable<(string[] Labels, Dictionary<string, RedisResult> Fields)> items)
    {
        writer.Family($"redis_{prefix}{metric.Name}", MetricType.Gauge, metric.Help);
        foreach (var (labels, fields) in items)
        {
            if (fields.TryGetValue(metric.Field, out var answer) && TryNumber(answer, metric.IsEntry, out var value))
            {
                writer.Sample(value * metric.Factor, labels);
            }
        }
    }

    /// <summary>The number of an entry is a time in ms, a minus sign and a count. An entry is its number and its fields, and null in a stream without one.</summary>
    private static bool TryNumber(RedisResult answer, bool isEntry, out double value)
    {
        value = 0;
        if (isEntry)
        {
            return answer.IsNull || (RedisReply.List(answer) is [var id, ..] && TryNumber(id, isEntry: false, out value));
        }
        var text = RedisReply.Text(answer);
        var minus = text.IndexOf('-', StringComparison.Ordinal);
        return double.TryParse(minus > 0 ? text.AsSpan(0, minus) : text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static string[] Labels(RedisStream stream) => stream.Key.Labels("stream");

    private static string[] Labels(RedisStream stream, RedisStream.Group group) => [.. Labels(stream), "group", group.Name];

    /// <param name="Name">The metric without what stands in front of all of them.</param>
    /// <param name="Field">The name of XINFO.</param>
    /// <param name="Help">The exporter's own words.</param>
    private sealed record Metric(string Name, string Field, string Help)
    {
        public double Factor { get; init; } = 1;

        public bool IsEntry { get; init; }
    }
}
