using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>Series selectors: a metric name, matchers in braces, or both.</summary>
internal sealed class SelectorParser(TokenReader reader)
{
    /// <summary>A selector from its beginning.</summary>
    public VectorSelector Parse()
    {
        var token = reader.Peek();
        if (token.Kind == TokenKind.LeftBrace)
        {
            var matchers = ParseMatchers();
            return new VectorSelector(new TextSpan(token.Start, reader.LastEnd), "", matchers, TimeModifiers.None);
        }
        return token.Kind.IsMetricName() ? ParseNamed(reader.Take()) : throw reader.Unexpected();
    }

    /// <summary>A selector whose metric name has been taken already.</summary>
    public VectorSelector ParseNamed(Token name)
    {
        var matchers = reader.Peek().Kind == TokenKind.LeftBrace ? ParseMatchers() : [];
        matchers.Add(new LabelMatcher(MatchType.Equal, LabelNames.MetricName, name.Text));
        return new VectorSelector(new TextSpan(name.Start, reader.LastEnd), name.Text, matchers, TimeModifiers.None);
    }

    private List<LabelMatcher> ParseMatchers()
    {
        reader.Expect(TokenKind.LeftBrace);
        var matchers = new List<LabelMatcher>();
        reader.Enter("label matching", "identifier or \"}\"");
        while (!reader.TryTake(TokenKind.RightBrace))
        {
            ParseMatcher(matchers);
            reader.Expecting("label matching", "\",\" or \"}\"");
            if (!reader.TryTake(TokenKind.Comma))
            {
                reader.Expect(TokenKind.RightBrace);
                break;
            }
            reader.Expecting("label matching", "identifier or \"}\"");
        }
        reader.Leave();
        return matchers;
    }

    private void ParseMatcher(List<LabelMatcher> matchers)
    {
        var label = reader.Peek();
        if (label.Kind is not (TokenKind.Identifier or TokenKind.String))
        {
            throw reader.Unexpected();
        }
        reader.Take();
        var name = label.Kind == TokenKind.String ? StringEscapes.Unquote(label.Text) : label.Text;
        MatchType? type = reader.Peek().Kind switch
        {
            TokenKind.Assign => MatchType.Equal,
            TokenKind.NotEqual => MatchType.NotEqual,
            TokenKind.RegexMatch => MatchType.RegexMatch,
            TokenKind.RegexNoMatch => MatchType.RegexNoMatch,
            _ => null,
        };
        if (type is null)
        {
            if (label.Kind == TokenKind.Identifier)
            {
                reader.Expecting("label matching", "label matching operator");
                throw reader.Unexpected();
            }
            // A quoted name alone is the metric's.
            matchers.Add(new LabelMatcher(MatchType.Equal, LabelNames.MetricName, name));
            return;
        }
        reader.Take();
        reader.Expecting("label matching", "string");
        var value = reader.Expect(TokenKind.String);
        try
        {
            matchers.Add(new LabelMatcher(type.Value, name, StringEscapes.Unquote(value.Text)));
        }
        catch (RegexSyntaxException e)
        {
            reader.Add(new TextSpan(label.Start, value.End), e.Message);
        }
    }
}
