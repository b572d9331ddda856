using Touchline.Model;
using Touchline.PromQL.Evaluation;

namespace Touchline.PromQL.Caching;

/// <summary>Puts two answers that follow one another together, both ordered by labels. Everything is copied, so that what is kept holds nothing else in memory.</summary>
internal static class JoinedColumns
{
    public static IReadOnlyList<SeriesColumns> Of(
        IReadOnlyList<SeriesColumns> earlier, IReadOnlyList<SeriesColumns> later, StepGrid earlierGrid, StepGrid laterGrid, StepGrid grid)
    {
        var joined = new List<SeriesColumns>(Math.Max(earlier.Count, later.Count));
        long[]? all = null;
        var (e, l) = (0, 0);
        while (e < earlier.Count || l < later.Count)
        {
            var order = e == earlier.Count ? 1 : l == later.Count ? -1 : earlier[e].Labels.CompareTo(later[l].Labels);
            var first = order <= 0 ? earlier[e++] : null;
            var second = order >= 0 ? later[l++] : null;
            joined.Add(Join(first, second));
        }
        return joined;

        SeriesColumns Join(SeriesColumns? first, SeriesColumns? second)
        {
            var (before, behind) = (first?.Timestamps.Length ?? 0, second?.Timestamps.Length ?? 0);
            var values = new double[before + behind];
            first?.Values.CopyTo(values);
            second?.Values.CopyTo(values.AsMemory(before));
            long[] times;
            if (before == earlierGrid.Count && behind == laterGrid.Count)
            {
                // One column of times for all series that have a point at each step: writers of text look at it only once.
                times = all ??= [.. Enumerable.Range(0, grid.Count).Select(grid.TimeAt)];
            }
            else
            {
                times = new long[before + behind];
                first?.Timestamps.CopyTo(times);
                second?.Timestamps.CopyTo(times.AsMemory(before));
            }
            return new SeriesColumns((first ?? second)!.Labels, times, values, second?.Histograms is { } histograms ? [.. new NativeHistogram?[before], .. histograms] : null);
        }
    }
}
