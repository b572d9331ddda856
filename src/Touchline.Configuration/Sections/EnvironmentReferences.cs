using System.Text;

namespace Touchline.Configuration.Sections;

/// <summary>
/// <c>$NAME</c> and <c>${NAME}</c> in external labels, by the rules of Go's os.Expand, which Prometheus uses: <c>$$</c> is a dollar,
/// a dollar before anything that is no name stays, and a broken <c>${</c> is swallowed.
/// </summary>
internal static class EnvironmentReferences
{
    public static string Expand(string text, Func<string, string> lookup)
    {
        if (!text.Contains('$'))
        {
            return text;
        }
        var result = new StringBuilder(text.Length);
        var i = 0;
        while (i < text.Length)
        {
            if (text[i] != '$' || i + 1 == text.Length)
            {
                result.Append(text[i++]);
                continue;
            }
            var (name, length) = NameAt(text.AsSpan(i + 1));
            if (length == 0)
            {
                result.Append('$');
            }
            else if (name.Length > 0)
            {
                result.Append(name == "$" ? "$" : lookup(name));
            }
            i += 1 + length;
        }
        return result.ToString();
    }

    /// <summary>The name after a dollar and how much of the text it takes; a length without a name is a broken reference.</summary>
    private static (string Name, int Length) NameAt(ReadOnlySpan<char> text)
    {
        if (text[0] == '{')
        {
            if (text.Length > 2 && IsSpecial(text[1]) && text[2] == '}')
            {
                return (text[1].ToString(), 3);
            }
            var close = text.IndexOf('}');
            return close switch
            {
                < 0 => ("", 1),
                1 => ("", 2),
                _ => (text[1..close].ToString(), close + 1),
            };
        }
        if (IsSpecial(text[0]))
        {
            return (text[0].ToString(), 1);
        }
        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }
        return (text[..end].ToString(), end);
    }

    private static bool IsSpecial(char c) => c is '*' or '#' or '$' or '@' or '!' or '?' or '-' or (>= '0' and <= '9');
}
