using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Evaluation.Windows;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>
/// An instant vector selector: at each step the latest sample within the lookback (left end excluded), unless it is a staleness marker.
/// Each series is decoded once and walked beside the steps. With <paramref name="timestamps"/> the values are the times of those samples
/// in seconds, as <c>timestamp()</c> of a selector wants. Where samples were replaced by aggregates the lookback grows by their resolution,
/// because their times are that far apart.
/// </summary>
internal sealed class VectorSelectorNode(SeriesSelection selection, WindowGeometry windows, bool timestamps, StepGrid grid) : VectorNode(grid)
{
    /// <summary>The same points in any order, for who makes nothing of it: sorting a million series takes longer than counting them.</summary>
    public VectorSelectorNode Unordered() => new(selection with { Ordered = false }, windows, timestamps, Grid);

    /// <summary>The same points with any values, for who looks at none.</summary>
    public VectorSelectorNode Valueless() =>
        new(selection with { Hints = selection.Hints with { Reading = SampleReading.Presence } }, windows, timestamps, Grid);

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var result = new List<SeriesColumn>();
        Make(context, new ColumnPool(Grid.Count), result.Add);
        return result;
    }

    public override void Stream(QueryContext context, Action<SeriesColumn> take)
    {
        var columns = new ColumnPool(Grid.Count);
        Make(context, columns, column =>
        {
            take(column);
            context.Budget.Release(column.Samples);
            columns.Return(column.Values);
        });
    }

    private void Make(QueryContext context, ColumnPool columns, Action<SeriesColumn> take)
    {
        if (Grid.Count == 0)
        {
            return;
        }
        var series = context.Select(selection);
        // What is decoded is held beside what was picked from it.
        SeriesBatches.Run(
            series.Count,
            context,
            Grid.Count,
            () => new Scratch(new BudgetShare(context.Budget, context.Tally), new WindowRows.Cache(windows)),
            (i, local) => Column(series[i], local, columns, context.Tally),
            take);
    }

    private SeriesColumn? Column(ISeries series, Scratch local, ColumnPool columns, SampleTally tally)
    {
        var samples = local.Samples;
        series.Read(selection.MinTimeMs, selection.MaxTimeMs, samples);
        if (selection.WithoutBuckets)
        {
            BucketlessHistograms.Strip(samples, findResets: false);
        }
        local.Share.CountRead(samples.Count);
        var column = samples.Count == 0 ? null : Pick(new SeriesIdentity(series), local, columns, tally);
        if (column is not null)
        {
            local.Share.Reserve(column.Samples);
        }
        samples.Clear();
        return column;
    }

    private SeriesColumn? Pick(SeriesIdentity identity, Scratch local, ColumnPool columns, SampleTally tally)
    {
        var samples = local.Samples;
        if (!samples.HasHistograms && !samples.HasAggregates && !tally.IsPerStep && !StaleMarker.IsIn(samples.Values))
        {
            return PickAll(identity, local, columns);
        }
        var times = samples.Timestamps;
        var values = samples.Values;
        var builder = new SeriesColumnBuilder(columns.Rent());
        var latest = -1;
        var looked = 0L;
        for (var step = 0; step < Grid.Count; step++)
        {
            var end = windows.EndAt(step);
            while (latest + 1 < times.Length && times[latest + 1] <= end)
            {
                latest++;
            }
            if (latest < 0 || times[latest] <= end - windows.RangeMs - (samples.HasAggregates ? samples.ResolutionAt(times[latest]) : 0))
            {
                continue;
            }
            var histogram = samples.HasHistograms ? samples.Histograms[latest] : null;
            if (histogram is null ? StaleMarker.Is(values[latest]) : histogram.IsStale)
            {
                continue;
            }
            var size = SampleTally.SizeOf(histogram);
            tally.AddAt(step, size);
            looked += size;
            if (timestamps)
            {
                builder.Set(step, times[latest] / 1000.0);
            }
            else if (histogram is null)
            {
                builder.Set(step, values[latest]);
            }
            else
            {
                builder.Set(step, histogram);
            }
        }
        local.Share.CountLooked(looked);
        var column = builder.Build(identity);
        return IsKept(column, columns) ? column : null;
    }

    /// <summary>Floats that do not end: where to find each step's depends on the times only, which the series of a scrape share.</summary>
    private SeriesColumn? PickAll(SeriesIdentity identity, Scratch local, ColumnPool columns)
    {
        var samples = local.Samples;
        var rows = local.Rows.Of(samples.Timestamps);
        var column = new SeriesColumn(identity, rows.Any, columns.Rent());
        if (!IsKept(column, columns))
        {
            return null;
        }
        var (picked, from, to) = (column.Values, rows.From, rows.To);
        var values = samples.Values;
        var times = samples.Timestamps;
        for (var step = 0; step < picked.Length; step++)
        {
            if (to[step] > from[step])
            {
                picked[step] = timestamps ? times[to[step] - 1] / 1000.0 : values[to[step] - 1];
            }
        }
        local.Share.CountLooked(column.Present.Count());
        return column;
    }

    private static bool IsKept(SeriesColumn column, ColumnPool columns)
    {
        if (column.Present.IsEmpty)
        {
            columns.Return(column.Values);
            return false;
        }
        return true;
    }

    private sealed class Scratch(BudgetShare share, WindowRows.Cache rows) : IDisposable
    {
        public BudgetShare Share => share;

        public SampleColumns Samples { get; } = new(share);

        public WindowRows.Cache Rows => rows;

        public void Dispose()
        {
            Samples.GiveBack();
            share.Dispose();
        }
    }
}
