using System.Collections.Concurrent;
using Touchline.Model;

namespace Touchline.Tsdb.Head;

/// <summary>Type, help and unit by metric name; the last word wins. Bounded, because names come from outside. Thread-safe.</summary>
internal sealed class MetadataTable
{
    public const int MaxMetrics = 250_000;
    public const int MaxTextLength = 16 * 1024;

    private readonly ConcurrentDictionary<string, MetricMetadata> _byMetric = new(StringComparer.Ordinal);

    /// <summary>Whether the entry would change anything, and may be kept.</summary>
    public bool IsNews(string metric, MetricMetadata metadata)
    {
        if (metric.Length is 0 or > SampleLimits.MaxNameLength || metadata.Help.Length > MaxTextLength || metadata.Unit.Length > MaxTextLength)
        {
            return false;
        }
        return _byMetric.TryGetValue(metric, out var known) ? known != metadata : _byMetric.Count < MaxMetrics;
    }

    public void Set(string metric, MetricMetadata metadata) => _byMetric[metric] = metadata;

    public Dictionary<string, MetricMetadata> Copy() => new(_byMetric, StringComparer.Ordinal);
}
