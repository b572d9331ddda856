using System.Globalization;
using Touchline.Model;

namespace Touchline.Scraping.Families;

/// <summary>
/// One member of a family: a number, or a whole histogram or summary. Labels are sorted by name and keep empty values; bounds and quantiles
/// are none of them.
/// </summary>
public sealed class FamilyMetric
{
    /// <summary>Told for each series: suffix of the family's name, the label that the series has beside the metric's own, value.</summary>
    public delegate void SeriesAction(string suffix, Label? bound, double value);

    public List<Label> Labels { get; } = [];

    /// <summary>Of counters, gauges and what has no type.</summary>
    public double Value { get; set; }

    /// <summary>Upper bounds with cumulative counts, or quantiles with values, as given.</summary>
    public List<(double Bound, double Value)> Points { get; } = [];

    public double Count { get; set; }

    public double Sum { get; set; }

    /// <summary>A histogram's buckets of the native kind, with count and sum as above; null where it has classic ones only.</summary>
    public NativeHistogram? Native { get; set; }

    /// <summary>Milliseconds since the Unix epoch; null where none was given.</summary>
    public long? TimestampMs { get; set; }

    /// <summary>Whether the last bucket is the one that holds everything, which may be left out.</summary>
    private bool HasInfinity => Points.Exists(point => double.IsPositiveInfinity(point.Bound));

    /// <summary>How many series it is in a store.</summary>
    public int SeriesCount(MetricType type) => type switch
    {
        MetricType.Histogram or MetricType.GaugeHistogram => Points.Count + (HasInfinity ? 2 : 3) + (Native is null ? 0 : 1),
        MetricType.Summary => Points.Count + 2,
        _ => 1,
    };

    /// <summary>Tells every series of numbers, in the order of an exposition. Bounds are written as Prometheus 3 stores them: <c>1.0</c>.</summary>
    public void ForEachSeries(MetricType type, SeriesAction action)
    {
        switch (type)
        {
            case MetricType.Histogram or MetricType.GaugeHistogram:
                foreach (var (bound, count) in Points)
                {
                    action("_bucket", new Label(LabelNames.BucketBound, FamilyNumber.Bound(bound)), count);
                }
                if (!HasInfinity)
                {
                    action("_bucket", new Label(LabelNames.BucketBound, FamilyNumber.Bound(double.PositiveInfinity)), Count);
                }
                break;
            case MetricType.Summary:
                foreach (var (quantile, value) in Points)
                {
                    action("", new Label(LabelNames.Quantile, FamilyNumber.Bound(quantile)), value);
                }
                break;
            default:
                action("", null, Value);
                return;
        }
        action("_sum", null, Sum);
        action("_count", null, Count);
    }

    /// <summary>What tells it from the others of its family: names and values, each behind its length.</summary>
    public string Identity() =>
        string.Concat(Labels.Select(l => string.Create(CultureInfo.InvariantCulture, $"{l.Name.Length}:{l.Name}{l.Value.Length}:{l.Value}")));

    /// <summary>Gives it a label, in place of one of the same name.</summary>
    public void SetLabel(string name, string value)
    {
        var at = Labels.FindIndex(label => string.CompareOrdinal(label.Name, name) >= 0);
        if (at < 0)
        {
            Labels.Add(new Label(name, value));
        }
        else if (Labels[at].Name == name)
        {
            Labels[at] = new Label(name, value);
        }
        else
        {
            Labels.Insert(at, new Label(name, value));
        }
    }
}
