using Touchline.Model;

namespace Touchline.Collectors.Middleware.Redis;

/// <summary>Writes the figures of keys.</summary>
internal static class RedisKeyMetrics
{
    public static void Write(IMetricWriter writer, RedisKeyAnswers keys)
    {
        writer.Family("redis_key_size", MetricType.Gauge, "The length or size of \"key\"");
        foreach (var figure in keys.Figures)
        {
            writer.Sample(figure.Size, figure.Key.Labels("key"));
        }
        writer.Family("redis_key_memory_usage_bytes", MetricType.Gauge, "The memory usage of \"key\" in bytes");
        foreach (var figure in keys.Figures.Where(figure => figure.Memory is not null))
        {
            writer.Sample(figure.Memory!.Value, figure.Key.Labels("key"));
        }
        writer.Family("redis_key_value", MetricType.Gauge, "The value of \"key\"");
        foreach (var figure in keys.Figures.Where(figure => figure.Value is not null))
        {
            writer.Sample(figure.Value!.Value, figure.Key.Labels("key"));
        }
        writer.Family("redis_key_value_as_string", MetricType.Gauge, "The value of \"key\" as a string");
        foreach (var figure in keys.Figures.Where(figure => figure.Text is not null))
        {
            writer.Sample(1, [.. figure.Key.Labels("key"), "val", figure.Text!]);
        }
        writer.Family("redis_keys_count", MetricType.Gauge, "Count of keys");
        foreach (var (pattern, count) in keys.Counts)
        {
            writer.Sample(count, new RedisWatchedKey(pattern.Database, pattern.Key).Labels("key"));
        }
        RedisStreamMetrics.Write(writer, keys.Streams);
    }
}
