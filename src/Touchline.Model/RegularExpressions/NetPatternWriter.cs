using System.Globalization;
using System.Text;

namespace Touchline.Model.RegularExpressions;

/// <summary>
/// Writes an expression for .NET's engine, which sees UTF-16 where RE2 sees code points: beyond U+FFFF a character becomes a pair of
/// surrogates. Groups are numbered as in RE2; one with a name captures under both.
/// </summary>
internal sealed class NetPatternWriter
{
    private const string Nothing = @"[^\s\S]";
    private const int MaxPairGroups = 8;

    private readonly StringBuilder _text = new();

    /// <summary>The pattern that matches whole texts.</summary>
    public static string Write(RegexNode node)
    {
        var writer = new NetPatternWriter();
        writer._text.Append(@"\A(?:");
        writer.Append(node);
        return writer._text.Append(@")\z").ToString();
    }

    /// <summary>The pattern that matches anywhere in a text.</summary>
    public static string WriteAnywhere(RegexNode node)
    {
        var writer = new NetPatternWriter();
        writer.Append(node);
        return writer._text.ToString();
    }

    private void Append(RegexNode node)
    {
        switch (node)
        {
            case EmptyNode:
                break;
            case SetNode set:
                AppendSet(set.Set, false);
                break;
            case AssertionNode assertion:
                _text.Append(assertion.Assertion switch
                {
                    Assertion.TextStart => @"\A",
                    Assertion.TextEnd => @"\z",
                    Assertion.LineStart => "(?m:^)",
                    Assertion.LineEnd => "(?m:$)",
                    Assertion.WordBoundary => @"\b",
                    _ => @"\B",
                });
                break;
            case CaptureNode capture:
                AppendCapture(capture);
                break;
            case RepeatNode repeat:
                AppendRepeat(repeat);
                break;
            case ConcatNode concat:
                foreach (var part in concat.Parts)
                {
                    if (part is AlternationNode)
                    {
                        AppendGroup(part);
                    }
                    else
                    {
                        Append(part);
                    }
                }
                break;
            case AlternationNode alternation:
                for (var i = 0; i < alternation.Choices.Count; i++)
                {
                    _text.Append(i > 0 ? "|" : "");
                    Append(alternation.Choices[i]);
                }
                break;
        }
    }

    private void AppendCapture(CaptureNode capture)
    {
        _text.Append(CultureInfo.InvariantCulture, $"(?<{capture.Number}>");
        // A name that begins with a digit would be a number to .NET.
        var named = capture.Name is { } name && !char.IsAsciiDigit(name[0]);
        if (named)
        {
            _text.Append(CultureInfo.InvariantCulture, $"(?<{capture.Name}>");
        }
        Append(capture.Inner);
        _text.Append(named ? "))" : ")");
    }

    private void AppendGroup(RegexNode node)
    {
        _text.Append("(?:");
        Append(node);
        _text.Append(')');
    }

    private void AppendRepeat(RepeatNode repeat)
    {
        if (repeat.Inner is SetNode set && repeat is { Min: <= 1, Max: -1 })
        {
            AppendSet(set.Set, true);
        }
        else
        {
            AppendGroup(repeat.Inner);
        }
        _text.Append((repeat.Min, repeat.Max) switch
        {
            (0, -1) => "*",
            (1, -1) => "+",
            (0, 1) => "?",
            (var min, -1) => string.Create(CultureInfo.InvariantCulture, $"{{{min},}}"),
            var (min, max) => string.Create(CultureInfo.InvariantCulture, $"{{{min},{max}}}"),
        });
        _text.Append(repeat.Lazy ? "?" : "");
    }

    /// <summary>
    /// One character of the set. Where it repeats without end and holds all that lies beyond U+FFFF, surrogates may be taken one by one:
    /// nothing else ever begins or ends between the two of a pair.
    /// </summary>
    private void AppendSet(RuneSet set, bool endless)
    {
        var high = set.Within(0x10000, RuneSet.MaxRune);
        var low = RuneSet.Of([.. set.Within(0, 0xd7ff).Ranges, .. set.Within(0xe000, 0xffff).Ranges]);
        if (endless && high.Contains(0x10000, RuneSet.MaxRune))
        {
            AppendUnits(low.Union(RuneSet.Of([(0xd800, 0xdfff)])));
            return;
        }
        if (high.Ranges.IsEmpty)
        {
            AppendUnits(low);
            return;
        }
        _text.Append("(?:");
        if (!low.Ranges.IsEmpty)
        {
            AppendUnits(low);
            _text.Append('|');
        }
        AppendPairs(high);
        _text.Append(')');
    }

    /// <summary>
    /// Surrogate pairs, grouped by what may follow the first of the two. Categories have hundreds of such groups, for which .NET's engine takes
    /// seconds to build (2 s for all letters); beyond a few, each block of 1024 characters is taken as a whole or not at all.
    /// </summary>
    private void AppendPairs(RuneSet high)
    {
        var trails = new SortedDictionary<int, RuneSet>();
        foreach (var (from, to) in high.Ranges)
        {
            for (var lead = Split(from).Lead; lead <= Split(to).Lead; lead++)
            {
                var block = 0x10000 + ((lead - 0xd800) << 10);
                var part = (0xdc00 + Math.Max(from, block) - block, 0xdc00 + Math.Min(to, block + 0x3ff) - block);
                trails[lead] = trails.GetValueOrDefault(lead, RuneSet.Empty).Union(RuneSet.Of([part]));
            }
        }
        var groups = trails.GroupBy(t => string.Join(',', t.Value.Ranges.ToArray()), t => t).ToList();
        if (groups.Count > MaxPairGroups)
        {
            groups = [.. trails.Where(t => t.Value.Count >= 0x200).GroupBy(_ => "", t => KeyValuePair.Create(t.Key, RuneSet.Of([(0xdc00, 0xdfff)])))];
        }
        for (var i = 0; i < groups.Count; i++)
        {
            _text.Append(i > 0 ? "|" : "");
            AppendUnits(RuneSet.Of(groups[i].Select(t => (t.Key, t.Key))));
            AppendUnits(groups[i].First().Value);
        }
        if (groups.Count == 0)
        {
            _text.Append(Nothing);
        }
    }

    private static (int Lead, int Trail) Split(int rune) => (0xd800 + ((rune - 0x10000) >> 10), 0xdc00 + ((rune - 0x10000) & 0x3ff));

    /// <summary>One UTF-16 code unit of the set.</summary>
    private void AppendUnits(RuneSet set)
    {
        if (set.Ranges.IsEmpty)
        {
            _text.Append(Nothing);
            return;
        }
        if (set.Contains(0, 0xffff))
        {
            _text.Append(@"[\s\S]");
            return;
        }
        if (set.Single >= 0)
        {
            AppendUnit(set.Single);
            return;
        }
        _text.Append('[');
        foreach (var (low, high) in set.Ranges)
        {
            AppendUnit(low);
            if (high > low)
            {
                _text.Append('-');
                AppendUnit(high);
            }
        }
        _text.Append(']');
    }

    private void AppendUnit(int unit)
    {
        if (unit < 0x80 && char.IsAsciiLetterOrDigit((char)unit))
        {
            _text.Append((char)unit);
        }
        else
        {
            _text.Append(CultureInfo.InvariantCulture, $"\\u{unit:x4}");
        }
    }
}
