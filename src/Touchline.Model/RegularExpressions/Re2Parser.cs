using System.Globalization;

namespace Touchline.Model.RegularExpressions;

/// <summary>
/// Parses RE2's syntax as Prometheus uses it: Perl's extensions are on, and <c>.</c> matches line ends unless told otherwise. Errors have the words of Go's
/// regexp. Source: RE2, doc/syntax.
/// </summary>
internal sealed class Re2Parser
{
    private const int MaxRepeat = 1000;
    private const int MaxDepth = 999;
    private const int MaxShown = 200;

    private readonly string _pattern;
    private readonly HashSet<string> _names = [];
    private Re2Flags _flags;
    private int _position;
    private int _captures;
    private int _depth;

    private Re2Parser(string pattern, bool dotMatchesNewLine)
    {
        _pattern = pattern;
        _flags = new Re2Flags { DotMatchesNewLine = dotMatchesNewLine };
    }

    /// <param name="dotMatchesNewLine">As in Prometheus's own expressions; elsewhere in Go a dot does not.</param>
    /// <exception cref="RegexSyntaxException">The pattern is not valid.</exception>
    public static RegexNode Parse(string pattern, bool dotMatchesNewLine = true)
    {
        var parser = new Re2Parser(pattern, dotMatchesNewLine);
        var node = parser.ParseAlternation();
        return parser._position == pattern.Length ? node : throw Fail("unexpected )", pattern);
    }

    internal static RegexSyntaxException Fail(string mistake, ReadOnlySpan<char> at) =>
        new($"error parsing regexp: {mistake}: `{(at.Length <= MaxShown ? at : at[..MaxShown])}{(at.Length <= MaxShown ? "" : "…")}`");

    private RegexNode ParseAlternation()
    {
        if (++_depth > MaxDepth)
        {
            throw Fail("expression nests too deeply", _pattern);
        }
        var choices = new List<RegexNode> { ParseConcat() };
        while (_position < _pattern.Length && _pattern[_position] == '|')
        {
            _position++;
            choices.Add(ParseConcat());
        }
        _depth--;
        return choices.Count == 1 ? choices[0] : new AlternationNode(choices);
    }

    private RegexNode ParseConcat()
    {
        var parts = new List<RegexNode>();
        var lastRepeat = -1;
        while (_position < _pattern.Length && _pattern[_position] is not ('|' or ')'))
        {
            var start = _position;
            var (min, max) = TryTakeRepeat();
            if (min >= 0)
            {
                Repeat(parts, min, max, start, lastRepeat);
                lastRepeat = start;
                continue;
            }
            lastRepeat = -1;
            ParseAtom(parts);
        }
        return parts.Count switch
        {
            0 => new EmptyNode(),
            1 => parts[0],
            _ => new ConcatNode(parts),
        };
    }

    /// <summary>Takes a repetition operator without its trailing <c>?</c>; -1 where there is none.</summary>
    private (int Min, int Max) TryTakeRepeat()
    {
        switch (_pattern[_position])
        {
            case '*':
                _position++;
                return (0, -1);
            case '+':
                _position++;
                return (1, -1);
            case '?':
                _position++;
                return (0, 1);
            case '{':
                return TryTakeBraces();
            default:
                return (-1, -1);
        }
    }

    private (int Min, int Max) TryTakeBraces()
    {
        var start = _position;
        _position++;
        var min = TakeNumber();
        var max = min;
        if (min is not null && Next(','))
        {
            max = _position < _pattern.Length && _pattern[_position] == '}' ? -1 : TakeNumber();
        }
        if (min is not { } least || max is not { } most || !Next('}'))
        {
            // Braces that are no repetition stand for themselves.
            _position = start;
            return (-1, -1);
        }
        if (least > MaxRepeat || most > MaxRepeat || (most >= 0 && least > most))
        {
            throw Fail("invalid repeat count", _pattern.AsSpan(start, _position - start));
        }
        return (least, most);
    }

    private int? TakeNumber()
    {
        var start = _position;
        while (_position < _pattern.Length && char.IsAsciiDigit(_pattern[_position]))
        {
            _position++;
        }
        var digits = _pattern.AsSpan(start, _position - start);
        // A number has no leading zero.
        return digits.IsEmpty || (digits.Length > 1 && digits[0] == '0') ? null
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : int.MaxValue;
    }

    private void Repeat(List<RegexNode> parts, int min, int max, int start, int lastRepeat)
    {
        var lazy = _flags.NonGreedy;
        var braced = _pattern[start] == '{';
        var end = _position;
        if (Next('?'))
        {
            lazy = !lazy;
        }
        if (lastRepeat >= 0)
        {
            throw Fail("invalid nested repetition operator", _pattern.AsSpan(lastRepeat, _position - lastRepeat));
        }
        if (parts.Count == 0)
        {
            throw Fail("missing argument to repetition operator", _pattern.AsSpan(start, _position - start));
        }
        var node = new RepeatNode(parts[^1], min, max, lazy, braced);
        if (braced && (min >= 2 || max >= 2) && !IsSmall(node, MaxRepeat))
        {
            throw Fail("invalid repeat count", _pattern.AsSpan(start, end - start));
        }
        parts[^1] = node;
    }

    /// <summary>Whether repetitions inside one another multiply to no more than the limit.</summary>
    private static bool IsSmall(RegexNode node, int limit)
    {
        switch (node)
        {
            case RepeatNode repeat:
                if (repeat.Braced)
                {
                    var count = repeat.Max < 0 ? repeat.Min : repeat.Max;
                    if (repeat.Max == 0)
                    {
                        return true;
                    }
                    if (count > limit)
                    {
                        return false;
                    }
                    limit = count > 0 ? limit / count : limit;
                }
                return IsSmall(repeat.Inner, limit);
            case CaptureNode capture:
                return IsSmall(capture.Inner, limit);
            case ConcatNode concat:
                return concat.Parts.All(p => IsSmall(p, limit));
            case AlternationNode alternation:
                return alternation.Choices.All(c => IsSmall(c, limit));
            default:
                return true;
        }
    }

    private void ParseAtom(List<RegexNode> parts)
    {
        switch (_pattern[_position])
        {
            case '(':
                if (ParseGroup() is { } group)
                {
                    parts.Add(group);
                }
                break;
            case '[':
                parts.Add(new SetNode(new Re2ClassReader(_pattern, _flags.FoldCase).ReadClass(ref _position)));
                break;
            case '.':
                _position++;
                parts.Add(new SetNode(_flags.DotMatchesNewLine ? RuneSet.All : RuneSet.Of('\n').Negate()));
                break;
            case '^':
                _position++;
                parts.Add(new AssertionNode(_flags.MultiLine ? Assertion.LineStart : Assertion.TextStart));
                break;
            case '$':
                _position++;
                parts.Add(new AssertionNode(_flags.MultiLine ? Assertion.LineEnd : Assertion.TextEnd));
                break;
            case '\\':
                ParseEscape(parts);
                break;
            default:
                var rune = TakeRune();
                parts.Add(Literal(rune));
                break;
        }
    }

    private void ParseEscape(List<RegexNode> parts)
    {
        var letter = _position + 1 < _pattern.Length ? _pattern[_position + 1] : '\0';
        Assertion? assertion = letter switch
        {
            'A' => Assertion.TextStart,
            'z' => Assertion.TextEnd,
            'b' => Assertion.WordBoundary,
            'B' => Assertion.NoWordBoundary,
            _ => null,
        };
        if (assertion is { } found)
        {
            _position += 2;
            parts.Add(new AssertionNode(found));
            return;
        }
        if (letter == 'Q')
        {
            _position += 2;
            while (_position < _pattern.Length && !_pattern.AsSpan(_position).StartsWith(@"\E"))
            {
                parts.Add(Literal(TakeRune()));
            }
            _position = Math.Min(_pattern.Length, _position + 2);
            return;
        }
        var reader = new Re2ClassReader(_pattern, _flags.FoldCase);
        parts.Add(reader.TryReadSetEscape(ref _position) is { } set ? new SetNode(set) : Literal(reader.ReadEscape(ref _position)));
    }

    /// <summary>A group, null where it only sets flags.</summary>
    private RegexNode? ParseGroup()
    {
        var outer = _flags;
        int? number = null;
        string? name = null;
        _position++;
        if (!Next('?'))
        {
            number = ++_captures;
        }
        else if (_pattern.AsSpan(_position) is ['P', '<', _, ..] or ['<', _, ..])
        {
            name = TakeName(_position - 2);
            number = ++_captures;
            // Of groups with the same name the first has it.
            name = _names.Add(name) ? name : null;
        }
        else if (TakeFlags(_position - 2) == ')')
        {
            return null;
        }
        var inner = ParseAlternation();
        if (!Next(')'))
        {
            throw Fail("missing closing )", _pattern);
        }
        _flags = outer;
        return number is { } captured ? new CaptureNode(captured, name, inner) : inner is AlternationNode or ConcatNode ? inner : new ConcatNode([inner]);
    }

    private string TakeName(int start)
    {
        var from = _pattern.IndexOf('<', _position) + 1;
        var end = _pattern.IndexOf('>', from);
        if (end < 0)
        {
            throw Fail("invalid named capture", _pattern.AsSpan(start));
        }
        var name = _pattern[from..end];
        _position = end + 1;
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? name
            : throw Fail("invalid named capture", _pattern.AsSpan(start, _position - start));
    }

    /// <summary>Takes flags up to the <c>:</c> or <c>)</c> behind them, which is given back.</summary>
    private char TakeFlags(int start)
    {
        var flags = _flags;
        var on = true;
        var any = false;
        while (_position < _pattern.Length)
        {
            var c = _pattern[_position++];
            switch (c)
            {
                case 'i':
                    flags = flags with { FoldCase = on };
                    any = true;
                    continue;
                case 'm':
                    flags = flags with { MultiLine = on };
                    any = true;
                    continue;
                case 's':
                    flags = flags with { DotMatchesNewLine = on };
                    any = true;
                    continue;
                case 'U':
                    flags = flags with { NonGreedy = on };
                    any = true;
                    continue;
                case '-' when on:
                    on = false;
                    any = false;
                    continue;
                case ':' or ')' when on || any:
                    // Flags in a group of their own hold to the end of the group around it.
                    _flags = flags;
                    return c;
            }
            if (char.IsHighSurrogate(c) && _position < _pattern.Length)
            {
                _position++;
            }
            break;
        }
        throw Fail("invalid or unsupported Perl syntax", _pattern.AsSpan(start, _position - start));
    }

    private SetNode Literal(int rune) => new(_flags.FoldCase ? CaseFolding.Close(RuneSet.Of(rune)) : RuneSet.Of(rune));

    private int TakeRune() => Re2ClassReader.TakeRune(_pattern, ref _position);

    private bool Next(char c)
    {
        if (_position < _pattern.Length && _pattern[_position] == c)
        {
            _position++;
            return true;
        }
        return false;
    }
}
