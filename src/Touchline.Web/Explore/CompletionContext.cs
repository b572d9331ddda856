using System.Text;
using Touchline.Model;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Web.Explore;

internal enum CompletionKind
{
    None,

    /// <summary>Where an expression may begin: metrics, functions, aggregations.</summary>
    Expression,

    /// <summary>After an expression: operators and modifiers in words.</summary>
    AfterExpression,

    /// <summary>A label name in the braces of a selector.</summary>
    Matcher,

    /// <summary>A label value in quotes.</summary>
    LabelValue,

    /// <summary>A label name in <c>by (…)</c>, <c>on (…)</c> and the like.</summary>
    Grouping,

    Duration,
}

/// <summary>
/// What can be written at a place of a query that is usually not finished yet: so this reads no more than brackets, quotes and words up to the
/// caret, and never fails. The word to be replaced stands from <see cref="Start"/> to the caret (in a label value: to the end of the string).
/// </summary>
internal sealed record CompletionContext(CompletionKind Kind, int Start, int End)
{
    private static readonly HashSet<string> GroupingWords = ["by", "without", "on", "ignoring", "group_left", "group_right"];

    private static readonly HashSet<string> OperatorWords = ["and", "or", "unless", "atan2", "bool", "offset", .. GroupingWords];

    public string Prefix { get; init; } = "";

    /// <summary>The label whose value is written.</summary>
    public string Label { get; init; } = "";

    /// <summary>What the selector around the caret already says.</summary>
    public IReadOnlyList<LabelMatcher> Matchers { get; init; } = [];

    /// <summary>Names that may be metrics, anywhere in the query.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public static CompletionContext At(string query, int caret) =>
        caret <= 0 ? new CompletionContext(CompletionKind.Expression, 0, 0) : new Scan(query, Math.Min(caret, query.Length)).Run();

    private sealed class Scan(string text, int caret)
    {
        private readonly Stack<char> _open = new();
        private readonly List<string> _names = [];
        private List<LabelMatcher> _matchers = [];
        private string _word = "";
        private string _label = "";
        private string _operator = "";
        private bool _afterOperand;

        public CompletionContext Run()
        {
            CompletionContext? found = null;
            for (var i = 0; i < text.Length;)
            {
                var end = Step(i, ref found);
                if (found is null && i < caret && end >= caret && end > i && !IsWordOrString(text[i]))
                {
                    // The caret stands right behind a sign.
                    found = Nothing(caret);
                }
                i = end;
            }
            return (found ?? Nothing(caret)) with { Names = [.. _names.Distinct().Take(20)] };
        }

        private static bool IsWordOrString(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or ':' or '"' or '\'' or '`' or '#';

        private int Step(int i, ref CompletionContext? found)
        {
            var c = text[i];
            if (c == '#')
            {
                var end = text.IndexOf('\n', i);
                end = end < 0 ? text.Length : end;
                if (caret > i && caret <= end)
                {
                    found ??= new CompletionContext(CompletionKind.None, caret, caret);
                }
                return end;
            }
            if (c is '"' or '\'' or '`')
            {
                return StepString(i, c, ref found);
            }
            if (char.IsAsciiDigit(c))
            {
                var end = WordEnd(i);
                if (caret > i && caret <= end)
                {
                    found ??= InRange ? Word(CompletionKind.Duration, i, end) : new CompletionContext(CompletionKind.None, caret, caret);
                }
                (_afterOperand, _word) = (true, "");
                return end;
            }
            if (char.IsAsciiLetter(c) || c is '_' || (c == ':' && !InRange))
            {
                return StepWord(i, ref found);
            }
            StepSign(c);
            return i + 1;
        }

        private bool InRange => _open.TryPeek(out var top) && top == '[';

        private bool InBraces => _open.TryPeek(out var top) && top == '{';

        private bool InGrouping => _open.TryPeek(out var top) && top == 'g';

        private int WordEnd(int i)
        {
            while (i < text.Length && (char.IsAsciiLetterOrDigit(text[i]) || text[i] is '_' or '.' || (text[i] == ':' && !InRange)))
            {
                i++;
            }
            return i;
        }

        private int StepWord(int i, ref CompletionContext? found)
        {
            var end = WordEnd(i);
            var word = text[i..end];
            if (caret > i && caret <= end)
            {
                found ??= InBraces ? Word(CompletionKind.Matcher, i, end)
                    : InGrouping ? Word(CompletionKind.Grouping, i, end)
                    : InRange ? Word(CompletionKind.Duration, i, end)
                    : Word(_afterOperand ? CompletionKind.AfterExpression : CompletionKind.Expression, i, end);
            }
            if (InBraces)
            {
                _label = word;
            }
            else if (!InGrouping && !InRange)
            {
                var next = text.AsSpan(end).TrimStart();
                var isCall = next.StartsWith("(", StringComparison.Ordinal);
                if (!OperatorWords.Contains(word))
                {
                    if (!isCall)
                    {
                        _names.Add(word);
                    }
                    _afterOperand = !isCall;
                }
                else
                {
                    _afterOperand = false;
                }
            }
            _word = word;
            return end;
        }

        private int StepString(int i, char quote, ref CompletionContext? found)
        {
            var value = new StringBuilder();
            var end = i + 1;
            while (end < text.Length && text[end] != quote && (text[end] != '\n' || quote == '`'))
            {
                if (text[end] == '\\' && quote != '`' && end + 1 < text.Length)
                {
                    end++;
                }
                value.Append(text[end]);
                end++;
            }
            if (caret > i && caret <= end)
            {
                found ??= InBraces && _operator.Length > 0
                    ? new CompletionContext(CompletionKind.LabelValue, i + 1, end) { Prefix = text[(i + 1)..caret], Label = _label, Matchers = SelectorMatchers() }
                    : new CompletionContext(CompletionKind.None, caret, caret);
            }
            if (InBraces && _operator.Length > 0)
            {
                AddMatcher(value.ToString());
            }
            else
            {
                _afterOperand = true;
            }
            (_operator, _word) = ("", "");
            return Math.Min(end + 1, text.Length);
        }

        private void StepSign(char c)
        {
            switch (c)
            {
                case '{':
                    _matchers = [];
                    if (_word.Length > 0 && _word == _names.LastOrDefault())
                    {
                        _matchers.Add(new LabelMatcher(MatchType.Equal, LabelNames.MetricName, _word));
                    }
                    _open.Push(c);
                    _operator = "";
                    break;
                case '(':
                    _open.Push(GroupingWords.Contains(_word) ? 'g' : '(');
                    _afterOperand = false;
                    break;
                case '[':
                    _open.Push(c);
                    break;
                case ')' or ']' or '}':
                    // After "by (…)" comes the operand of the aggregation or of the operator.
                    _afterOperand = !(_open.TryPop(out var opened) && opened == 'g');
                    break;
                case '=' or '!' or '~' when InBraces:
                    _operator += c;
                    break;
                case ',':
                    (_operator, _afterOperand) = ("", false);
                    break;
                case ' ' or '\t' or '\n' or '\r':
                    return;
                default:
                    _afterOperand = false;
                    break;
            }
            _word = "";
        }

        private CompletionContext Nothing(int at)
        {
            if (InBraces)
            {
                return _operator.Length > 0
                    ? new CompletionContext(CompletionKind.None, at, at)
                    : new CompletionContext(CompletionKind.Matcher, at, at) { Matchers = SelectorMatchers() };
            }
            var kind = InGrouping ? CompletionKind.Grouping
                : InRange ? CompletionKind.Duration
                : _word == "offset" ? CompletionKind.Duration
                : _afterOperand ? CompletionKind.AfterExpression
                : CompletionKind.Expression;
            return new CompletionContext(kind, at, at);
        }

        private CompletionContext Word(CompletionKind kind, int start, int end) =>
            new(kind, start, end) { Prefix = text[start..caret], Matchers = SelectorMatchers() };

        private IReadOnlyList<LabelMatcher> SelectorMatchers() => [.. _matchers];

        private void AddMatcher(string value)
        {
            var type = _operator switch
            {
                "=" => MatchType.Equal,
                "!=" => MatchType.NotEqual,
                "=~" => MatchType.RegexMatch,
                "!~" => MatchType.RegexNoMatch,
                _ => (MatchType?)null,
            };
            if (type is not { } known || _label.Length == 0)
            {
                return;
            }
            try
            {
                _matchers.Add(new LabelMatcher(known, _label, value));
            }
            catch (RegexSyntaxException)
            {
                // A pattern in the making selects nothing yet: it does not narrow what is offered.
                _label = "";
            }
        }
    }
}
