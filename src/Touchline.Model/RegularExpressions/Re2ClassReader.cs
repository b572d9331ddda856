using System.Text;

namespace Touchline.Model.RegularExpressions;

/// <summary>Reads sets of characters: <c>[…]</c>, <c>\d</c>, <c>\pL</c>, and single escaped characters.</summary>
internal sealed class Re2ClassReader(string pattern, bool foldCase)
{
    public static int TakeRune(string text, ref int position)
    {
        // Half a surrogate pair is a byte that was no UTF-8, which RE2 sees as U+FFFD.
        Rune.DecodeFromUtf16(text.AsSpan(position), out var rune, out var length);
        position += length;
        return rune.Value;
    }

    /// <summary>A class from its opening bracket.</summary>
    public RuneSet ReadClass(ref int position)
    {
        var start = position++;
        var negate = position < pattern.Length && pattern[position] == '^';
        if (negate)
        {
            position++;
        }
        var set = RuneSet.Empty;
        var ranges = new List<(int, int)>();
        for (var first = true; first || position >= pattern.Length || pattern[position] != ']'; first = false)
        {
            if (position >= pattern.Length)
            {
                throw Re2Parser.Fail("missing closing ]", pattern.AsSpan(start));
            }
            if (TryReadNamed(ref position) is { } named)
            {
                set = set.Union(Folded(named));
            }
            else if (TryReadSetEscape(ref position) is { } escaped)
            {
                set = set.Union(escaped);
            }
            else
            {
                ranges.Add(ReadRange(ref position, start));
            }
        }
        position++;
        set = set.Union(Folded(RuneSet.Of(ranges)));
        return negate ? set.Negate() : set;
    }

    /// <summary>A set behind a backslash; null, and nothing is taken, where there is none here.</summary>
    public RuneSet? TryReadSetEscape(ref int position)
    {
        if (position + 1 >= pattern.Length || pattern[position] != '\\')
        {
            return null;
        }
        var letter = pattern[position + 1];
        if (CharacterClasses.Perl(letter) is { } perl)
        {
            position += 2;
            return Folded(perl);
        }
        return letter is 'p' or 'P' ? ReadCategory(ref position) : null;
    }

    /// <summary>A single escaped character.</summary>
    public int ReadEscape(ref int position)
    {
        var start = position++;
        if (position == pattern.Length)
        {
            throw Re2Parser.Fail("trailing backslash at end of expression", "");
        }
        var c = TakeRune(pattern, ref position);
        switch (c)
        {
            case 'a': return '\a';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case 'x': return ReadHexadecimal(start, ref position);
            // One digit but 0 would be a back-reference, which takes more than linear time.
            case >= '1' and <= '7' when position == pattern.Length || pattern[position] is < '0' or > '7': break;
            case >= '0' and <= '7':
                var value = c - '0';
                for (var i = 1; i < 3 && position < pattern.Length && pattern[position] is >= '0' and <= '7'; i++)
                {
                    value = value * 8 + (pattern[position++] - '0');
                }
                return value;
            case < 0x80 when !char.IsAsciiLetterOrDigit((char)c): return c;
        }
        throw Re2Parser.Fail("invalid escape sequence", pattern.AsSpan(start, position - start));
    }

    private int ReadHexadecimal(int start, ref int position)
    {
        var value = 0;
        if (position < pattern.Length && pattern[position] == '{')
        {
            position++;
            for (var digits = 0; position < pattern.Length; digits++)
            {
                var c = pattern[position++];
                if (c == '}' && digits > 0)
                {
                    return value;
                }
                if (!char.IsAsciiHexDigit(c) || (value = value * 16 + Convert.ToInt32(c.ToString(), 16)) > RuneSet.MaxRune)
                {
                    break;
                }
            }
            throw Re2Parser.Fail("invalid escape sequence", pattern.AsSpan(start, position - start));
        }
        for (var i = 0; i < 2; i++)
        {
            if (position == pattern.Length || !char.IsAsciiHexDigit(pattern[position]))
            {
                position = Math.Min(pattern.Length, position + 1);
                throw Re2Parser.Fail("invalid escape sequence", pattern.AsSpan(start, position - start));
            }
            value = value * 16 + Convert.ToInt32(pattern[position++].ToString(), 16);
        }
        return value;
    }

    private (int Low, int High) ReadRange(ref int position, int classStart)
    {
        var start = position;
        var low = ReadCharacter(ref position, classStart);
        if (position + 1 >= pattern.Length || pattern[position] != '-' || pattern[position + 1] == ']')
        {
            return (low, low);
        }
        position++;
        var high = ReadCharacter(ref position, classStart);
        return high >= low ? (low, high) : throw Re2Parser.Fail("invalid character class range", pattern.AsSpan(start, position - start));
    }

    private int ReadCharacter(ref int position, int classStart)
    {
        if (position >= pattern.Length)
        {
            throw Re2Parser.Fail("missing closing ]", pattern.AsSpan(classStart));
        }
        return pattern[position] == '\\' ? ReadEscape(ref position) : TakeRune(pattern, ref position);
    }

    private RuneSet? TryReadNamed(ref int position)
    {
        if (!pattern.AsSpan(position).StartsWith("[:"))
        {
            return null;
        }
        var end = pattern.IndexOf(":]", position + 2, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }
        var set = CharacterClasses.Named(pattern[(position + 2)..end])
            ?? throw Re2Parser.Fail("invalid character class range", pattern.AsSpan(position, end + 2 - position));
        position = end + 2;
        return set;
    }

    private RuneSet ReadCategory(ref int position)
    {
        var start = position;
        var negate = pattern[position + 1] == 'P';
        position += 2;
        string name;
        if (position < pattern.Length && pattern[position] == '{')
        {
            var end = pattern.IndexOf('}', position);
            if (end < 0)
            {
                throw Re2Parser.Fail("invalid character class range", pattern.AsSpan(start));
            }
            name = pattern[(position + 1)..end];
            position = end + 1;
        }
        else if (position < pattern.Length)
        {
            var from = position;
            TakeRune(pattern, ref position);
            name = pattern[from..position];
        }
        else
        {
            throw Re2Parser.Fail("invalid character class range", pattern.AsSpan(start));
        }
        if (name.StartsWith('^'))
        {
            negate = !negate;
            name = name[1..];
        }
        var set = CharacterClasses.Category(name) ?? throw Re2Parser.Fail("invalid character class range", pattern.AsSpan(start, position - start));
        set = Folded(set);
        return negate ? set.Negate() : set;
    }

    private RuneSet Folded(RuneSet set) => foldCase && !set.IsAll ? CaseFolding.Close(set) : set;
}
