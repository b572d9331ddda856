using Touchline.Collectors;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Telemetry;

/// <summary>A source that has whole families, which can be told in every format that there is.</summary>
internal abstract class FamilySource : IMetricSource
{
    /// <summary>All families as they are now, sorted by name. Not changed any more.</summary>
    public abstract IReadOnlyList<MetricFamily> Families();

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        foreach (var family in Families())
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Family(family.Name, family.Type == MetricType.GaugeHistogram ? MetricType.Histogram : family.Type, family.Help ?? "");
            foreach (var metric in family.Metrics)
            {
                Write(metric, family.Type, writer);
            }
        }
    }

    /// <summary>A histogram of both kinds is told in both where the writer knows them, so that nothing of it is lost.</summary>
    private static void Write(FamilyMetric metric, MetricType type, IMetricWriter writer)
    {
        var labels = new List<string>();
        foreach (var label in metric.Labels)
        {
            labels.Add(label.Name);
            labels.Add(label.Value);
        }
        if (metric.Native is { } native && writer.TryHistogram(native, labels.ToArray()) && metric.Points.Count == 0)
        {
            return;
        }
        metric.ForEachSeries(type, (suffix, bound, value) =>
        {
            string[] all = bound is { } own ? [.. labels, own.Name, own.Value] : [.. labels];
            writer.SuffixedSample(suffix, value, all);
        });
    }
}
