using Touchline.Model;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Cardinality;

/// <summary>The label of a metric that has the most different values: most often why it has so many series.</summary>
internal readonly record struct WidestLabel(string Name, int Values)
{
    /// <summary>How many series are looked at, the newest: some milliseconds' worth.</summary>
    private const int MaxLookedAt = 10_000;

    public static WidestLabel Of(string metric, HeadIndex index)
    {
        var series = index.SeriesWith(LabelNames.MetricName, metric);
        var values = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var reference in series.AsSpan(Math.Max(0, series.Length - MaxLookedAt)))
        {
            foreach (var label in index.LabelsOf(reference))
            {
                if (!values.TryGetValue(label.Name, out var known))
                {
                    values.Add(label.Name, known = new HashSet<string>(StringComparer.Ordinal));
                }
                known.Add(label.Value);
            }
        }
        return values.Count == 0 ? default : values.Select(entry => new WidestLabel(entry.Key, entry.Value.Count)).MaxBy(widest => widest.Values);
    }
}
