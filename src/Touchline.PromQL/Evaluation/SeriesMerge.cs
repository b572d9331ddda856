using System.Runtime.InteropServices;
using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Joins series that became alike when labels were dropped. Where both have a point at the same step the query has no answer.
/// </summary>
internal static class SeriesMerge
{
    public static List<SeriesColumn> Merge(QueryDeadline deadline, List<SeriesColumn> series)
    {
        if (series.Count < 2)
        {
            return series;
        }
        var index = new Dictionary<Labels, int>(series.Count);
        List<SeriesColumn>? merged = null;
        for (var i = 0; i < series.Count; i++)
        {
            deadline.ThrowIfOver();
            var column = series[i];
            ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(index, column.Labels, out var exists);
            if (!exists)
            {
                at = merged?.Count ?? i;
                merged?.Add(column);
                continue;
            }
            merged ??= series.GetRange(0, i);
            merged[at] = Join(merged[at], column);
        }
        return merged ?? series;
    }

    public static PromQLEvaluationException Ambiguous() =>
        new(QueryErrorKind.Execution, "vector cannot contain metrics with the same labelset");

    private static SeriesColumn Join(SeriesColumn first, SeriesColumn second)
    {
        if (first.Present.Overlaps(second.Present))
        {
            throw Ambiguous();
        }
        var present = first.Present.Copy();
        present.OrWith(second.Present);
        var values = (double[])first.Values.Clone();
        var histograms = (NativeHistogram?[]?)first.Histograms?.Clone();
        if (histograms is null && second.Histograms is not null)
        {
            histograms = new NativeHistogram?[values.Length];
        }
        for (var step = second.Present.Next(0); step >= 0; step = second.Present.Next(step + 1))
        {
            values[step] = second.Values[step];
            if (histograms is not null)
            {
                histograms[step] = second.HistogramAt(step);
            }
        }
        return new SeriesColumn(first.Labels, present, values, histograms);
    }
}
