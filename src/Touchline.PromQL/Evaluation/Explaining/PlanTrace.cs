using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Explaining;

/// <summary>
/// Watches a planner and then the operators it made. An expression that is planned while another is, is its child; so the tree of operators is known
/// without any of them having to tell. Not thread-safe, as planning is not.
/// </summary>
internal sealed class PlanTrace
{
    private const int MaxShown = 500;

    private readonly Dictionary<Expr, Range> _parts = new(ReferenceEqualityComparer.Instance);
    private readonly string _query;
    private readonly Stack<PlanStep> _open = new();
    private PlanStep? _root;

    public PlanTrace(Expr query) => _query = ExprPrinter.Print(query, _parts);

    /// <summary>The plan with its cost, once it was evaluated; null where the query has no operators, as a string has none.</summary>
    public ExplainedNode? Explain() => _root?.Explain();

    public VectorNode Vector(Expr expr, StepGrid grid, bool once, Func<VectorNode> plan)
    {
        var step = Begin(expr, grid, once);
        var node = plan();
        _open.Pop();
        return new TracedVectorNode(node, step);
    }

    public ScalarNode Scalar(Expr expr, StepGrid grid, bool once, Func<ScalarNode> plan)
    {
        var step = Begin(expr, grid, once);
        var node = plan();
        _open.Pop();
        return new TracedScalarNode(node, step);
    }

    public RangeNode Range(Expr expr, StepGrid grid, Func<RangeNode> plan)
    {
        var step = Begin(expr, grid, once: false);
        var node = plan();
        _open.Pop();
        return new TracedRangeNode(node, step, readsStorage: expr is MatrixSelector);
    }

    private PlanStep Begin(Expr expr, StepGrid grid, bool once)
    {
        var step = new PlanStep(once ? "once" : OperatorOf(expr), Shown(expr), grid.Count);
        if (_open.TryPeek(out var parent))
        {
            parent.Children.Add(step);
        }
        _root ??= step;
        _open.Push(step);
        return step;
    }

    private string Shown(Expr expr)
    {
        // What a function selects on its own account stands nowhere in the query.
        var text = _parts.TryGetValue(expr, out var part) ? _query.AsSpan(part) : ExprPrinter.Print(expr);
        return text.Length <= MaxShown ? text.ToString() : string.Concat(text[..MaxShown], "…");
    }

    private static string OperatorOf(Expr expr) => expr switch
    {
        VectorSelector => "select",
        MatrixSelector => "range",
        SubqueryExpr => "subquery",
        AggregateExpr => "aggregate",
        BinaryExpr => "binary",
        UnaryExpr => "unary",
        Call => "call",
        _ => "scalar",
    };
}
