using System.Globalization;
using System.Text;

namespace Touchline.Api;

/// <summary>
/// Label names in a path: a name that a path cannot carry is sent as <c>U__</c> and, for every other character, <c>_hex_</c>; an
/// underscore is doubled.
/// </summary>
internal static class LabelEscaping
{
    private const string Prefix = "U__";

    /// <summary>The name that was meant; a name that is not escaped, or wrongly, means itself.</summary>
    public static string Unescape(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return name;
        }
        var text = new StringBuilder();
        for (var i = Prefix.Length; i < name.Length; i++)
        {
            if (name[i] != '_')
            {
                text.Append(name[i]);
                continue;
            }
            if (i + 1 < name.Length && name[i + 1] == '_')
            {
                text.Append('_');
                i++;
                continue;
            }
            var end = name.IndexOf('_', i + 1);
            if (end < 0 || !int.TryParse(name.AsSpan(i + 1, end - i - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                || !Rune.IsValid(code))
            {
                return name;
            }
            text.Append(new Rune(code).ToString());
            i = end;
        }
        return text.ToString();
    }
}
