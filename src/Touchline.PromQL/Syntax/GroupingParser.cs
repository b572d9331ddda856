using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>Lists of labels: <c>by (…)</c>, <c>without (…)</c>, and the modifiers of binary operators.</summary>
internal sealed class GroupingParser(TokenReader reader)
{
    /// <summary>The grouping clause of an aggregation, null where there is none here.</summary>
    public (IReadOnlyList<string> Labels, bool Without)? TryParseClause()
    {
        if (reader.Peek().Kind is not (TokenKind.By or TokenKind.Without))
        {
            return null;
        }
        var without = reader.Take().Kind == TokenKind.Without;
        return (ParseLabels(), without);
    }

    /// <summary>What may stand between a binary operator and its right side.</summary>
    public (bool ReturnBool, VectorMatching Matching) ParseBinaryModifiers()
    {
        var returnBool = reader.TryTake(TokenKind.Bool);
        var matching = new VectorMatching(MatchCardinality.OneToOne, false, [], []);
        if (reader.Peek().Kind is TokenKind.On or TokenKind.Ignoring)
        {
            var on = reader.Take().Kind == TokenKind.On;
            matching = matching with { On = on, Labels = ParseLabels() };
            if (reader.Peek().Kind is TokenKind.GroupLeft or TokenKind.GroupRight)
            {
                var left = reader.Take().Kind == TokenKind.GroupLeft;
                matching = matching with
                {
                    Cardinality = left ? MatchCardinality.ManyToOne : MatchCardinality.OneToMany,
                    Include = StartsOperandOrFill(reader.Peek().Kind) ? [] : ParseLabels(),
                };
            }
        }
        return (returnBool, ParseFills(matching));
    }

    /// <summary><c>fill(x)</c>, or <c>fill_left(x)</c> and <c>fill_right(y)</c> in either order.</summary>
    private VectorMatching ParseFills(VectorMatching matching)
    {
        switch (reader.Peek().Kind)
        {
            case TokenKind.Fill:
                var both = ParseFillValue();
                return matching with { FillLeft = both, FillRight = both };
            case TokenKind.FillLeft:
                matching = matching with { FillLeft = ParseFillValue() };
                return reader.Peek().Kind == TokenKind.FillRight ? matching with { FillRight = ParseFillValue() } : matching;
            case TokenKind.FillRight:
                matching = matching with { FillRight = ParseFillValue() };
                return reader.Peek().Kind == TokenKind.FillLeft ? matching with { FillLeft = ParseFillValue() } : matching;
            default:
                return matching;
        }
    }

    private double ParseFillValue()
    {
        reader.Take();
        reader.Expect(TokenKind.LeftParen);
        var negate = reader.TryTake(TokenKind.Subtract);
        if (!negate)
        {
            reader.TryTake(TokenKind.Add);
        }
        if (reader.Peek().Kind is not (TokenKind.Number or TokenKind.Duration))
        {
            throw reader.Unexpected();
        }
        var value = new DurationParser(reader).ParseLiteral().Value;
        reader.Expect(TokenKind.RightParen);
        return negate ? -value : value;
    }

    private List<string> ParseLabels()
    {
        reader.Enter("grouping opts", "\"(\"");
        reader.Expect(TokenKind.LeftParen);
        var labels = new List<string>();
        reader.Expecting("grouping opts", "label");
        while (!reader.TryTake(TokenKind.RightParen))
        {
            labels.Add(ParseLabel());
            reader.Expecting("grouping opts", "\",\" or \")\"");
            if (!reader.TryTake(TokenKind.Comma))
            {
                reader.Expect(TokenKind.RightParen);
                break;
            }
            reader.Expecting("grouping opts", "label");
        }
        reader.Leave();
        return labels;
    }

    private static bool StartsOperandOrFill(TokenKind kind) =>
        (kind.StartsOperand() && kind != TokenKind.LeftParen) || kind is TokenKind.Fill or TokenKind.FillLeft or TokenKind.FillRight;

    private string ParseLabel()
    {
        var token = reader.Peek();
        if (token.Kind == TokenKind.String)
        {
            reader.Take();
            var name = StringEscapes.Unquote(token.Text);
            if (name.Length == 0)
            {
                reader.Add(token.Span, $"invalid label name for grouping: {QuotedString.Of(name)}");
            }
            return name;
        }
        return token.Kind.IsLabelName() ? reader.Take().Text : throw reader.Unexpected();
    }
}
