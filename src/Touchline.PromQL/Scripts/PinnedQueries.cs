using System.Collections.Frozen;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Scripts;

/// <summary>
/// The query of an eval with every selector pinned by <c>@</c> to the time of the eval, to be asked at other times, where the answer
/// must be the same.
/// </summary>
internal static class PinnedQueries
{
    // Their answers depend on the time of evaluation itself, whatever their arguments: info() looks for info series at the time of the step.
    private static readonly FrozenSet<string> TimeDependent = FrozenSet.Create(
        "day_of_month", "day_of_week", "day_of_year", "days_in_month", "end", "hour", "info", "minute", "month", "predict_linear", "range", "start", "step",
        "time", "timestamp", "year");

    public static IEnumerable<(string Query, long TimeMs)> Of(EvalCommand eval, PromQLFeatures features)
    {
        Expr expr;
        try
        {
            expr = PromQLParser.Parse(eval.Query, features);
        }
        catch (PromQLSyntaxException)
        {
            // The query itself has been reported, or was expected to fail.
            return [];
        }
        if (ExprTree.SelfAndDescendants(expr).Any(e => e is Call call && TimeDependent.Contains(call.Function.Name)))
        {
            return [];
        }
        var query = ExprPrinter.Print(Pin(expr, eval.TimeMs));
        var t = eval.TimeMs;
        long[] times = t == 0 ? [-1000, 0, 1000] : [-10 * t, 0, t / 5, t, 10 * t];
        return times.Select(time => (query, time));
    }

    /// <summary>Whether the query asks for the start, end or step of the range query that it is part of.</summary>
    public static bool DependsOnRange(string query) =>
        query.Contains("start()", StringComparison.Ordinal) || query.Contains("end()", StringComparison.Ordinal)
        || query.Contains("range()", StringComparison.Ordinal) || query.Contains("step()", StringComparison.Ordinal);

    private static Expr Pin(Expr expr, long timeMs) => expr switch
    {
        VectorSelector vector => vector with { Time = Pin(vector.Time, timeMs) },
        MatrixSelector matrix => matrix with { Vector = matrix.Vector with { Time = Pin(matrix.Vector.Time, timeMs) } },
        // What is inside a pinned subquery is evaluated at fixed times already.
        SubqueryExpr subquery => subquery with { Time = Pin(subquery.Time, timeMs) },
        ParenExpr paren => paren with { Inner = Pin(paren.Inner, timeMs) },
        UnaryExpr unary => unary with { Operand = Pin(unary.Operand, timeMs) },
        BinaryExpr binary => binary with { Left = Pin(binary.Left, timeMs), Right = Pin(binary.Right, timeMs) },
        AggregateExpr aggregate => aggregate with
        {
            Operand = Pin(aggregate.Operand, timeMs),
            Parameter = aggregate.Parameter is null ? null : Pin(aggregate.Parameter, timeMs),
        },
        Call call => call with { Arguments = [.. call.Arguments.Select(a => Pin(a, timeMs))] },
        _ => expr,
    };

    private static TimeModifiers Pin(TimeModifiers time, long timeMs) =>
        time.At is AtKind.None ? time with { At = AtKind.Timestamp, AtTimestampMs = timeMs } : time;
}
