using System.Diagnostics.CodeAnalysis;
using System.Text;
using Touchline.Model;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Configuration.Syntax;

/// <summary>
/// A matcher as one text: a label name, an operator, a value, as Alertmanager's configuration has them. Name and value may stand in double
/// quotes, in which a backslash escapes a quote, a backslash or (as <c>\n</c>) a line feed.
/// </summary>
internal static class MatcherText
{
    private static readonly (string Operator, MatchType Type)[] Operators =
        [("=~", MatchType.RegexMatch), ("!~", MatchType.RegexNoMatch), ("!=", MatchType.NotEqual), ("=", MatchType.Equal)];

    public static bool TryParse(string text, [NotNullWhen(true)] out LabelMatcher? matcher, out string problem)
    {
        matcher = null;
        problem = $"{QuotedString.Of(text)} is no matcher: write a label name, an operator (=, !=, =~, !~) and a value, as job=\"api\" or __name__=~\"go_.*\"";
        var rest = text.AsSpan().Trim();
        if (!TryName(ref rest, out var name))
        {
            return false;
        }
        rest = rest.TrimStart();
        foreach (var (symbol, type) in Operators)
        {
            if (!rest.StartsWith(symbol, StringComparison.Ordinal))
            {
                continue;
            }
            rest = rest[symbol.Length..].TrimStart();
            if (!TryValue(rest, out var value))
            {
                return false;
            }
            try
            {
                matcher = new LabelMatcher(type, name, value);
                return true;
            }
            catch (RegexSyntaxException e)
            {
                problem = $"error parsing regexp {QuotedString.Of(value)}: {e.Message}";
                return false;
            }
        }
        return false;
    }

    private static bool TryName(ref ReadOnlySpan<char> rest, out string name)
    {
        if (!rest.IsEmpty && rest[0] == '"')
        {
            return TryQuoted(ref rest, out name) && name.Length > 0;
        }
        var end = rest.IndexOfAny("=! \t");
        name = end < 0 ? "" : rest[..end].ToString();
        rest = end < 0 ? rest : rest[end..];
        return LabelNames.IsLegacyLabelName(name);
    }

    private static bool TryValue(ReadOnlySpan<char> rest, out string value)
    {
        if (!rest.IsEmpty && rest[0] == '"')
        {
            return TryQuoted(ref rest, out value) && rest.IsEmpty;
        }
        value = rest.ToString();
        // What looks like the rest of a selector was meant as something else.
        return !rest.ContainsAny("\"{},");
    }

    private static bool TryQuoted(ref ReadOnlySpan<char> rest, out string text)
    {
        var read = new StringBuilder();
        for (var i = 1; i < rest.Length; i++)
        {
            switch (rest[i])
            {
                case '"':
                    rest = rest[(i + 1)..];
                    text = read.ToString();
                    return true;
                case '\\' when i + 1 < rest.Length && rest[i + 1] is ('"' or '\\' or 'n'):
                    i++;
                    read.Append(rest[i] == 'n' ? '\n' : rest[i]);
                    break;
                default:
                    // Any other backslash is the regular expression's own.
                    read.Append(rest[i]);
                    break;
            }
        }
        text = "";
        return false;
    }
}
