using System.Text;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// Works out duration expressions once step and range of the query are known, so that what evaluates need not know of them.
/// </summary>
public static class DurationResolver
{
    // Prometheus keeps durations as nanoseconds in 63 bits. It lets what is longer come round again.
    private const double LimitSeconds = 9223372036.0;

    /// <summary>The same query with plain durations.</summary>
    /// <param name="expr">A query that passed the parser.</param>
    /// <param name="stepMs">What <c>step()</c> stands for; 0 in instant queries.</param>
    /// <param name="rangeMs">What <c>range()</c> stands for; 0 in instant queries.</param>
    /// <param name="text">The query as it was written, where it is known: errors name their place in bytes of it.</param>
    /// <exception cref="PromQLEvaluationException">A duration comes out as zero or less, out of range, or divides by zero.</exception>
    public static Expr Resolve(Expr expr, long stepMs, long rangeMs, string? text = null) =>
        ExprTree.SelfAndDescendants(expr).Any(HasExpression) ? new Resolution(stepMs / 1000.0, rangeMs / 1000.0, text).Resolve(expr) : expr;

    private static bool HasExpression(Expr expr) => expr switch
    {
        MatrixSelector matrix => matrix.RangeExpression is not null,
        SubqueryExpr subquery => subquery.RangeExpression is not null || subquery.StepExpression is not null || subquery.Time.OffsetExpression is not null,
        VectorSelector vector => vector.Time.OffsetExpression is not null,
        _ => false,
    };

    private sealed class Resolution(double step, double range, string? text)
    {
        public Expr Resolve(Expr expr) => expr switch
        {
            VectorSelector vector => ResolveVector(vector),
            // Of several mistakes the first in this order is told.
            MatrixSelector matrix => matrix with
            {
                RangeMs = Positive(matrix.RangeMs, matrix.RangeExpression),
                RangeExpression = null,
                Vector = ResolveVector(matrix.Vector),
            },
            SubqueryExpr subquery => subquery with
            {
                Time = ResolveTime(subquery.Time),
                StepMs = Positive(subquery.StepMs, subquery.StepExpression),
                StepExpression = null,
                RangeMs = Positive(subquery.RangeMs, subquery.RangeExpression),
                RangeExpression = null,
                Inner = Resolve(subquery.Inner),
            },
            ParenExpr paren => paren with { Inner = Resolve(paren.Inner) },
            UnaryExpr unary => unary with { Operand = Resolve(unary.Operand) },
            BinaryExpr binary => binary with { Left = Resolve(binary.Left), Right = Resolve(binary.Right) },
            AggregateExpr aggregate => aggregate with
            {
                Operand = Resolve(aggregate.Operand),
                Parameter = aggregate.Parameter is null ? null : Resolve(aggregate.Parameter),
            },
            Call call => call with { Arguments = [.. call.Arguments.Select(Resolve)] },
            _ => expr,
        };

        private VectorSelector ResolveVector(VectorSelector vector) => vector with { Time = ResolveTime(vector.Time) };

        private TimeModifiers ResolveTime(TimeModifiers time) => time.OffsetExpression is { } offset
            ? time with { OffsetMs = Milliseconds(offset), OffsetExpression = null }
            : time;

        private long Positive(long plainMs, DurationExpr? expression)
        {
            if (expression is null)
            {
                return plainMs;
            }
            // A part of a millisecond is positive, and yet nothing: such a range is empty.
            var seconds = Seconds(expression);
            return seconds <= 0 ? throw Fail(expression, "duration must be greater than 0") : Milliseconds(expression, seconds);
        }

        private long Milliseconds(DurationExpr expression) => Milliseconds(expression, Seconds(expression));

        /// <summary>What is no number is no time.</summary>
        private long Milliseconds(DurationExpr expression, double seconds) => double.IsNaN(seconds) ? 0
            : Math.Abs(seconds) <= LimitSeconds
            ? (long)(seconds * 1000)
            : throw Fail(expression, "duration is out of range");

        private double Seconds(DurationExpr expression)
        {
            switch (expression)
            {
                case DurationNumber number:
                    return number.Seconds;
                case DurationStep:
                    return step;
                case DurationRange:
                    return range;
                case DurationParen paren:
                    return Seconds(paren.Inner);
                case DurationUnary unary:
                    return unary.Negate ? -Seconds(unary.Operand) : Seconds(unary.Operand);
                case DurationExtreme extreme:
                    var (a, b) = (Seconds(extreme.Left), Seconds(extreme.Right));
                    return extreme.Max ? Math.Max(a, b) : Math.Min(a, b);
            }
            var binary = (DurationBinary)expression;
            var left = Seconds(binary.Left);
            var right = Seconds(binary.Right);
            return binary.Operator switch
            {
                BinaryOperator.Add => left + right,
                BinaryOperator.Subtract => left - right,
                BinaryOperator.Multiply => left * right,
                BinaryOperator.Divide => right != 0 ? left / right : throw Fail(binary, "division by zero"),
                BinaryOperator.Modulo => right != 0 ? left % right : throw Fail(binary, "modulo by zero"),
                _ => Math.Pow(left, right),
            };
        }

        /// <summary>In front of the message Prometheus puts where the expression begins and ends; parentheses and a plus at its edges do not count.</summary>
        private PromQLEvaluationException Fail(DurationExpr expression, string message) =>
            new(QueryErrorKind.InvalidQuery, $"{InBytes(StartOf(expression))}:{InBytes(EndOf(expression))}: {message}");

        private int InBytes(int position) => text is null ? position : Encoding.UTF8.GetByteCount(text.AsSpan(0, position));

        private static int StartOf(DurationExpr expression) => expression switch
        {
            DurationParen paren => StartOf(paren.Inner),
            DurationBinary binary => StartOf(binary.Left),
            DurationUnary { Negate: false } unary => StartOf(unary.Operand),
            _ => expression.Span.Start,
        };

        private static int EndOf(DurationExpr expression) => expression switch
        {
            DurationParen paren => EndOf(paren.Inner),
            DurationBinary binary => EndOf(binary.Right),
            DurationUnary unary => EndOf(unary.Operand),
            _ => expression.Span.End,
        };
    }
}
