using Touchline.Model;
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
    private bool _isUnlabelled;

    /// <summary>
    /// The same points as series without labels, in any order: for who looks at neither. Of a million series, making the labels and sorting by them
    /// took three quarters of a count's time.
    /// </summary>
    public VectorSelectorNode Unlabelled() => new(selection with { Ordered = false }, windows, timestamps, Grid) { _isUnlabelled = true };

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var result = new List<SeriesColumn>();
        Make(context, result.Add);
        return result;
    }

    public override void Stream(QueryContext context, Action<SeriesColumn> take) => Make(context, column =>
    {
        take(column);
        context.Budget.Release(column.Samples);
    });

    private void Make(QueryContext context, Action<SeriesColumn> take)
    {
        if (Grid.Count == 0)
        {
            return;
        }
        var series = context.Select(selection);
        // What is decoded is held beside what was picked from it.
        SeriesBatches.Run(series.Count, context, () => new SampleColumns(context.Budget), (i, samples) => Column(series[i], samples, context), take);
    }

    private SeriesColumn? Column(ISeries series, SampleColumns samples, QueryContext context)
    {
        series.Read(selection.MinTimeMs, selection.MaxTimeMs, samples);
        context.Budget.CountRead(samples.Count);
        var column = samples.Count == 0 ? null : Pick(_isUnlabelled ? Labels.Empty : series.Labels, samples, context.Tally);
        if (column is not null)
        {
            context.Budget.Reserve(column.Samples);
        }
        samples.Clear();
        return column;
    }

    private SeriesColumn? Pick(Labels labels, SampleColumns samples, SampleTally tally)
    {
        var times = samples.Timestamps;
        var values = samples.Values;
        var builder = new SeriesColumnBuilder(Grid.Count);
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
        tally.AddTotal(looked);
        return builder.Count == 0 ? null : builder.Build(labels);
    }
}
