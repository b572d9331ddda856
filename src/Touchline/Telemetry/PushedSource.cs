using Touchline.Collectors;
using Touchline.Model;
using Touchline.Push.Groups;
using Touchline.Scraping.Families;

namespace Touchline.Telemetry;

/// <summary>What was pushed, as Pushgateway shows it to a scrape.</summary>
internal sealed class PushedSource(PushGroups groups) : IMetricSource
{
    public void Collect(IMetricWriter writer, CancellationToken cancellationToken) => FamilyWriting.Write(groups.Families(), writer, cancellationToken);
}

/// <summary>Hands families on to where collectors write.</summary>
internal static class FamilyWriting
{
    public static void Write(IEnumerable<MetricFamily> families, IMetricWriter writer, CancellationToken cancellationToken)
    {
        var labels = new List<string>();
        foreach (var family in families)
        {
            cancellationToken.ThrowIfCancellationRequested();
            writer.Family(family.Name, family.Type == MetricType.GaugeHistogram ? MetricType.Histogram : family.Type, family.Help ?? "");
            foreach (var metric in family.Metrics)
            {
                metric.ForEachSeries(family.Type, (suffix, bound, value) =>
                {
                    labels.Clear();
                    foreach (var label in metric.Labels)
                    {
                        labels.Add(label.Name);
                        labels.Add(label.Value);
                    }
                    if (bound is { } own)
                    {
                        labels.Add(own.Name);
                        labels.Add(own.Value);
                    }
                    writer.SuffixedSample(suffix, value, labels.ToArray());
                });
            }
        }
    }
}
