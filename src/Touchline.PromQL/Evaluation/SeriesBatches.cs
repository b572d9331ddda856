namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Makes the columns of many series and hands them over in the order of the series. A batch is made at a time, on all cores where that pays,
/// so that who keeps no column holds a batch of them at most.
/// </summary>
internal static class SeriesBatches
{
    private const int BatchSize = 1024;

    /// <summary>A larger batch, over which threads meet less often, has so many series more for each sample that the query's limit lets a thread take ahead.</summary>
    private const int SeriesForEachAhead = 8;

    /// <summary>Points of a batch: so many are still in the processor's cache when they are taken.</summary>
    private const int BatchPoints = 1 << 16;

    private const int LeastBatch = 128;

    /// <param name="count">Of the series.</param>
    /// <param name="context">The query.</param>
    /// <param name="steps">Of each column.</param>
    /// <param name="makeLocal">What one thread scribbles on; taken from batch to batch, and disposed of at the end where it can be.</param>
    /// <param name="make">The column of a series, in the query's budget already; null where it has no point.</param>
    /// <param name="take">Called by one thread at a time.</param>
    public static void Run<TLocal>(
        int count, QueryContext context, int steps, Func<TLocal> makeLocal, Func<int, TLocal, SeriesColumn?> make, Action<SeriesColumn> take)
    {
        var locals = new Spares<TLocal>();
        try
        {
            Run(locals, count, context, steps, makeLocal, make, take);
        }
        finally
        {
            while (locals.TryTake(out var local))
            {
                (local as IDisposable)?.Dispose();
            }
        }
    }

    private static void Run<TLocal>(
        Spares<TLocal> locals, int count, QueryContext context, int steps, Func<TLocal> makeLocal, Func<int, TLocal, SeriesColumn?> make, Action<SeriesColumn> take)
    {
        var batch = new SeriesColumn?[Math.Min(count, Math.Clamp(BatchPoints / Math.Max(steps, 1), LeastBatch, BatchSize + (SeriesForEachAhead * (int)context.Budget.Ahead)))];
        for (var first = 0; first < count; first += batch.Length)
        {
            var start = first;
            var size = Math.Min(batch.Length, count - start);
            SeriesLoop.Run(
                size,
                context,
                () => locals.TryTake(out var used) ? used : makeLocal(),
                (i, local) => batch[i] = make(start + i, local),
                locals.Add);
            foreach (var column in batch.AsSpan(0, size))
            {
                if (column is not null)
                {
                    take(column);
                }
            }
        }
    }
}
