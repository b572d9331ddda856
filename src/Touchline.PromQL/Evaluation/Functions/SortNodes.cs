using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>
/// <c>sort</c> and <c>sort_desc</c> of an instant answer: NaN last in both. Over several steps there is no such order, but histograms, which have
/// none, are left out as well.
/// </summary>
internal sealed class SortByValueNode(VectorNode vector, bool descending) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        if (!Grid.IsInstant)
        {
            return WithoutHistograms(context, series);
        }
        var floats = series.Where(c => c.HistogramAt(0) is null);
        return [.. floats.Order(Comparer<SeriesColumn>.Create(context.Deadline.Watch<SeriesColumn>((a, b) => Compare(a.Values[0], b.Values[0]))))];
    }

    private List<SeriesColumn> WithoutHistograms(QueryContext context, List<SeriesColumn> series)
    {
        if (!series.Exists(c => c.Histograms is not null))
        {
            return series;
        }
        var floats = new List<SeriesColumn>(series.Count);
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            var mask = new StepMask(Grid.Count);
            for (var step = column.Present.Next(0); step >= 0; step = column.Present.Next(step + 1))
            {
                if (column.HistogramAt(step) is null)
                {
                    mask.Set(step);
                }
            }
            if (!mask.IsEmpty)
            {
                floats.Add(column.WithMask(mask));
            }
        }
        context.Budget.Exchange(series, floats);
        return floats;
    }

    private int Compare(double a, double b)
    {
        if (double.IsNaN(a) || double.IsNaN(b))
        {
            return double.IsNaN(a).CompareTo(double.IsNaN(b));
        }
        return descending ? b.CompareTo(a) : a.CompareTo(b);
    }
}

/// <summary><c>sort_by_label</c>: by the labels named, numbers in them by their value, then by all labels.</summary>
internal sealed class SortByLabelNode(VectorNode vector, IReadOnlyList<string> names, bool descending) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        if (!Grid.IsInstant)
        {
            return series;
        }
        return [.. series.Order(Comparer<SeriesColumn>.Create(
            context.Deadline.Watch<SeriesColumn>((a, b) => descending ? Compare(b.Labels, a.Labels) : Compare(a.Labels, b.Labels))))];
    }

    private int Compare(Labels a, Labels b)
    {
        foreach (var name in names)
        {
            var order = NaturalOrder.Compare(a[name], b[name]);
            if (order != 0)
            {
                return order;
            }
        }
        return a.CompareTo(b);
    }
}

/// <summary>Text in the order people expect: runs of digits compare as numbers.</summary>
internal static class NaturalOrder
{
    public static int Compare(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        while (!a.IsEmpty && !b.IsEmpty)
        {
            var left = TakeRun(ref a);
            var right = TakeRun(ref b);
            var order = long.TryParse(left, out var leftNumber) && long.TryParse(right, out var rightNumber)
                ? leftNumber.CompareTo(rightNumber)
                : left.SequenceCompareTo(right);
            if (order != 0)
            {
                return order;
            }
        }
        return a.Length.CompareTo(b.Length);
    }

    private static ReadOnlySpan<char> TakeRun(ref ReadOnlySpan<char> text)
    {
        var digits = char.IsAsciiDigit(text[0]);
        var length = 1;
        while (length < text.Length && char.IsAsciiDigit(text[length]) == digits)
        {
            length++;
        }
        var run = text[..length];
        text = text[length..];
        return run;
    }
}
