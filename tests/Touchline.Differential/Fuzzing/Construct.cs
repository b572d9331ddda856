using Touchline.Differential.Api;
using Touchline.PromQL.Syntax;

namespace Touchline.Differential.Fuzzing;

/// <summary>Something that the language has: a query that uses it and nothing unusual else, and how it is found in others.</summary>
internal sealed record Construct(string Name, string Probe, Func<Expr, bool> IsAt)
{
    /// <summary>All functions, aggregations, operators and modifiers that our parser knows, those of later versions included.</summary>
    public static IReadOnlyList<Construct> All { get; } = [.. OfFunctions(), .. OfAggregations(), .. OfOperators(), .. OfModifiers(), .. OfDurations()];

    /// <summary>Those that a server does not know: whose probe it cannot parse.</summary>
    public static async Task<IReadOnlyList<Construct>> UnknownToAsync(ServerProcess server)
    {
        var unknown = new List<Construct>();
        foreach (var construct in All)
        {
            var (_, body) = await server.AskAsync($"/api/v1/query?query={Uri.EscapeDataString(construct.Probe)}");
            if (body.Contains("parse error", StringComparison.Ordinal))
            {
                unknown.Add(construct);
            }
        }
        return unknown;
    }

    private static IEnumerable<Construct> OfFunctions() => Functions.All.Select(function => new Construct(
        $"{function.Name}()", $"{function.Name}({string.Join(", ", function.ArgumentTypes.Select((type, i) => Argument(function.Name, type, i)))})", e => e is Call call && call.Function.Name == function.Name));

    private static string Argument(string function, ExprType type, int index) => type switch
    {
        ExprType.Vector when function == "info" && index == 1 => "{a=\"b\"}",
        ExprType.Vector => "x",
        ExprType.Matrix => "x[5m]",
        ExprType.Scalar => "0.5",
        _ => "\"a\"",
    };

    private static IEnumerable<Construct> OfAggregations() => Enum.GetValues<AggregateOperator>().Select(op => new Construct(
        op.Name(),
        $"{op.Name()}({(op == AggregateOperator.CountValues ? "\"a\", " : op.HasParameter() ? "1, " : "")}x)",
        e => e is AggregateExpr aggregate && aggregate.Operator == op));

    private static IEnumerable<Construct> OfOperators()
    {
        foreach (var op in Enum.GetValues<BinaryOperator>())
        {
            yield return new Construct(op.Text(), $"x {op.Text()} y", e => e is BinaryExpr binary && binary.Operator == op);
            if (op.IsComparison())
            {
                yield return new Construct($"{op.Text()} bool", $"x {op.Text()} bool y", e => e is BinaryExpr { ReturnBool: true } binary && binary.Operator == op);
            }
            if (!op.IsSet() && !op.IsTrim())
            {
                yield return new Construct($"{op.Text()} between scalars", $"1 {op.Text()} {(op.IsComparison() ? "bool " : "")}2", e => e is BinaryExpr { Type: ExprType.Scalar } binary && binary.Operator == op);
                yield return new Construct($"{op.Text()} a scalar", $"x {op.Text()} 2", e => e is BinaryExpr { Left.Type: ExprType.Vector, Right.Type: ExprType.Scalar } binary && binary.Operator == op);
                yield return new Construct($"a scalar {op.Text()}", $"2 {op.Text()} x", e => e is BinaryExpr { Left.Type: ExprType.Scalar, Right.Type: ExprType.Vector } binary && binary.Operator == op);
            }
        }
        yield return new Construct("unary -", "-x", e => e is UnaryExpr { Negate: true });
        yield return new Construct("unary +", "+x", e => e is UnaryExpr { Negate: false });
    }

    private static IEnumerable<Construct> OfModifiers() =>
    [
        new("by", "sum by (a) (x)", e => e is AggregateExpr { Without: false, Grouping.Count: > 0 }),
        new("without", "sum without (a) (x)", e => e is AggregateExpr { Without: true }),
        new("on", "x + on (a) y", e => e is BinaryExpr { Matching: { On: true } matching } && matching.Labels.Count > 0),
        new("on ()", "x + on () y", e => e is BinaryExpr { Matching: { On: true, Labels.Count: 0 } }),
        new("ignoring", "x + ignoring (a) y", e => e is BinaryExpr { Matching: { On: false, Labels.Count: > 0 } }),
        new("on of a set operator", "x and on (a) y", e => e is BinaryExpr { Matching: { On: true } } binary && binary.Operator.IsSet()),
        new("group_left", "x + on (a) group_left y", e => e is BinaryExpr { Matching: { Cardinality: MatchCardinality.ManyToOne, Include.Count: 0 } }),
        new("group_left (…)", "x + on (a) group_left (b) y", e => e is BinaryExpr { Matching: { Cardinality: MatchCardinality.ManyToOne, Include.Count: > 0 } }),
        new("group_right", "x + on (a) group_right y", e => e is BinaryExpr { Matching: { Cardinality: MatchCardinality.OneToMany, Include.Count: 0 } }),
        new("group_right (…)", "x + on (a) group_right (b) y", e => e is BinaryExpr { Matching: { Cardinality: MatchCardinality.OneToMany, Include.Count: > 0 } }),
        new("fill", "x + fill (0) y", e => e is BinaryExpr { Matching: { FillLeft: not null, FillRight: not null } }),
        new("fill_left", "x + fill_left (0) y", e => e is BinaryExpr { Matching: { FillLeft: not null, FillRight: null } }),
        new("fill_right", "x + fill_right (0) y", e => e is BinaryExpr { Matching: { FillLeft: null, FillRight: not null } }),
        new("anchored", "rate(x[5m] anchored)", e => e is VectorSelector { Window: SelectorWindow.Anchored }),
        new("smoothed", "rate(x[5m] smoothed)", e => e is VectorSelector { Window: SelectorWindow.Smoothed }),
        new("offset", "x offset 5m", e => e is VectorSelector { Time.OffsetMs: > 0 }),
        new("negative offset", "x offset -5m", e => e is VectorSelector { Time.OffsetMs: < 0 }),
        new("@", "x @ 5", e => e is VectorSelector { Time.At: AtKind.Timestamp }),
        new("@ start()", "x @ start()", e => e is VectorSelector { Time.At: AtKind.Start }),
        new("@ end()", "x @ end()", e => e is VectorSelector { Time.At: AtKind.End }),
        new("subquery", "rate(x[5m:1m])", e => e is SubqueryExpr { StepMs: > 0 }),
        new("subquery without step", "rate(x[5m:])", e => e is SubqueryExpr { StepMs: 0, StepExpression: null }),
        new("subquery with offset", "rate(x[5m:1m] offset 5m)", e => e is SubqueryExpr { Time.OffsetMs: not 0 }),
        new("subquery with @", "rate(x[5m:1m] @ 5)", e => e is SubqueryExpr { Time.At: AtKind.Timestamp }),
        new("subquery with @ end()", "rate(x[5m:1m] @ end())", e => e is SubqueryExpr { Time.At: AtKind.End }),
        new("subquery in a subquery", "rate(rate(x[5m:1m])[5m:1m])", e => e is SubqueryExpr subquery && ExprTree.SelfAndDescendants(subquery.Inner).Any(i => i is SubqueryExpr)),
    ];

    private static IEnumerable<Construct> OfDurations()
    {
        foreach (var op in (string[])["+", "-", "*", "/", "%", "^"])
        {
            yield return new Construct($"duration {op}", $"rate(x[5m {op} 3])", e => Durations(e).Any(d => d is DurationBinary binary && binary.Operator.Text() == op));
        }
        yield return new Construct("duration of signs", "x offset -(5m + 1m)", e => Durations(e).Any(d => d is DurationUnary));
        yield return new Construct("duration in parentheses", "rate(x[(5m + 1m)])", e => Durations(e).Any(d => d is DurationParen));
        yield return new Construct("duration step()", "rate(x[5m + step()])", e => Durations(e).Any(d => d is DurationStep));
        yield return new Construct("duration range()", "rate(x[5m + range()])", e => Durations(e).Any(d => d is DurationRange));
        yield return new Construct("duration min()", "rate(x[min(5m, 1m)])", e => Durations(e).Any(d => d is DurationExtreme { Max: false }));
        yield return new Construct("duration max()", "rate(x[max(5m, 1m)])", e => Durations(e).Any(d => d is DurationExtreme { Max: true }));
        yield return new Construct("duration as offset", "x offset (5m + 1m)", e => e is VectorSelector { Time.OffsetExpression: not null });
        yield return new Construct("duration as range of a subquery", "rate(x[5m + 1m:1m])", e => e is SubqueryExpr { RangeExpression: not null });
        yield return new Construct("duration as step of a subquery", "rate(x[5m:1m + 1m])", e => e is SubqueryExpr { StepExpression: not null });
    }

    private static IEnumerable<DurationExpr> Durations(Expr expr)
    {
        var roots = expr switch
        {
            VectorSelector vector => [vector.Time.OffsetExpression],
            MatrixSelector matrix => [matrix.RangeExpression],
            SubqueryExpr subquery => [subquery.RangeExpression, subquery.StepExpression, subquery.Time.OffsetExpression],
            _ => (DurationExpr?[])[],
        };
        return roots.OfType<DurationExpr>().SelectMany(SelfAndDescendants);
    }

    private static IEnumerable<DurationExpr> SelfAndDescendants(DurationExpr duration) => ((IEnumerable<DurationExpr>)(duration switch
    {
        DurationBinary binary => [binary.Left, binary.Right],
        DurationUnary unary => [unary.Operand],
        DurationParen paren => [paren.Inner],
        DurationExtreme extreme => [extreme.Left, extreme.Right],
        _ => (DurationExpr[])[],
    })).SelectMany(SelfAndDescendants).Append(duration);
}
