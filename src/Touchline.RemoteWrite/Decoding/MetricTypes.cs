using Touchline.Model;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>Metric types by their numbers, which are the same in both versions.</summary>
internal static class MetricTypes
{
    public static MetricType Of(ulong number) => number switch
    {
        1 => MetricType.Counter,
        2 => MetricType.Gauge,
        3 => MetricType.Histogram,
        4 => MetricType.GaugeHistogram,
        5 => MetricType.Summary,
        6 => MetricType.Info,
        7 => MetricType.StateSet,
        _ => MetricType.Unknown,
    };

    /// <summary>
    /// The family that a series belongs to. Version 2 tells the type with each series, so the parts of a classic histogram or summary
    /// must find back to their one name.
    /// </summary>
    public static ReadOnlySpan<byte> FamilyOf(ReadOnlySpan<byte> metric, MetricType type)
    {
        if (type is MetricType.Histogram or MetricType.GaugeHistogram && metric.EndsWith("_bucket"u8))
        {
            return metric[..^"_bucket"u8.Length];
        }
        if (type is MetricType.Histogram or MetricType.GaugeHistogram or MetricType.Summary)
        {
            return metric.EndsWith("_count"u8) ? metric[..^"_count"u8.Length] : metric.EndsWith("_sum"u8) ? metric[..^"_sum"u8.Length] : metric;
        }
        return metric;
    }
}
