using System.Globalization;
using System.Numerics;
using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>What may follow a selector or subquery: <c>offset</c>, <c>@</c>, <c>anchored</c>, <c>smoothed</c>.</summary>
internal sealed class ModifierParser(TokenReader reader)
{
    private readonly DurationParser _durations = new(reader);

    public Expr ParseOffset(Expr operand)
    {
        reader.Take();
        reader.Enter("offset", "number or duration");
        var (milliseconds, expression) = _durations.ParseOffset();
        reader.Leave();
        if (TimeOf(operand) is not { } time)
        {
            reader.Add(operand.Span, "offset modifier must be preceded by an instant vector selector or range vector selector or a subquery");
            return operand;
        }
        if (time.OffsetMs != 0 || time.OffsetExpression is not null)
        {
            reader.Add(operand.Span, "offset may not be set multiple times");
        }
        return WithTime(operand, time with { OffsetMs = milliseconds, OffsetExpression = expression });
    }

    public Expr ParseAt(Expr operand)
    {
        reader.Take();
        reader.Enter("@", "timestamp");
        var (kind, seconds) = ParseAtValue();
        reader.Leave();
        // 2^63 is the first double beyond what a timestamp can hold.
        if (kind == AtKind.Timestamp && (!double.IsFinite(seconds) || Math.Abs(seconds) >= 9223372036854775808.0))
        {
            var shown = double.IsFinite(seconds) ? new BigInteger(seconds).ToString(CultureInfo.InvariantCulture) + ".000000" : SampleValue.Format(seconds);
            reader.Add(operand.Span, $"timestamp out of bounds for @ modifier: {shown}");
            seconds = 0;
        }
        if (TimeOf(operand) is not { } time)
        {
            reader.Add(operand.Span, "@ modifier must be preceded by an instant vector selector or range vector selector or a subquery");
            return operand;
        }
        if (time.At != AtKind.None)
        {
            reader.Add(operand.Span, "@ <timestamp> may not be set multiple times");
            return operand;
        }
        return WithTime(operand, time with { At = kind, AtTimestampMs = ToMilliseconds(seconds) });
    }

    public Expr ParseWindow(Expr operand)
    {
        var token = reader.Take();
        var window = token.Kind == TokenKind.Anchored ? SelectorWindow.Anchored : SelectorWindow.Smoothed;
        var name = window == SelectorWindow.Anchored ? "anchored" : "smoothed";
        var span = new TextSpan(operand.Span.Start, token.End);
        var before = operand switch
        {
            VectorSelector vector => vector.Window,
            MatrixSelector matrix => matrix.Vector.Window,
            _ => SelectorWindow.Plain,
        };
        if (before != SelectorWindow.Plain && before != window)
        {
            reader.Add(operand.Span, "anchored and smoothed modifiers cannot be used together");
        }
        switch (operand)
        {
            case VectorSelector vector:
                return vector with { Span = span, Window = window };
            case MatrixSelector matrix:
                return matrix with { Span = span, Vector = matrix.Vector with { Window = window } };
            default:
                reader.Add(operand.Span, operand is SubqueryExpr ? $"{name} modifier is not supported for subqueries" : $"{name} modifier not implemented");
                return operand;
        }
    }

    private (AtKind Kind, double Seconds) ParseAtValue()
    {
        var token = reader.Peek();
        if (token.Kind is TokenKind.Start or TokenKind.End)
        {
            reader.Take();
            reader.Expect(TokenKind.LeftParen);
            reader.Expect(TokenKind.RightParen);
            return (token.Kind == TokenKind.Start ? AtKind.Start : AtKind.End, 0);
        }
        var negate = reader.TryTake(TokenKind.Subtract);
        if (!negate)
        {
            reader.TryTake(TokenKind.Add);
        }
        if (reader.Peek().Kind is not (TokenKind.Number or TokenKind.Duration))
        {
            throw reader.Unexpected();
        }
        var value = _durations.ParseLiteral().Value;
        return (AtKind.Timestamp, negate ? -value : value);
    }

    private static TimeModifiers? TimeOf(Expr operand) => operand switch
    {
        VectorSelector vector => vector.Time,
        MatrixSelector matrix => matrix.Vector.Time,
        SubqueryExpr subquery => subquery.Time,
        _ => null,
    };

    private Expr WithTime(Expr operand, TimeModifiers time)
    {
        var span = new TextSpan(operand.Span.Start, reader.LastEnd);
        return operand switch
        {
            VectorSelector vector => vector with { Span = span, Time = time },
            MatrixSelector matrix => matrix with { Span = span, Vector = matrix.Vector with { Time = time } },
            SubqueryExpr subquery => subquery with { Span = span, Time = time },
            _ => operand,
        };
    }

    /// <summary>Rounded half away from zero; what does not fit is cut to the largest timestamp.</summary>
    private static long ToMilliseconds(double seconds)
    {
        var milliseconds = Math.Round(seconds * 1000, MidpointRounding.AwayFromZero);
        return milliseconds >= 9223372036854775808.0 ? long.MaxValue : milliseconds <= -9223372036854775808.0 ? long.MinValue : (long)milliseconds;
    }
}
