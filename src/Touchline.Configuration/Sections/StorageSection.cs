using Touchline.Configuration.Syntax;

namespace Touchline.Configuration.Sections;

/// <summary>The <c>storage</c> section.</summary>
internal static class StorageSection
{
    public static StorageConfig Read(ReadingContext context, MappingNode? node)
    {
        if (node is null)
        {
            return new StorageConfig();
        }
        var storage = context.Section(node, PrometheusKeys.Storage);
        if (storage.Mapping("exemplars") is { } exemplars)
        {
            context.NotHonoured(context.Section(exemplars, PrometheusKeys.Exemplars), "storage.exemplars.", "max_exemplars");
        }
        if (storage.Mapping("tsdb") is not { } tsdbNode)
        {
            return new StorageConfig();
        }
        var tsdb = context.Section(tsdbNode, PrometheusKeys.Tsdb);
        // Prometheus has this key since 3.8; before, it was a flag only.
        var retention = tsdb.Mapping("retention") is { } given ? context.Section(given, PrometheusKeys.Retention) : null;
        return new StorageConfig
        {
            OutOfOrderTimeWindowMs = tsdb.Duration("out_of_order_time_window"),
            RetentionTimeMs = retention?.Duration("time"),
            RetentionSizeBytes = retention?.ByteSize("size"),
            SeriesLimits = SeriesLimitsSection.Read(context, tsdb),
        };
    }
}
