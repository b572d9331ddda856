using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Names that are to be dropped when the whole query is done, and until then can be grouped by and be copied to another label. They bear a mark, so that
/// no operator has to carry along anything beside the labels.
/// </summary>
internal static class DroppedNames
{
    /// <summary>Whoever names a metric like that does not see it in answers with the feature on.</summary>
    private const string Marker = "\u232B";

    public static Labels Mark(Labels labels)
    {
        var name = labels.MetricName;
        return name.Length == 0 ? LabelSets.WithoutName(labels) : IsMarked(name) ? labels : new LabelsBuilder(labels).Set(LabelNames.MetricName, Marker + name).ToLabels();
    }

    /// <summary>
    /// The labels of a group whose first series is given: where its name is dropped and not among them, type and unit may be, which go with it in the end. A mark without
    /// a name says so. Series are asked for their name only where it matters, because that may have all their labels made.
    /// </summary>
    public static Labels OfGroup(Labels group, SeriesIdentity first) =>
        (group.Has(LabelNames.MetricType) || group.Has(LabelNames.MetricUnit)) && group.MetricName.Length == 0 && IsMarked(first.MetricName)
            ? new LabelsBuilder(group).Set(LabelNames.MetricName, Marker).ToLabels()
            : group;

    /// <summary>The value of a label as a query may see it.</summary>
    public static string ValueOf(Labels labels, string label) => label == LabelNames.MetricName ? Unmark(labels.MetricName) : labels[label];

    public static string Unmark(string text) => text.Replace(Marker, "", StringComparison.Ordinal);

    /// <summary>Drops the marked names, and joins series that become alike by that.</summary>
    public static List<SeriesColumn> Drop(List<SeriesColumn> series, QueryDeadline deadline) =>
        SeriesMerge.Merge(deadline, series.ConvertAll(c => c.WithLabels(WithoutMarked(c.Labels))));

    /// <summary>With the name as if it had never been dropped.</summary>
    public static Labels Restore(Labels labels) =>
        IsMarked(labels.MetricName) ? new LabelsBuilder(labels).Set(LabelNames.MetricName, Unmark(labels.MetricName)).ToLabels() : labels;

    public static Labels WithoutMarked(Labels labels) => IsMarked(labels.MetricName) ? LabelSets.WithoutName(labels) : labels;

    private static bool IsMarked(string name) => name.StartsWith(Marker, StringComparison.Ordinal);
}
