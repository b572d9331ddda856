using Touchline.Model;

namespace Touchline.Scraping.Families;

/// <summary>One metric with all its series, as an exposition describes it. Made by one thread, then only read.</summary>
public sealed class MetricFamily(string name)
{
    public string Name { get; } = name;

    /// <summary>Null where none was given, which is not the same as an empty one.</summary>
    public string? Help { get; set; }

    public MetricType Type { get; set; }

    public List<FamilyMetric> Metrics { get; } = [];

    /// <summary>Series that a store makes of it.</summary>
    public int SeriesCount => Metrics.Sum(metric => metric.SeriesCount(Type));
}
