using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Touchline.Scraping.Relabelling;

/// <summary>
/// Replacement texts in the notation of Go's regexp.Expand: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>${name}</c>, <c>$$</c>. A bare
/// name is as long as letters, digits and underscores go on; an unknown one is empty.
/// </summary>
internal static class ReplacementTemplate
{
    public static string Expand(string template, Match match)
    {
        var dollar = template.IndexOf('$');
        if (dollar < 0)
        {
            return template;
        }
        var text = new StringBuilder();
        var rest = template.AsSpan();
        while (dollar >= 0)
        {
            text.Append(rest[..dollar]);
            rest = rest[(dollar + 1)..];
            if (!rest.IsEmpty && rest[0] == '$')
            {
                text.Append('$');
                rest = rest[1..];
            }
            else if (TryReadName(rest, out var name, out var length))
            {
                text.Append(ValueOf(match, name));
                rest = rest[length..];
            }
            else
            {
                text.Append('$');
            }
            dollar = rest.IndexOf('$');
        }
        return text.Append(rest).ToString();
    }

    private static bool TryReadName(ReadOnlySpan<char> text, out ReadOnlySpan<char> name, out int length)
    {
        var braced = !text.IsEmpty && text[0] == '{';
        var start = braced ? 1 : 0;
        var end = start;
        while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
        {
            end++;
        }
        name = text[start..end];
        length = braced ? end + 1 : end;
        return end > start && (!braced || (end < text.Length && text[end] == '}'));
    }

    private static string ValueOf(Match match, ReadOnlySpan<char> name)
    {
        var isNumber = name.IndexOfAnyExceptInRange('0', '9') < 0 && (name.Length == 1 || name[0] != '0');
        if (isNumber)
        {
            return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? match.Groups[number].Value : "";
        }
        return match.Groups[name.ToString()].Value;
    }
}
