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
}
