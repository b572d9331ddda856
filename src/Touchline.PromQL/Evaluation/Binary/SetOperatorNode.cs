using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Binary;

/// <summary><c>and</c>, <c>or</c> and <c>unless</c>: unions and intersections of the masks of matching series.</summary>
internal sealed class SetOperatorNode(BinaryExpr expr, VectorNode left, VectorNode right) : VectorNode(left.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var lefts = left.Evaluate(context);
        var rights = right.Evaluate(context);
        var groups = new MatchGroups(expr.Matching!, lefts, rights, context.Deadline);
        var masks = new Dictionary<SeriesColumn, StepMask>(ReferenceEqualityComparer.Instance);
        foreach (var group in groups.All)
        {
            context.Deadline.ThrowIfOver();
            var filtered = expr.Operator == BinaryOperator.Or ? group.Right : group.Left;
            var other = Union(expr.Operator == BinaryOperator.Or ? group.Left : group.Right);
            foreach (var column in filtered)
            {
                masks[column] = expr.Operator == BinaryOperator.And ? column.Present.And(other) : column.Present.AndNot(other);
            }
        }
        var result = new List<SeriesColumn>();
        if (expr.Operator == BinaryOperator.Or)
        {
            result.AddRange(lefts);
            AddFiltered(result, rights, masks);
        }
        else
        {
            AddFiltered(result, lefts, masks);
        }
        context.Budget.Release(rights);
        context.Budget.Exchange(lefts, result);
        return SeriesMerge.Merge(context.Deadline, result);
    }

    private StepMask Union(List<SeriesColumn> series)
    {
        var union = new StepMask(Grid.Count);
        foreach (var column in series)
        {
            union.OrWith(column.Present);
        }
        return union;
    }

    private static void AddFiltered(List<SeriesColumn> result, List<SeriesColumn> series, Dictionary<SeriesColumn, StepMask> masks)
    {
        foreach (var column in series)
        {
            var mask = masks[column];
            if (!mask.IsEmpty)
            {
                result.Add(column.WithMask(mask));
            }
        }
    }
}
