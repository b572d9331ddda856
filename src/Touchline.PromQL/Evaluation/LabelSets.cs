using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>The label sets that operators derive from those of their inputs.</summary>
internal static class LabelSets
{
    /// <summary>Drops the metric name, and with it the type and unit that describe it.</summary>
    public static Labels WithoutName(Labels labels)
    {
        var span = labels.Span;
        var keep = 0;
        foreach (ref readonly var label in span)
        {
            if (!DescribesMetric(label.Name))
            {
                keep++;
            }
        }
        if (keep == span.Length)
        {
            return labels;
        }
        var kept = new Label[keep];
        var at = 0;
        foreach (ref readonly var label in span)
        {
            if (!DescribesMetric(label.Name))
            {
                kept[at++] = label;
            }
        }
        return Labels.FromSorted(kept);
    }

    /// <summary>Only the named labels; the names must be sorted.</summary>
    public static Labels Keep(Labels labels, IReadOnlyList<string> sortedNames) => Filter(labels, sortedNames, keep: true, dropName: false);

    /// <summary>All but the named labels; the names must be sorted.</summary>
    public static Labels Drop(Labels labels, IReadOnlyList<string> sortedNames, bool dropName) => Filter(labels, sortedNames, keep: false, dropName);

    public static bool DescribesMetric(string name) => LabelNames.DescribesMetric(name);

    public static string[] Sorted(IReadOnlyList<string> names)
    {
        string[] sorted = [.. names];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }

    private static Labels Filter(Labels labels, IReadOnlyList<string> sortedNames, bool keep, bool dropName)
    {
        var span = labels.Span;
        var kept = new Label[span.Length];
        var count = 0;
        var next = 0;
        foreach (ref readonly var label in span)
        {
            while (next < sortedNames.Count && string.CompareOrdinal(sortedNames[next], label.Name) < 0)
            {
                next++;
            }
            var named = next < sortedNames.Count && sortedNames[next] == label.Name;
            if (named == keep && !(dropName && label.Name == LabelNames.MetricName))
            {
                kept[count++] = label;
            }
        }
        if (count == span.Length)
        {
            return labels;
        }
        Array.Resize(ref kept, count);
        return Labels.FromSorted(kept);
    }
}
