using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary><c>count_values</c>: how many series of a group have each value, which becomes a label.</summary>
internal sealed class CountValuesNode(AggregateExpr expr, VectorNode operand, string label) : VectorNode(operand.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        if (label.Length == 0 || !Utf8Text.IsValid(label))
        {
            throw new PromQLEvaluationException(QueryErrorKind.Execution, $"invalid label name {QuotedString.Of(label)}");
        }
        var names = LabelSets.Sorted(expr.Without ? expr.Grouping : [.. expr.Grouping, label]);
        var series = operand.Evaluate(context);
        var groups = new Dictionary<Labels, SeriesColumn>();
        var ordered = new List<SeriesColumn>();
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            Add(column, names, groups, ordered, context);
        }
        context.Budget.Release(series);
        return ordered;
    }

    private void Add(SeriesColumn column, string[] names, Dictionary<Labels, SeriesColumn> groups, List<SeriesColumn> ordered, QueryContext context)
    {
        var builder = new LabelsBuilder();
        Labels? lastLabels = null;
        var last = double.NaN;
        for (var step = column.Present.Next(0); step >= 0; step = column.Present.Next(step + 1))
        {
            var histogram = column.HistogramAt(step);
            var value = column.Values[step];
            if (lastLabels is null || histogram is not null || BitConverter.DoubleToInt64Bits(value) != BitConverter.DoubleToInt64Bits(last))
            {
                var text = histogram is null ? SampleValue.Format(value) : HistogramText.Of(histogram);
                // As in Prometheus, the answer is not one from which a name has yet to be dropped.
                lastLabels = GroupIndex.Of(expr.Without, names, builder.Reset(DroppedNames.Restore(column.Labels)).Set(label, text).ToLabels());
                last = histogram is null ? value : double.NaN;
            }
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, lastLabels, out var exists);
            if (!exists)
            {
                context.Budget.Reserve(Grid.Count);
                group = new SeriesColumn(lastLabels, new StepMask(Grid.Count), new double[Grid.Count]);
                ordered.Add(group);
            }
            group!.Present.Set(step);
            group.Values[step]++;
        }
    }
}
