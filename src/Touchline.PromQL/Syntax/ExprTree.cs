namespace Touchline.PromQL.Syntax;

/// <summary>Walks over queries.</summary>
public static class ExprTree
{
    /// <summary>The expressions directly inside another, in the order in which they are written.</summary>
    public static IReadOnlyList<Expr> Children(Expr expr) => expr switch
    {
        AggregateExpr { Parameter: { } parameter } aggregate => [parameter, aggregate.Operand],
        AggregateExpr aggregate => [aggregate.Operand],
        BinaryExpr binary => [binary.Left, binary.Right],
        Call call => call.Arguments,
        MatrixSelector matrix => [matrix.Vector],
        ParenExpr paren => [paren.Inner],
        SubqueryExpr subquery => [subquery.Inner],
        UnaryExpr unary => [unary.Operand],
        _ => [],
    };

    /// <summary>The expression and all inside it, outer ones first. Does not recurse.</summary>
    public static IEnumerable<Expr> SelfAndDescendants(Expr expr)
    {
        var open = new Stack<Expr>([expr]);
        while (open.TryPop(out var next))
        {
            yield return next;
            var children = Children(next);
            for (var i = children.Count - 1; i >= 0; i--)
            {
                open.Push(children[i]);
            }
        }
    }

    /// <summary>Some expression that lies deeper than the limit, or null.</summary>
    internal static Expr? FindDeeperThan(Expr expr, int limit)
    {
        var open = new Stack<(Expr, int)>([(expr, 1)]);
        while (open.TryPop(out var next))
        {
            var (current, depth) = next;
            if (depth > limit)
            {
                return current;
            }
            foreach (var child in Children(current))
            {
                open.Push((child, depth + 1));
            }
        }
        return null;
    }
}
