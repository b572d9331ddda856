using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Touchline.Model.RegularExpressions;

/// <summary>The named sets: Perl's and POSIX's, which are ASCII only, and Unicode's general categories and scripts.</summary>
internal static class CharacterClasses
{
    private static readonly FrozenDictionary<string, RuneSet> Posix = new Dictionary<string, RuneSet>
    {
        ["alnum"] = Ranges("09AZaz"),
        ["alpha"] = Ranges("AZaz"),
        ["ascii"] = Ranges("\0\x7f"),
        ["blank"] = Ranges("\t\t  "),
        ["cntrl"] = Ranges("\0\x1f\x7f\x7f"),
        ["digit"] = Ranges("09"),
        ["graph"] = Ranges("!~"),
        ["lower"] = Ranges("az"),
        ["print"] = Ranges(" ~"),
        ["punct"] = Ranges("!/:@[`{~"),
        ["space"] = Ranges("\t\r  "),
        ["upper"] = Ranges("AZ"),
        ["word"] = Ranges("09AZaz__"),
        ["xdigit"] = Ranges("09AFaf"),
    }.ToFrozenDictionary();

    private static readonly Lazy<FrozenDictionary<string, RuneSet>> Categories = new(ScanCategories);

    /// <summary>The set of <c>\d</c>, <c>\s</c>, <c>\w</c> and their opposites; null for other letters.</summary>
    public static RuneSet? Perl(char letter) => letter switch
    {
        'd' => Posix["digit"],
        's' => Ranges("\t\n\f\r  "),
        'w' => Posix["word"],
        'D' => Posix["digit"].Negate(),
        'S' => Ranges("\t\n\f\r  ").Negate(),
        'W' => Posix["word"].Negate(),
        _ => null,
    };

    /// <summary>The set of <c>[:name:]</c>; null where there is none of that name.</summary>
    public static RuneSet? Named(string name) =>
        name.StartsWith('^') ? Posix.GetValueOrDefault(name[1..])?.Negate() : Posix.GetValueOrDefault(name);

    /// <summary>The set of a general category (<c>L</c>, <c>Lu</c>), a script (<c>Greek</c>) or <c>Any</c>; null for other names.</summary>
    public static RuneSet? Category(string name)
    {
        if (name == "Any")
        {
            return RuneSet.All;
        }
        return Categories.Value.GetValueOrDefault(name) ?? UnicodeScripts.Named(name);
    }

    /// <summary>One pass over all characters, the first time that an expression asks for a category.</summary>
    private static FrozenDictionary<string, RuneSet> ScanCategories()
    {
        var ranges = new Dictionary<string, List<(int, int)>>();
        var start = 0;
        var category = CategoryOf(0);
        for (var value = 1; value <= RuneSet.MaxRune + 1; value++)
        {
            var next = value <= RuneSet.MaxRune ? CategoryOf(value) : "";
            if (next == category)
            {
                continue;
            }
            // A category is part of that of its first letter, and letters with case are one of their own.
            foreach (var name in (string[])[category, category[..1], category is "Lu" or "Ll" or "Lt" ? "LC" : category])
            {
                (CollectionsMarshal.GetValueRefOrAddDefault(ranges, name, out _) ??= []).Add((start, value - 1));
            }
            start = value;
            category = next;
        }
        // Characters that are not assigned are in no category.
        ranges["C"].RemoveAll(r => CategoryOf(r.Item1) == "Cn");
        ranges.Remove("Cn");
        return ranges.ToFrozenDictionary(r => r.Key, r => RuneSet.Of(r.Value));
    }

    private static string CategoryOf(int value) => Abbreviation(Rune.IsValid(value) ? Rune.GetUnicodeCategory(new Rune(value)) : UnicodeCategory.Surrogate);

    private static string Abbreviation(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => "Lu",
        UnicodeCategory.LowercaseLetter => "Ll",
        UnicodeCategory.TitlecaseLetter => "Lt",
        UnicodeCategory.ModifierLetter => "Lm",
        UnicodeCategory.OtherLetter => "Lo",
        UnicodeCategory.NonSpacingMark => "Mn",
        UnicodeCategory.SpacingCombiningMark => "Mc",
        UnicodeCategory.EnclosingMark => "Me",
        UnicodeCategory.DecimalDigitNumber => "Nd",
        UnicodeCategory.LetterNumber => "Nl",
        UnicodeCategory.OtherNumber => "No",
        UnicodeCategory.SpaceSeparator => "Zs",
        UnicodeCategory.LineSeparator => "Zl",
        UnicodeCategory.ParagraphSeparator => "Zp",
        UnicodeCategory.Control => "Cc",
        UnicodeCategory.Format => "Cf",
        UnicodeCategory.Surrogate => "Cs",
        UnicodeCategory.PrivateUse => "Co",
        UnicodeCategory.ConnectorPunctuation => "Pc",
        UnicodeCategory.DashPunctuation => "Pd",
        UnicodeCategory.OpenPunctuation => "Ps",
        UnicodeCategory.ClosePunctuation => "Pe",
        UnicodeCategory.InitialQuotePunctuation => "Pi",
        UnicodeCategory.FinalQuotePunctuation => "Pf",
        UnicodeCategory.OtherPunctuation => "Po",
        UnicodeCategory.MathSymbol => "Sm",
        UnicodeCategory.CurrencySymbol => "Sc",
        UnicodeCategory.ModifierSymbol => "Sk",
        UnicodeCategory.OtherSymbol => "So",
        _ => "Cn",
    };

    /// <summary>Pairs of first and last characters.</summary>
    private static RuneSet Ranges(string pairs) => RuneSet.Of(Enumerable.Range(0, pairs.Length / 2).Select(i => ((int)pairs[2 * i], (int)pairs[2 * i + 1])));
}
