using System.Runtime.CompilerServices;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Planning;

/// <summary>
/// Which expressions are the same at every step: all their selectors are fixed by <c>@</c>, and nothing asks for the time of the step.
/// </summary>
internal sealed class StepInvariance
{
    private readonly Dictionary<Expr, bool> _known = new(ReferenceEqualityComparer.Instance);

    public bool Holds(Expr expr)
    {
        if (!_known.TryGetValue(expr, out var holds))
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            holds = Decide(expr);
            _known.Add(expr, holds);
        }
        return holds;
    }

    private bool Decide(Expr expr) => expr switch
    {
        VectorSelector selector => selector.Time.At != AtKind.None,
        SubqueryExpr subquery => subquery.Time.At != AtKind.None,
        // Prometheus looks at what is aggregated only, so a parameter that changes is that of the first step.
        AggregateExpr aggregate => Holds(aggregate.Operand),
        Call call => !AsksForTime(call) && ExprTree.Children(call).All(Holds),
        _ => ExprTree.Children(expr).All(Holds),
    };

    private static bool AsksForTime(Call call) => call.Function.Name switch
    {
        "time" or "predict_linear" => true,
        "timestamp" => Planner.Unwrap(call.Arguments[0]) is not VectorSelector,
        "minute" or "hour" or "day_of_week" or "day_of_month" or "day_of_year" or "days_in_month" or "month" or "year" => call.Arguments.Count == 0,
        // Whether an order is lost has to be known, and an order over several steps is none.
        "sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc" => true,
        _ => false,
    };
}
