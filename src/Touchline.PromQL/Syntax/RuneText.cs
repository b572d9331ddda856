using System.Globalization;
using System.Text;
using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>Single characters in error messages.</summary>
internal static class RuneText
{
    /// <summary>In single quotes, escaped as in Go.</summary>
    public static string Quote(string text, int at)
    {
        var rune = At(text, at);
        return rune.Value switch
        {
            '\'' => @"'\''",
            '"' => "'\"'",
            _ => "'" + QuotedString.Of(rune.ToString())[1..^1] + "'",
        };
    }

    /// <summary>As a code point, followed by the character itself: <c>U+0071 'q'</c>.</summary>
    public static string CodePoint(string text, int at)
    {
        var rune = At(text, at);
        var code = string.Create(CultureInfo.InvariantCulture, $"U+{rune.Value:X4}");
        return Rune.IsControl(rune) ? code : $"{code} '{rune}'";
    }

    private static Rune At(string text, int at) => Rune.TryGetRuneAt(text, at, out var rune) ? rune : Rune.ReplacementChar;
}
