using System.Globalization;
using System.Text;
using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Strings of queries are bytes to Prometheus and may be invalid UTF-8; here such a byte is a lone low surrogate, U+DC00 plus the byte.
/// </summary>
internal static class Utf8Text
{
    public static bool IsValid(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>In quotes, invalid bytes as <c>\xNN</c>.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        var from = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                AppendValid(quoted, text[from..i]);
                quoted.Append(CultureInfo.InvariantCulture, $"\\x{text[i] & 0xff:x2}");
                from = i + 1;
            }
        }
        AppendValid(quoted, text[from..]);
        return quoted.Append('"').ToString();
    }

    private static void AppendValid(StringBuilder quoted, string part)
    {
        var inQuotes = QuotedString.Of(part);
        quoted.Append(inQuotes, 1, inQuotes.Length - 2);
    }
}
