using Touchline.PromQL.Evaluation.Windows;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>
/// An instant vector selector that is <c>smoothed</c>: at each step the value on the line between the samples around it, which lie within the
/// lookback on either side; the last sample's where none follows. A series has no value before its first sample.
/// </summary>
internal sealed class SmoothedSelectorNode(RangeNode range, long lookbackMs) : VectorNode(range.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var columns = new List<SeriesColumn>();
        if (Grid.Count > 0)
        {
            var source = range.Open(context);
            SeriesBatches.Run(
                source.Count, context, Grid.Count, () => (new SampleColumns(context.Budget), new SeriesSamples()), (series, local) => Column(series, source, local, context), columns.Add);
        }
        return columns;
    }

    private SeriesColumn? Column(int series, IRangeSource source, (SampleColumns Columns, SeriesSamples Samples) local, QueryContext context)
    {
        var (columns, samples) = local;
        source.Load(series, columns);
        samples.Fill(columns);
        if (samples.HistogramCount > 0)
        {
            throw new PromQLEvaluationException(QueryErrorKind.Execution, "smoothed modifier is not supported with histograms");
        }
        var builder = new SeriesColumnBuilder(Grid.Count);
        var times = samples.FloatTimes;
        var values = samples.Floats;
        var before = -1;
        for (var step = 0; step < Grid.Count; step++)
        {
            var at = range.Windows.EndAt(step);
            while (before + 1 < times.Length && times[before + 1] <= at)
            {
                before++;
            }
            if (before < 0 || times[before] <= at - lookbackMs)
            {
                continue;
            }
            var after = before + 1;
            var isLast = times[before] == at || after == times.Length || times[after] > at + lookbackMs;
            builder.Set(step, isLast
                ? values[before]
                : values[before] + (values[after] - values[before]) * (at - times[before]) / (times[after] - times[before]));
            context.Tally.AddAt(step, 1);
        }
        context.Tally.AddTotal(builder.Count);
        columns.Clear();
        var column = builder.Count == 0 ? null : builder.Build(source.IdentityOf(series));
        context.Budget.Reserve(column?.Samples ?? 0);
        return column;
    }
}
