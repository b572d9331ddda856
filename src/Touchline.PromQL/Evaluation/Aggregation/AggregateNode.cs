using Touchline.PromQL.Evaluation.Numerics;
using Touchline.PromQL.Evaluation.Planning;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>
/// The aggregations that make one series of each group. Series are taken one after the other, each with its whole column, so a group's
/// numbers are added in the order of the series at every step.
/// </summary>
internal sealed class AggregateNode(AggregateExpr expr, VectorNode operand, ScalarNode? parameter) : VectorNode(operand.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var parameters = parameter?.Evaluate(context);
        var index = new GroupIndex(expr);
        var groups = new List<GroupAccumulator>();
        List<SeriesColumn> kept = [];
        if (expr.Operator == AggregateOperator.Quantile)
        {
            // Its groups keep the columns that they are given.
            kept = operand.Evaluate(context);
            kept.ForEach(Take);
        }
        else
        {
            operand.Stream(context, Take);
        }
        WarnOfInvalidQuantiles(parameters ?? [], context.Annotations);
        var result = new List<SeriesColumn>(groups.Count);
        var finished = new SeriesColumn[groups.Count];
        // Most have little to do at the end, but quantiles put everything in order then.
        SeriesLoop.Run(
            groups.Count, context, () => 0, (group, _) => finished[group] = groups[group].Finish(index.LabelsOf(group)), _ => { },
            worthSharing: expr.Operator == AggregateOperator.Quantile ? 2 : int.MaxValue);
        foreach (var column in finished)
        {
            context.Budget.Reserve(column.Samples - Grid.Count);
            if (!column.Present.IsEmpty)
            {
                result.Add(column);
            }
        }
        context.Budget.Release(kept);
        return result;

        void Take(SeriesColumn series)
        {
            context.Deadline.ThrowIfOver();
            var group = index.Find(series);
            if (group == groups.Count)
            {
                context.Budget.Reserve(Grid.Count);
                groups.Add(Make(context, parameters));
            }
            groups[group].Add(series);
        }
    }

    /// <summary>Of those that are wrong in one way only the worst is told.</summary>
    private void WarnOfInvalidQuantiles(double[] quantiles, AnnotationSink annotations)
    {
        var (min, max) = (0.0, 1.0);
        foreach (var quantile in quantiles)
        {
            if (double.IsNaN(quantile))
            {
                // Beside it none is greater or smaller.
                Quantile.WarnIfInvalid(quantile, annotations, Planner.Unwrap(expr.Parameter!).Span);
                return;
            }
            (min, max) = (Math.Min(min, quantile), Math.Max(max, quantile));
        }
        if (quantiles.Length > 0)
        {
            Quantile.WarnIfInvalid(max, annotations, Planner.Unwrap(expr.Parameter!).Span);
            Quantile.WarnIfInvalid(min, annotations, Planner.Unwrap(expr.Parameter!).Span);
        }
    }

    private GroupAccumulator Make(QueryContext context, double[]? parameters)
    {
        var notes = new AggregationNotes(context.Annotations, expr);
        return expr.Operator switch
        {
            AggregateOperator.Sum => new SumAccumulator(Grid.Count, notes),
            AggregateOperator.Avg => new AvgAccumulator(Grid.Count, notes),
            AggregateOperator.Count => new CountAccumulator(Grid.Count, notes),
            AggregateOperator.Group => new PresenceAccumulator(Grid.Count, notes),
            AggregateOperator.Min => new ExtremeAccumulator(Grid.Count, notes, max: false),
            AggregateOperator.Max => new ExtremeAccumulator(Grid.Count, notes, max: true),
            AggregateOperator.Stddev => new DeviationAccumulator(Grid.Count, notes, variance: false),
            AggregateOperator.Stdvar => new DeviationAccumulator(Grid.Count, notes, variance: true),
            _ => new QuantileAccumulator(Grid.Count, notes, parameters!, context.Deadline),
        };
    }
}
