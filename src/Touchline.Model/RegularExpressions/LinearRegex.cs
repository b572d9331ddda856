using System.Text;
using System.Text.RegularExpressions;

namespace Touchline.Model.RegularExpressions;

/// <summary>Compiles expressions for the runtime's engine that takes time linear in the input.</summary>
internal static class LinearRegex
{
    /// <summary>
    /// The runtime's own limit of 10,000 nodes refuses a choice between a few hundred host names with dots in them; 200,000 take a fifth
    /// of a second to build.
    /// </summary>
    private const int MaxNodes = 200_000;

    static LinearRegex() => AppContext.SetData("REGEX_NONBACKTRACKING_MAX_AUTOMATA_SIZE", MaxNodes);

    /// <exception cref="RegexSyntaxException">The expression is too large.</exception>
    public static Regex Compile(string pattern, string netPattern)
    {
        try
        {
            return new Regex(netPattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception e) when (e is NotSupportedException or ArgumentException)
        {
            throw Re2Parser.Fail("expression too large", pattern);
        }
    }

    /// <summary>A byte that is no UTF-8 is U+FFFD to RE2.</summary>
    public static string WellFormed(string value)
    {
        if (!value.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
        {
            return value;
        }
        var text = new StringBuilder(value.Length);
        foreach (var rune in value.EnumerateRunes())
        {
            text.Append(rune.ToString());
        }
        return text.ToString();
    }
}
