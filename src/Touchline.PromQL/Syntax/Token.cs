using System.Text;
using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>A word of a query, as written; of an <see cref="TokenKind.Error"/> the message.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End, string Text)
{
    public TextSpan Span => new(Start, End);

    /// <summary>How error messages name it, in Prometheus's words.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.EndOfInput => "end of input",
        TokenKind.Identifier => "identifier " + QuotedString.Of(Text),
        TokenKind.MetricIdentifier => "metric identifier " + QuotedString.Of(Text),
        TokenKind.String => "string " + Shortened(),
        TokenKind.Number => "number " + Shortened(),
        TokenKind.Duration => "duration " + Shortened(),
        _ when Kind.IsKeyword() => $"<{Text}>",
        _ when Kind.IsOperator() => $"<op:{Text}>",
        _ when Kind.IsAggregator() => $"<aggr:{Text}>",
        _ => Shortened(),
    };

    // Ten characters are shown of what is longer than ten bytes.
    private string Shortened() =>
        Encoding.UTF8.GetByteCount(Text) > 10
            ? QuotedString.Of(string.Concat(Text.EnumerateRunes().Take(10).Select(r => r.ToString()))) + "..."
            : QuotedString.Of(Text);
}
