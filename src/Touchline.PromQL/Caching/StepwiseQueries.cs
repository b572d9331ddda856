using Touchline.PromQL.Evaluation.Planning;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Caching;

/// <summary>
/// Which queries have the same point at a step whatever other steps are asked for, digit for digit, so that a point can be kept.
/// </summary>
internal static class StepwiseQueries
{
    /// <summary>
    /// False of what knows where the query begins or ends, and of functions whose sums run over all windows, so that their last digits may depend on the first.
    /// </summary>
    public static bool Has(Expr query) => query.Type is ExprType.Vector or ExprType.Scalar && ExprTree.SelfAndDescendants(query).All(IsStepwise);

    /// <summary>How far behind a step samples can lie that its point depends on (ms); negative where none of them is newer than so long before the step.</summary>
    public static long ReachMs(Expr query) => query switch
    {
        VectorSelector selector => -selector.Time.OffsetMs,
        SubqueryExpr subquery => ReachMs(subquery.Inner) - subquery.Time.OffsetMs,
        // What reads no sample does not change.
        _ => ExprTree.Children(query).Select(ReachMs).DefaultIfEmpty(long.MinValue / 2).Max(),
    };

    private static bool IsStepwise(Expr expr) => expr switch
    {
        VectorSelector selector => IsRelative(selector.Time) && selector.Window == SelectorWindow.Plain,
        MatrixSelector matrix => matrix.RangeExpression is null,
        SubqueryExpr subquery => IsRelative(subquery.Time) && subquery.RangeExpression is null && subquery.StepExpression is null,
        Call call => call.Function.Name is not ("start" or "end" or "range" or "info"
            or "stddev_over_time" or "stdvar_over_time" or "deriv" or "predict_linear" or "double_exponential_smoothing"),
        // Of what is the same at every step the parameter is that of the first.
        AggregateExpr { Parameter: { } parameter } => Planner.Unwrap(parameter) is NumberLiteral or StringLiteral,
        _ => true,
    };

    private static bool IsRelative(TimeModifiers time) => time.At == AtKind.None && time.OffsetExpression is null;
}
