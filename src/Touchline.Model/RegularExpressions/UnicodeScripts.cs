using System.Collections.Frozen;
using System.Globalization;

namespace Touchline.Model.RegularExpressions;

/// <summary>The characters of each script, of which the runtime knows nothing: its blocks are another division, by place and not by use.</summary>
internal static class UnicodeScripts
{
    private static readonly Lazy<FrozenDictionary<string, RuneSet>> Scripts = new(ReadTable);

    /// <summary>The set of a script by its long name (<c>Greek</c>, <c>Old_Italic</c>), letter case included; null for other names.</summary>
    public static RuneSet? Named(string name) => Scripts.Value.GetValueOrDefault(name);

    private static FrozenDictionary<string, RuneSet> ReadTable()
    {
        using var stream = typeof(UnicodeScripts).Assembly.GetManifestResourceStream("UnicodeScripts.txt")!;
        using var reader = new StreamReader(stream);
        var scripts = new Dictionary<string, RuneSet>();
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                var words = line.Split(' ');
                scripts.Add(words[0], RuneSet.Of(words.Skip(1).Select(ReadRange)));
            }
        }
        return scripts.ToFrozenDictionary();
    }

    private static (int Low, int High) ReadRange(string word)
    {
        var ends = word.Split('-');
        return (Hexadecimal(ends[0]), Hexadecimal(ends[^1]));
    }

    private static int Hexadecimal(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
