using Touchline.PromQL.Syntax;
using Touchline.Web.Formatting;

namespace Touchline.Web.Explore;

/// <summary>
/// The unit of an answer, as far as the naming rules of Prometheus tell: the metric's suffix, and what the query makes of it. Where in doubt, a
/// plain number.
/// </summary>
internal static class UnitGuess
{
    public static Unit Of(Expr expr) => expr switch
    {
        ParenExpr paren => Of(paren.Inner),
        UnaryExpr unary => Of(unary.Operand),
        AggregateExpr { Operator: AggregateOperator.Count or AggregateOperator.Group or AggregateOperator.Stdvar or AggregateOperator.CountValues } => Unit.Number,
        AggregateExpr aggregate => Of(aggregate.Operand),
        VectorSelector selector => OfName(selector.Name),
        MatrixSelector matrix => Of(matrix.Vector),
        SubqueryExpr subquery => Of(subquery.Inner),
        Call { Function.Name: "rate" or "irate" or "deriv" } rate => Rate(Argument(rate)),
        Call
        {
            Function.Name: "increase" or "delta" or "idelta" or "avg_over_time" or "min_over_time" or "max_over_time" or "sum_over_time"
            or "last_over_time" or "quantile_over_time" or "abs" or "sort" or "sort_desc" or "clamp" or "clamp_min"
            or "clamp_max" or "round" or "ceil" or "floor" or "label_replace" or "label_join" or "predict_linear"
        } same => Argument(same),
        // The buckets count, but what they are cut by is what was observed.
        Call { Function.Name: "histogram_quantile" } quantile when quantile.Arguments.Count > 1 => OfBuckets(quantile.Arguments[1]),
        BinaryExpr { Operator: BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.And or BinaryOperator.Unless } both => Of(both.Left),
        BinaryExpr { Operator: BinaryOperator.Or } either => Of(either.Left) == Of(either.Right) ? Of(either.Left) : Unit.Number,
        BinaryExpr
        {
            Operator: BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual
            or BinaryOperator.Equal or BinaryOperator.NotEqual, ReturnBool: false
        } filter => Of(filter.Left),
        _ => Unit.Number,
    };

    private static Unit Argument(Call call) =>
        call.Arguments.FirstOrDefault(a => a.Type is ExprType.Vector or ExprType.Matrix) is { } argument ? Of(argument) : Unit.Number;

    // Seconds a second are a share of time, which has no name of its own here.
    private static Unit Rate(Unit unit) => unit switch
    {
        Unit.Bytes => Unit.BytesPerSecond,
        Unit.Number => Unit.PerSecond,
        _ => Unit.Number,
    };

    /// <summary>What histograms of an answer observe.</summary>
    public static Unit OfBuckets(Expr expr) => expr switch
    {
        ParenExpr paren => OfBuckets(paren.Inner),
        AggregateExpr aggregate => OfBuckets(aggregate.Operand),
        BinaryExpr { Left.Type: ExprType.Scalar } scaled => OfBuckets(scaled.Right),
        BinaryExpr binary => OfBuckets(binary.Left),
        Call call when call.Arguments.Count > 0 => OfBuckets(call.Arguments[^1]),
        MatrixSelector matrix => OfBuckets(matrix.Vector),
        VectorSelector selector => OfName(Without(selector.Name, "_bucket")),
        _ => Unit.Number,
    };

    /// <summary>What the counts of histograms are: observations, or observations a second.</summary>
    public static Unit OfCounts(Expr expr) => expr switch
    {
        ParenExpr paren => OfCounts(paren.Inner),
        AggregateExpr aggregate => OfCounts(aggregate.Operand),
        BinaryExpr { Left.Type: ExprType.Scalar } scaled => OfCounts(scaled.Right),
        BinaryExpr binary => OfCounts(binary.Left),
        Call { Function.Name: "rate" or "irate" } => Unit.PerSecond,
        Call call when call.Arguments.FirstOrDefault(a => a.Type is ExprType.Vector or ExprType.Matrix) is { } argument => OfCounts(argument),
        SubqueryExpr subquery => OfCounts(subquery.Inner),
        _ => Unit.Number,
    };

    private static string Without(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;

    /// <summary>By the suffix of a metric's name.</summary>
    public static Unit OfName(string name)
    {
        name = Without(Without(name, "_total"), "_sum");
        return name switch
        {
            _ when name.EndsWith("_bytes", StringComparison.Ordinal) => Unit.Bytes,
            // Points in time, not lengths of it.
            _ when name.EndsWith("_timestamp_seconds", StringComparison.Ordinal) || name.EndsWith("_time_seconds", StringComparison.Ordinal) => Unit.Number,
            _ when name.EndsWith("_seconds", StringComparison.Ordinal) => Unit.Seconds,
            _ when name.EndsWith("_ratio", StringComparison.Ordinal) => Unit.Ratio,
            _ => Unit.Number,
        };
    }
}
