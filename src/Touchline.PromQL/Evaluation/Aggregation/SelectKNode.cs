using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>
/// <c>topk</c>, <c>bottomk</c>, <c>limitk</c> and <c>limit_ratio</c>: the series that keep their point at a step. At one step the answer is in
/// the order of the selection; over several steps it is a set of columns.
/// </summary>
internal sealed class SelectKNode(AggregateExpr expr, VectorNode operand, ScalarNode parameter) : VectorNode(operand.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var parameters = parameter.Evaluate(context);
        // First of all, since what it notes is told even where nothing is selected.
        var series = operand.Evaluate(context);
        if (!SelectionParameters.Check(expr, parameters, series.Count == 0, context.Annotations))
        {
            context.Budget.Release(series);
            return [];
        }
        SelectionParameters.RefuseNaN(expr.Operator, parameters, series);
        var index = new GroupIndex(expr);
        var groupOf = index.FindAll(series, context.Deadline);
        var selectors = new StepSelector[index.Count];
        for (var group = 0; group < selectors.Length; group++)
        {
            selectors[group] = new StepSelector(expr.Operator, series, new AggregationNotes(context.Annotations, expr));
        }
        var hashes = expr.Operator == AggregateOperator.LimitRatio ? LabelHash.Offsets(series, context.Deadline) : [];
        var masks = new StepMask?[series.Count];
        var order = new List<int>();
        for (var step = 0; step < Grid.Count; step++)
        {
            context.Deadline.ThrowIfOver();
            var limit = parameters[step];
            if (SelectionParameters.SelectsNothing(expr.Operator, limit))
            {
                continue;
            }
            foreach (var selector in selectors)
            {
                selector.Begin(step, limit);
            }
            for (var i = 0; i < series.Count; i++)
            {
                if ((i & 4095) == 0)
                {
                    context.Deadline.ThrowIfOver();
                }
                if (series[i].Present[step])
                {
                    selectors[groupOf[i]].Offer(i, hashes.Length > 0 ? hashes[i] : 0);
                }
            }
            order.Clear();
            foreach (var selector in selectors)
            {
                selector.Finish(order);
            }
            foreach (var i in order)
            {
                (masks[i] ??= new StepMask(Grid.Count)).Set(step);
            }
        }
        return Collect(context, series, masks, Grid.IsInstant ? order : null);
    }

    private List<SeriesColumn> Collect(QueryContext context, List<SeriesColumn> series, StepMask?[] masks, List<int>? order)
    {
        var result = new List<SeriesColumn>();
        if (order is not null)
        {
            result.AddRange(order.Select(i => series[i]));
        }
        else
        {
            for (var i = 0; i < series.Count; i++)
            {
                if (masks[i] is { } mask)
                {
                    result.Add(series[i].WithMask(mask));
                }
            }
        }
        context.Budget.Exchange(series, result);
        return result;
    }
}
