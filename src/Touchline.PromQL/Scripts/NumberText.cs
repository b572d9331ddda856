using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Scripts;

/// <summary>Numbers in scripts: those of queries, with a sign.</summary>
internal static class NumberText
{
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        var negate = text.StartsWith("-");
        if (negate || text.StartsWith("+"))
        {
            text = text[1..];
        }
        value = 0;
        if (text.IsEmpty || !(char.IsAsciiDigit(text[0]) || text[0] == '.' || IsWord(text, "inf") || IsWord(text, "nan"))
            || !NumberScanner.TryParse(text.ToString(), out value, out _))
        {
            return false;
        }
        value = negate ? -value : value;
        return true;
    }

    private static bool IsWord(ReadOnlySpan<char> text, string word) => text.Equals(word, StringComparison.OrdinalIgnoreCase);
}
