using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Touchline.Model;

/// <summary>
/// Replacement texts as Go's regexp expands them, for relabelling and label_replace: <c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>${name}</c>,
/// <c>$$</c>. A name is as long as it can be (<c>$1x</c> is the group "1x"); a group that is not there is empty; a <c>$</c> that begins nothing
/// stands for itself.
/// </summary>
public static class RegexTemplate
{
    /// <param name="template">The replacement.</param>
    /// <param name="match">A match of <see cref="AnchoredRegex.Match"/>.</param>
    public static string Expand(string template, Match match)
    {
        if (!template.Contains('$'))
        {
            return template;
        }
        var text = new StringBuilder();
        var rest = template.AsSpan();
        while (rest.IndexOf('$') is >= 0 and var dollar)
        {
            text.Append(rest[..dollar]);
            rest = rest[(dollar + 1)..];
            if (rest.StartsWith("$"))
            {
                text.Append('$');
                rest = rest[1..];
            }
            else if (TryTakeName(ref rest, out var name))
            {
                text.Append(Group(match, name));
            }
            else
            {
                text.Append('$');
            }
        }
        return text.Append(rest).ToString();
    }

    private static bool TryTakeName(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> name)
    {
        var braced = rest.StartsWith("{");
        var from = braced ? 1 : 0;
        var end = from;
        while (end < rest.Length && (char.IsLetterOrDigit(rest[end]) || rest[end] == '_'))
        {
            end++;
        }
        name = rest[from..end];
        if (name.IsEmpty || (braced && (end == rest.Length || rest[end] != '}')))
        {
            return false;
        }
        rest = rest[(braced ? end + 1 : end)..];
        return true;
    }

    private static ReadOnlySpan<char> Group(Match match, ReadOnlySpan<char> name)
    {
        if (name.IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            return match.Groups[name.ToString()].ValueSpan;
        }
        // Groups with a name have a number of .NET's own behind all that RE2 counts, which does not exist for templates.
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < match.Groups.Count
            && match.Groups[number] is var group && name.SequenceEqual(group.Name)
            ? group.ValueSpan
            : [];
    }
}
