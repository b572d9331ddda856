using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>Expressions: operators by precedence, what may follow an operand (ranges, offset, @), calls, aggregations, literals.</summary>
internal sealed class ExpressionParser(TokenReader reader)
{
    private readonly SelectorParser _selectors = new(reader);
    private readonly DurationParser _durations = new(reader);
    private readonly GroupingParser _groupings = new(reader);
    private readonly ModifierParser _modifiers = new(reader);

    public Expr Parse() => ParseBinary(BinaryOperators.LowestPrecedence);

    /// <summary>An operand and the operators behind it that bind at least as tightly as asked for.</summary>
    private Expr ParseBinary(int minPrecedence)
    {
        reader.Descend(reader.Peek().Span);
        var left = ParseUnary();
        while (reader.Peek().Kind.ToBinaryOperator() is { } op && op.Precedence() >= minPrecedence)
        {
            var opToken = reader.Take();
            var modifiers = _groupings.ParseBinaryModifiers();
            var right = ParseBinary(op == BinaryOperator.Power ? op.Precedence() : op.Precedence() + 1);
            var span = new TextSpan(left.Span.Start, right.Span.End);
            if (modifiers.Matching is { FillLeft: not null } or { FillRight: not null } && !reader.Features.HasFlag(PromQLFeatures.FillModifiers))
            {
                reader.Add(span, "binop fill modifiers are experimental and not enabled");
            }
            left = new BinaryExpr(span, op, left, right, modifiers.ReturnBool, modifiers.Matching) { OperatorSpan = opToken.Span };
        }
        reader.Ascend();
        return left;
    }

    private Expr ParseUnary()
    {
        var sign = reader.Peek();
        if (sign.Kind is not (TokenKind.Add or TokenKind.Subtract))
        {
            return ParsePostfix(ParsePrimary());
        }
        reader.Take();
        // Of the binary operators only ^ binds tighter than a sign: -1 ^ 2 is -(1 ^ 2).
        var operand = ParseBinary(BinaryOperator.Power.Precedence());
        var span = new TextSpan(sign.Start, operand.Span.End);
        var negate = sign.Kind == TokenKind.Subtract;
        return operand is NumberLiteral number
            ? number with { Span = span, Value = negate ? -number.Value : number.Value }
            : new UnaryExpr(span, negate, operand);
    }

    private Expr ParsePostfix(Expr operand)
    {
        while (true)
        {
            switch (reader.Peek().Kind)
            {
                case TokenKind.LeftBracket:
                    operand = ParseBrackets(operand);
                    break;
                case TokenKind.Offset:
                    operand = _modifiers.ParseOffset(operand);
                    break;
                case TokenKind.At:
                    operand = _modifiers.ParseAt(operand);
                    break;
                case TokenKind.Anchored or TokenKind.Smoothed:
                    operand = _modifiers.ParseWindow(operand);
                    break;
                default:
                    return operand;
            }
        }
    }

    /// <summary>A range (<c>[5m]</c>) or a subquery (<c>[5m:1m]</c>).</summary>
    private Expr ParseBrackets(Expr operand)
    {
        var open = reader.Take();
        reader.Enter("subquery selector", "number or duration");
        var (rangeMs, range) = _durations.ParsePositive();
        reader.Expecting("subquery or range", "\":\" or \"]\"");
        if (!reader.TryTake(TokenKind.Colon))
        {
            reader.Expect(TokenKind.RightBracket);
            reader.Leave();
            return MakeMatrix(operand, rangeMs, range, new TextSpan(open.Start, reader.LastEnd));
        }
        reader.Expecting("subquery selector", "number or duration or \"]\"");
        (long Milliseconds, DurationExpr? Expression) step = default;
        if (!reader.TryTake(TokenKind.RightBracket))
        {
            step = _durations.ParsePositive();
            reader.Expecting("subquery selector", "\"]\"");
            reader.Expect(TokenKind.RightBracket);
        }
        reader.Leave();
        return new SubqueryExpr(new TextSpan(operand.Span.Start, reader.LastEnd), operand, rangeMs, step.Milliseconds, TimeModifiers.None)
        {
            RangeExpression = range,
            StepExpression = step.Expression,
        };
    }

    private Expr MakeMatrix(Expr operand, long rangeMs, DurationExpr? range, TextSpan brackets)
    {
        var error = operand switch
        {
            not VectorSelector => "ranges only allowed for vector selectors",
            VectorSelector { Time: { OffsetMs: not 0 } or { OffsetExpression: not null } } => "no offset modifiers allowed before range",
            VectorSelector { Time.At: not AtKind.None } => "no @ modifiers allowed before range",
            _ => null,
        };
        if (error is not null)
        {
            reader.Add(brackets, error);
        }
        return operand is VectorSelector vector
            ? new MatrixSelector(new TextSpan(operand.Span.Start, brackets.End), vector, rangeMs) { RangeExpression = range }
            : operand;
    }

    private Expr ParsePrimary()
    {
        var token = reader.Peek();
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Duration:
                return _durations.ParseLiteral();
            case TokenKind.String:
                reader.Take();
                return new StringLiteral(token.Span, StringEscapes.Unquote(token.Text));
            case TokenKind.LeftParen:
                reader.Take();
                var inner = Parse();
                reader.Expect(TokenKind.RightParen);
                return new ParenExpr(new TextSpan(token.Start, reader.LastEnd), inner);
            case TokenKind.LeftBrace:
                return _selectors.Parse();
        }
        if (!token.Kind.IsMetricName())
        {
            throw reader.Unexpected();
        }
        reader.Take();
        var next = reader.Peek().Kind;
        if (token.Kind.IsAggregator() && next is TokenKind.LeftParen or TokenKind.By or TokenKind.Without)
        {
            return ParseAggregation(token);
        }
        var callable = token.Kind == TokenKind.Identifier
            || (token.Kind is TokenKind.Start or TokenKind.End && reader.Features.HasFlag(PromQLFeatures.ExperimentalFunctions));
        return callable && next == TokenKind.LeftParen ? ParseCall(token) : _selectors.ParseNamed(token);
    }

    private AggregateExpr ParseAggregation(Token name)
    {
        reader.Enter("aggregation", "");
        var (grouping, without) = _groupings.TryParseClause() ?? ([], false);
        var clauseFirst = grouping.Count > 0 || without || reader.LastEnd > name.End;
        var arguments = ParseArguments();
        if (!clauseFirst)
        {
            (grouping, without) = _groupings.TryParseClause() ?? ([], false);
        }
        reader.Leave();
        var span = new TextSpan(name.Start, reader.LastEnd);
        var op = name.Kind.ToAggregateOperator();
        var expected = op.HasParameter() ? 2 : 1;
        var error =
            arguments.Count == 0 ? "no arguments for aggregate expression provided"
            : op is AggregateOperator.LimitK or AggregateOperator.LimitRatio && !reader.Features.HasFlag(PromQLFeatures.ExperimentalFunctions)
                ? $"{op.Name()}() is experimental and must be enabled with --enable-feature=promql-experimental-functions"
            : arguments.Count != expected ? $"wrong number of arguments for aggregate expression provided, expected {expected}, got {arguments.Count}"
            : null;
        if (error is not null)
        {
            reader.Add(span, error);
        }
        var operand = arguments.Count > 0 ? arguments[^1] : new StringLiteral(span, "");
        return new AggregateExpr(span, op, operand, expected == 2 && arguments.Count > 1 ? arguments[0] : null, grouping, without);
    }

    private Call ParseCall(Token name)
    {
        var arguments = ParseArguments();
        var function = Functions.Find(name.Text);
        if (function is null)
        {
            reader.Add(name.Span, $"unknown function with name {QuotedString.Of(name.Text)}");
        }
        else if (function.Experimental && !reader.Features.HasFlag(PromQLFeatures.ExperimentalFunctions))
        {
            reader.Add(name.Span, $"function {QuotedString.Of(name.Text)} is not enabled");
        }
        // The stand-in for an unknown function never leaves the parser: there is an error.
        function ??= new FunctionSignature(name.Text, [], 0, false, ExprType.Vector);
        return new Call(new TextSpan(name.Start, reader.LastEnd), function, arguments);
    }

    private List<Expr> ParseArguments()
    {
        reader.Expect(TokenKind.LeftParen);
        var arguments = new List<Expr>();
        if (reader.TryTake(TokenKind.RightParen))
        {
            return arguments;
        }
        arguments.Add(Parse());
        while (reader.Peek().Kind == TokenKind.Comma)
        {
            var comma = reader.Take();
            if (!reader.Peek().Kind.StartsOperand())
            {
                reader.Add(comma.Span, "trailing commas not allowed in function call args");
                continue;
            }
            arguments.Add(Parse());
        }
        reader.Expect(TokenKind.RightParen);
        return arguments;
    }
}
