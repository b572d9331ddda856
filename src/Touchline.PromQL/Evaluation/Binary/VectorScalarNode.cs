using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Binary;

/// <summary>A binary operator between a vector and a scalar, in either order. A filter keeps the vector's points.</summary>
internal sealed class VectorScalarNode(BinaryExpr expr, VectorNode vector, ScalarNode scalar, bool scalarOnLeft) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var other = new SeriesColumn(Labels.Empty, StepMask.Full(Grid.Count), scalar.Evaluate(context));
        var op = new PointOperator(expr.Operator, expr.ReturnBool, expr.Span, context.Annotations);
        var result = new List<SeriesColumn>(series.Count);
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            var labels = op.DropsName ? context.Unnamed(column.Labels) : column.Labels;
            var applied = scalarOnLeft
                ? op.Apply(labels, column.Present, other, column, keepRight: true)
                : op.Apply(labels, column.Present, column, other, keepRight: false);
            if (!applied.Present.IsEmpty)
            {
                result.Add(applied);
            }
        }
        op.TellNotes();
        context.Budget.Exchange(series, result);
        return SeriesMerge.Merge(context.Deadline, result);
    }
}
