using Touchline.Model;

namespace Touchline.Tsdb.Aggregates;

/// <summary>
/// The label that tells the columns of aggregates apart in a block: <c>5m/sum</c>, say. Its name sorts behind every other, so that the
/// columns of a series follow it. It never leaves the store.
/// </summary>
internal static class AggregateLabel
{
    public const string Name = "\uffff";

    private static readonly string[] ColumnNames = ["count", "first", "histogram", "histogram_count", "last", "max", "min", "resets", "span", "sum"];

    /// <summary>Whether the columns of the series would follow it in a block, which a label name behind ours prevents.</summary>
    public static bool CanFollow(Labels labels) => labels.Count == 0 || string.CompareOrdinal(labels[labels.Count - 1].Name, Name) < 0;

    public static string NameOf(AggregateColumn column) => ColumnNames[(int)column];

    public static string Value(long resolutionMs, AggregateColumn column) => $"{PrometheusDuration.Format(resolutionMs)}/{NameOf(column)}";

    public static Labels Add(Labels labels, long resolutionMs, AggregateColumn column) =>
        Labels.FromSorted([.. labels, new Label(Name, Value(resolutionMs, column))]);

    /// <summary>Whether the labels are those of a column; then also of which, and the labels of the series.</summary>
    public static bool TryRemove(Labels labels, out Labels series, out long resolutionMs, out AggregateColumn column)
    {
        (series, resolutionMs, column) = (labels, 0, default);
        if (labels.Count == 0 || labels[labels.Count - 1] is not { Name: Name, Value: var value } || !TryParse(value, out resolutionMs, out column))
        {
            return false;
        }
        series = Labels.FromSorted(labels.Span[..^1].ToArray());
        return true;
    }

    /// <summary>Of which column a value of the label is; false where it is of none.</summary>
    public static bool TryParse(string value, out long resolutionMs, out AggregateColumn column)
    {
        (resolutionMs, column) = (0, default);
        var slash = value.IndexOf('/', StringComparison.Ordinal);
        var known = slash < 0 ? -1 : Array.IndexOf(ColumnNames, value[(slash + 1)..]);
        if (known < 0 || !PrometheusDuration.TryParse(value.AsSpan(0, slash), out resolutionMs) || resolutionMs == 0)
        {
            return false;
        }
        column = (AggregateColumn)known;
        return true;
    }
}
