using Touchline.PromQL.Evaluation.Numerics;
using Touchline.PromQL.Evaluation.Planning;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>The k or ratio of the selecting aggregations over all steps: what is refused, what is capped with a warning.</summary>
internal static class SelectionParameters
{
    /// <summary>False where nothing can be selected at any step. Ratios beyond ±1 are capped in place.</summary>
    /// <param name="isEmpty">Whether there is nothing to select from, where no parameter is too great.</param>
    public static bool Check(AggregateExpr expr, double[] parameters, bool isEmpty, AnnotationSink annotations)
    {
        if (parameters.Length == 0)
        {
            return false;
        }
        var ratio = expr.Operator == AggregateOperator.LimitRatio;
        var min = double.PositiveInfinity;
        var max = double.NegativeInfinity;
        foreach (var value in parameters)
        {
            if (!double.IsNaN(value))
            {
                min = Math.Min(min, value);
                max = Math.Max(max, value);
            }
        }
        if (min > max)
        {
            throw NotANumber(expr.Operator);
        }
        if (!ratio)
        {
            if (max < 1)
            {
                return false;
            }
            if (isEmpty)
            {
                return false;
            }
            if (min <= long.MinValue)
            {
                throw Refused($"Scalar value {GoFormat.General(min)} underflows int64");
            }
            return max < long.MaxValue ? true : throw Refused($"Scalar value {GoFormat.General(max)} overflows int64");
        }
        if (max > 1)
        {
            annotations.Warn($"ratio value should be between -1 and 1, got {GoFormat.General(max)}, capping to 1", Planner.Unwrap(expr.Parameter!).Span);
        }
        if (min < -1)
        {
            annotations.Warn($"ratio value should be between -1 and 1, got {GoFormat.General(min)}, capping to -1", Planner.Unwrap(expr.Parameter!).Span);
        }
        for (var step = 0; step < parameters.Length; step++)
        {
            parameters[step] = Math.Clamp(parameters[step], -1, 1);
        }
        return min != 0 || max != 0;
    }

    /// <summary>NaN is refused at steps that have something to select from; elsewhere it says only that the parameter's own series is not there.</summary>
    public static void RefuseNaN(AggregateOperator op, double[] parameters, List<SeriesColumn> series)
    {
        for (var step = 0; step < parameters.Length; step++)
        {
            if (double.IsNaN(parameters[step]) && series.Exists(c => c.Present[step]))
            {
                throw NotANumber(op);
            }
        }
    }

    public static bool SelectsNothing(AggregateOperator op, double limit) => op == AggregateOperator.LimitRatio ? limit is 0 or double.NaN : !(limit >= 1);

    private static PromQLEvaluationException NotANumber(AggregateOperator op) =>
        Refused(op == AggregateOperator.LimitRatio ? "Ratio value is NaN" : "Parameter value is NaN");

    private static PromQLEvaluationException Refused(string message) => new(QueryErrorKind.Execution, message);
}
