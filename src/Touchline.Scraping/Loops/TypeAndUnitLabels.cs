using Touchline.Model;

namespace Touchline.Scraping.Loops;

/// <summary>
/// The labels <c>__type__</c> and <c>__unit__</c> of the feature <c>type-and-unit-labels</c>. As in Prometheus 3.5 what the body said last holds for every
/// series after it, of whatever metric, and wins over labels that the series shows itself; where nothing is known those stay.
/// </summary>
internal static class TypeAndUnitLabels
{
    /// <param name="labels">Sorted by name, and so left.</param>
    public static void Set(List<Label> labels, MetricType type, string unit)
    {
        if (type != MetricType.Unknown)
        {
            Set(labels, LabelNames.MetricType, MetricTypeNames.Of(type));
        }
        if (unit.Length > 0)
        {
            Set(labels, LabelNames.MetricUnit, unit);
        }
    }

    private static void Set(List<Label> labels, string name, string value)
    {
        var at = labels.FindIndex(label => string.CompareOrdinal(label.Name, name) >= 0);
        if (at >= 0 && labels[at].Name == name)
        {
            labels[at] = new Label(name, value);
        }
        else
        {
            labels.Insert(at < 0 ? labels.Count : at, new Label(name, value));
        }
    }
}
