using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>Durations of ranges, steps and offsets: numbers of seconds, numbers with units, and arithmetic on them.</summary>
internal sealed class DurationParser(TokenReader reader)
{
    /// <summary>A range or step.</summary>
    public (long Milliseconds, DurationExpr? Expression) ParsePositive()
    {
        var duration = ParseSum(Lowest);
        if (duration is not DurationNumber number)
        {
            return (0, duration);
        }
        if (!(number.Seconds > 0))
        {
            reader.Add(number.Span, "duration must be greater than 0");
        }
        else if (ToMilliseconds(number) == 0)
        {
            reader.Add(number.Span, "duration must be at least 1ms");
        }
        return (ToMilliseconds(number), null);
    }

    /// <summary>
    /// An offset: arithmetic only where it begins with a parenthesis, because <c>foo offset 5m + 1m</c> adds a minute to the offset series, while
    /// <c>foo offset (5m) + 1m</c> is one of six minutes.
    /// </summary>
    public (long Milliseconds, DurationExpr? Expression) ParseOffset()
    {
        var begins = false;
        var duration = ParseSigned(() =>
        {
            begins = reader.Peek().Kind == TokenKind.LeftParen;
            // Of a number alone, its sign is part of what may be out of range.
            return begins ? Continue(ParsePrimary(), BinaryOperator.Power.Precedence())
                : KindOf(reader.Peek()) is TokenKind.Number or TokenKind.Duration ? ParseNumber() : ParsePrimary();
        });
        duration = begins ? Continue(duration, Lowest) : duration;
        return duration is DurationNumber number ? (ToMilliseconds(number), null) : (0, duration);
    }

    /// <summary>A number or duration as an expression of its own.</summary>
    public NumberLiteral ParseLiteral()
    {
        var number = ParseNumber();
        return new NumberLiteral(number.Span, number.Seconds) { IsDuration = number.HasUnit };
    }

    private const int Lowest = 4;

    /// <summary>Prometheus keeps durations as nanoseconds in 63 bits.</summary>
    private const double MostSeconds = 9223372036.0;

    private DurationExpr ParseSum(int minPrecedence)
    {
        reader.Descend(reader.Peek().Span);
        // Of the operators only ^ binds tighter than a sign: -2 ^ 2 is -(2 ^ 2).
        var sum = Continue(IsSign(reader.Peek()) ? ParseSigned(() => ParseSum(BinaryOperator.Power.Precedence())) : ParsePrimary(), minPrecedence);
        reader.Ascend();
        return sum;
    }

    /// <summary>What operators add to the left operand.</summary>
    private DurationExpr Continue(DurationExpr left, int minPrecedence)
    {
        while (reader.Peek().Kind.ToBinaryOperator() is
            BinaryOperator.Add or BinaryOperator.Subtract or BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo or BinaryOperator.Power)
        {
            var op = reader.Peek().Kind.ToBinaryOperator()!.Value;
            if (op.Precedence() < minPrecedence)
            {
                break;
            }
            var opToken = reader.Take();
            var right = ParseSum(op == BinaryOperator.Power ? op.Precedence() : op.Precedence() + 1);
            var span = new TextSpan(left.Span.Start, right.Span.End);
            CheckEnabled(span);
            if (op is BinaryOperator.Divide or BinaryOperator.Modulo && right is DurationNumber { Seconds: 0 })
            {
                reader.Add(opToken.Span, op == BinaryOperator.Divide ? "division by zero" : "modulo by zero");
            }
            left = new DurationBinary(span, op, left, right);
        }
        return left;
    }

    /// <param name="parseOperand">What stands behind the signs.</param>
    private DurationExpr ParseSigned(Func<DurationExpr> parseOperand)
    {
        var sign = reader.Peek();
        if (!IsSign(sign))
        {
            return parseOperand();
        }
        reader.Take();
        reader.Descend(sign.Span);
        var operand = ParseSigned(parseOperand);
        reader.Ascend();
        var span = new TextSpan(sign.Start, operand.Span.End);
        var negate = sign.Kind == TokenKind.Subtract;
        return operand is DurationNumber number
            ? number with { Span = span, Seconds = negate ? -number.Seconds : number.Seconds }
            : new DurationUnary(span, negate, operand);
    }

    private static bool IsSign(Token token) => token.Kind is TokenKind.Add or TokenKind.Subtract;

    private DurationExpr ParsePrimary()
    {
        var token = reader.Peek();
        switch (KindOf(token))
        {
            case TokenKind.Number or TokenKind.Duration:
                return InRange(ParseNumber());
            case TokenKind.LeftParen:
                reader.Take();
                var inner = ParseSum(Lowest);
                reader.Expect(TokenKind.RightParen);
                CheckEnabled(inner.Span);
                // A number in parentheses is a number, so that offset -(5m) is the same as offset -5m. Where it stands does not tell of the parentheses.
                return inner is DurationNumber ? inner : new DurationParen(new TextSpan(token.Start, reader.LastEnd), inner);
            case TokenKind.Step or TokenKind.Range:
                reader.Take();
                reader.Expect(TokenKind.LeftParen);
                reader.Expect(TokenKind.RightParen);
                var span = new TextSpan(token.Start, reader.LastEnd);
                CheckEnabled(span);
                return KindOf(token) == TokenKind.Step ? new DurationStep(span) : new DurationRange(span);
            case TokenKind.Min or TokenKind.Max:
                reader.Take();
                reader.Expect(TokenKind.LeftParen);
                var left = ParseSum(Lowest);
                reader.Expect(TokenKind.Comma);
                var right = ParseSum(Lowest);
                reader.Expect(TokenKind.RightParen);
                var extremeSpan = new TextSpan(token.Start, reader.LastEnd);
                CheckEnabled(extremeSpan);
                return new DurationExtreme(extremeSpan, token.Kind == TokenKind.Max, left, right);
            default:
                throw reader.Unexpected();
        }
    }

    // Outside brackets these are ordinary words, because metrics may be called so.
    private static TokenKind KindOf(Token token) => token.Kind != TokenKind.Identifier ? token.Kind
        : token.Text.Equals("step", StringComparison.OrdinalIgnoreCase) ? TokenKind.Step
        : token.Text.Equals("range", StringComparison.OrdinalIgnoreCase) ? TokenKind.Range
        : TokenKind.Identifier;

    private DurationNumber ParseNumber()
    {
        var token = reader.Take();
        if (token.Kind == TokenKind.Duration)
        {
            if (!PrometheusDuration.TryParse(token.Text, out var milliseconds))
            {
                reader.Add(token.Span, PrometheusDuration.ExplainFailure(token.Text));
            }
            return new DurationNumber(token.Span, milliseconds / 1000.0) { HasUnit = true };
        }
        if (!NumberScanner.TryParse(token.Text, out var value, out var error))
        {
            reader.Add(token.Span, $"error parsing number: {error}");
        }
        return new DurationNumber(token.Span, value);
    }

    /// <summary>Each number is looked at where it stands, whatever is made of it.</summary>
    private DurationNumber InRange(DurationNumber number)
    {
        if (Math.Abs(number.Seconds) > MostSeconds)
        {
            reader.Add(number.Span, "duration out of range");
            return number with { Seconds = 0 };
        }
        return number;
    }

    private long ToMilliseconds(DurationNumber number)
    {
        if (double.IsNaN(number.Seconds) || Math.Abs(number.Seconds) > MostSeconds)
        {
            reader.Add(number.Span, "duration out of range");
            return 0;
        }
        return (long)Math.Round(number.Seconds * 1e9, MidpointRounding.AwayFromZero) / 1_000_000;
    }

    private void CheckEnabled(TextSpan span)
    {
        if (!reader.Features.HasFlag(PromQLFeatures.DurationExpressions))
        {
            reader.Add(span, "experimental duration expression is not enabled");
        }
    }
}
