using Touchline.PromQL.Evaluation;
using Touchline.PromQL.Syntax;
using Touchline.Storage;

namespace Touchline.PromQL.Caching;

/// <summary>
/// Answers range queries out of what is kept of earlier ones, as far as no sample has changed that it was made of, and has the rest computed. The newest steps of an answer
/// mostly have to be computed again: samples of their time were still on their way.
/// </summary>
internal sealed class CachedRanges(RangeCache cache, IMetricQueryable store)
{
    /// <summary>What is computed has two steps at least: one alone is an instant query to some operators.</summary>
    private const int FewestSteps = 2;

    /// <summary>Whether the query can be answered so now.</summary>
    public bool CanAnswer(Expr query) => !cache.IsOff && store.Changes is not null && StepwiseQueries.Has(query);

    /// <param name="key">What the answers that can be used have in common.</param>
    /// <param name="query">The query.</param>
    /// <param name="grid">The steps that are asked for.</param>
    /// <param name="evaluate">Computes the answer for some of them.</param>
    public QueryResult Answer(RangeKey key, Expr query, StepGrid grid, Func<StepGrid, QueryResult> evaluate)
    {
        if (grid.Count < FewestSteps || store.Changes is not { } changes)
        {
            return evaluate(grid);
        }
        // Before anything is looked at: what happens from here on may or may not be seen by this answer, and so counts as later than it.
        var mark = changes.Mark();
        var (kept, usable) = Usable(key, query, grid, changes);
        if (usable == grid.Count)
        {
            cache.CountHit();
            return new QueryResult { Type = ExprType.Matrix, Matrix = Steps(kept!, grid) };
        }
        usable = Math.Min(usable, grid.Count - FewestSteps);
        QueryResult result;
        if (usable > 0)
        {
            cache.CountPartialHit();
            var earlier = grid with { Count = usable };
            var later = new StepGrid(grid.TimeAt(usable), grid.StepMs, grid.Count - usable);
            result = evaluate(later);
            result = result with { Matrix = JoinedColumns.Of(Steps(kept!, earlier), result.Matrix, earlier, later, grid) };
        }
        else
        {
            cache.CountMiss();
            result = evaluate(grid);
        }
        if (result.Annotations.Count == 0 && !result.Matrix.Any(series => series.Histograms is not null))
        {
            cache.Put(key, new KeptRange(grid, result.Matrix, mark));
        }
        return result;
    }

    /// <summary>A kept answer and how many of the first steps asked for it has, unchanged.</summary>
    private (KeptRange? Kept, int Steps) Usable(RangeKey key, Expr query, StepGrid grid, ChangeHistory changes)
    {
        if (!cache.TryFind(key, out var kept) || kept.Grid.StartMs > grid.StartMs)
        {
            return (null, 0);
        }
        var last = Math.Min(kept.Grid.EndMs, grid.EndMs);
        if (changes.EarliestSince(kept.Mark) is var earliest and < long.MaxValue)
        {
            // A step is as it was where all that it depends on lies before the change. Far times would overflow.
            var reach = StepwiseQueries.ReachMs(query);
            var before = (Int128)earliest - 1 - reach;
            last = before < last ? (long)Int128.Max(before, long.MinValue) : last;
        }
        return last < grid.StartMs ? (null, 0) : (kept, (int)((last - grid.StartMs) / grid.StepMs) + 1);
    }

    /// <summary>A run of steps of a kept answer.</summary>
    private static IReadOnlyList<SeriesColumns> Steps(KeptRange kept, StepGrid grid)
    {
        if (kept.Grid == grid)
        {
            return kept.Matrix;
        }
        var matrix = new List<SeriesColumns>(kept.Matrix.Count);
        foreach (var series in kept.Matrix)
        {
            var from = RowOf(series.Timestamps.Span, grid.StartMs);
            var to = RowOf(series.Timestamps.Span, grid.EndMs + 1);
            if (to > from)
            {
                matrix.Add(new SeriesColumns(series.Labels, series.Timestamps[from..to], series.Values[from..to], null));
            }
        }
        return matrix;
    }

    /// <summary>The first row at a time or after it.</summary>
    private static int RowOf(ReadOnlySpan<long> times, long time)
    {
        var row = times.BinarySearch(time);
        return row < 0 ? ~row : row;
    }
}
