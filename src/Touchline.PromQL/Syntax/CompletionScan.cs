using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// Finds out where the caret stands by reading the words before it. The text behind the caret only says how far the word under it goes.
/// </summary>
internal sealed class CompletionScan(string query, int caret, PromQLFeatures features)
{
    private readonly List<Token> _before = [];

    public CompletionContext Run()
    {
        if (IsInComment())
        {
            return Nothing();
        }
        if (ReadWords() is { } openString)
        {
            return CompleteString(openString);
        }
        var word = WordAtCaret();
        // The word being written is not one that it follows.
        var written = _before.Count > 0 && _before[^1].End == caret && (word.Start < caret || IsNumber(_before[^1])) ? 1 : 0;
        return Place(Word(written), written > 0 ? _before[^1] : default, word, _before.Count - written);
    }

    /// <summary>A word counted from the last one back.</summary>
    private Token Word(int back) => _before.Count > back ? _before[^(1 + back)] : default;

    private CompletionContext Place(Token previous, Token written, TextSpan word, int count)
    {
        var open = Opened(count);
        if (open >= 0 && _before[open].Kind == TokenKind.LeftBrace)
        {
            return InBraces(previous, word, open, count);
        }
        if ((open >= 0 && _before[open].Kind == TokenKind.LeftBracket) || previous.Kind == TokenKind.Offset
            || (previous.Kind == TokenKind.Subtract && count > 1 && _before[count - 2].Kind == TokenKind.Offset))
        {
            return AtDuration(previous, word);
        }
        if (IsNumber(written) || previous.Kind is TokenKind.At or TokenKind.By or TokenKind.Without)
        {
            return Nothing();
        }
        if (open >= 0 && IsGrouping(open))
        {
            return Context(CompletionKind.GroupingLabel, word) with { Metrics = Metrics() };
        }
        if (EndsOperand(previous.Kind))
        {
            return Context(CompletionKind.Operator, word) with { Words = [.. CompletionWords.Operators()] };
        }
        IEnumerable<CompletionWord> words = CompletionWords.Expression(features);
        return previous.Kind.ToBinaryOperator() is not null || previous.Kind is TokenKind.Bool
            ? Context(CompletionKind.RightOperand, word) with { Words = [.. words, .. CompletionWords.OperatorModifiers(features)] }
            : Context(CompletionKind.Expression, word) with { Words = [.. words] };
    }

    private CompletionContext InBraces(Token previous, TextSpan word, int open, int count) => previous.Kind switch
    {
        TokenKind.LeftBrace or TokenKind.Comma => Context(CompletionKind.MatcherLabel, word) with { Selector = Selector(open, count) },
        TokenKind.Identifier => Context(CompletionKind.MatchOperator, word) with { Words = CompletionWords.MatchOperators },
        TokenKind.String when _before[count - 2].Kind is TokenKind.Comma or TokenKind.LeftBrace =>
            Context(CompletionKind.MatchOperator, word) with { Words = CompletionWords.MatchOperators },
        _ => Nothing(),
    };

    private CompletionContext AtDuration(Token previous, TextSpan word)
    {
        if (word.Start > 0 && char.IsAsciiDigit(query[word.Start - 1]))
        {
            return Context(CompletionKind.DurationUnit, word) with { Words = CompletionWords.Units };
        }
        return previous.Kind is TokenKind.LeftBracket or TokenKind.Colon or TokenKind.Offset or TokenKind.Subtract
            ? Context(CompletionKind.Duration, word) with { Words = CompletionWords.Durations }
            : Nothing();
    }

    /// <summary>Inside a string the value of a label can be offered, where it is one's.</summary>
    private CompletionContext CompleteString(Token text)
    {
        var open = Opened(_before.Count);
        if (open < 0 || _before[open].Kind != TokenKind.LeftBrace || _before.Count < 2
            || _before[^1].Kind is not (TokenKind.Assign or TokenKind.NotEqual or TokenKind.RegexMatch or TokenKind.RegexNoMatch))
        {
            return Nothing();
        }
        var label = _before[^2];
        return Context(CompletionKind.LabelValue, new TextSpan(text.Start + 1, EndOfString(text.Start))) with
        {
            Label = label.Kind == TokenKind.String ? StringEscapes.Unquote(label.Text) : label.Text,
            Selector = Selector(open, _before.Count - 2),
        };
    }

    /// <summary>Reads the words before the caret; gives the string that the caret stands in, as a word of what is there.</summary>
    private Token? ReadWords()
    {
        _before.Clear();
        var lexer = new PromQLLexer(query[..caret], features);
        while (true)
        {
            var token = lexer.Next();
            if (token.Kind == TokenKind.EndOfInput)
            {
                return null;
            }
            if (token.Kind == TokenKind.Error)
            {
                var inText = token.Start < caret && query[token.Start] is '"' or '\'' or '`';
                if (inText)
                {
                    return token;
                }
                // An unfinished number ("5" before its unit) is a word under the caret; open brackets are no words at all.
                if (token.Start < caret)
                {
                    _before.Add(token with { End = caret });
                }
                return null;
            }
            _before.Add(token);
        }
    }

    private bool IsInComment()
    {
        var line = query.LastIndexOf('\n', Math.Max(0, caret - 1), Math.Max(0, caret)) + 1;
        var hash = query.IndexOf('#', line, caret - line);
        if (hash < 0)
        {
            return false;
        }
        // A # inside a string is none: then the words before it end in an open string.
        return new CompletionScan(query, hash, features).ReadWords() is null;
    }

    /// <summary>The innermost bracket, brace or parenthesis still open before that word, or -1.</summary>
    private int Opened(int count)
    {
        var depth = 0;
        for (var i = count - 1; i >= 0; i--)
        {
            switch (_before[i].Kind)
            {
                case TokenKind.RightParen or TokenKind.RightBrace or TokenKind.RightBracket:
                    depth++;
                    break;
                case TokenKind.LeftParen or TokenKind.LeftBrace or TokenKind.LeftBracket when depth-- == 0:
                    return i;
            }
        }
        return -1;
    }

    private bool IsGrouping(int open) => _before[open].Kind == TokenKind.LeftParen && open > 0 && TakesLabels(_before[open - 1].Kind);

    private static bool TakesLabels(TokenKind kind) =>
        kind is TokenKind.By or TokenKind.Without or TokenKind.On or TokenKind.Ignoring or TokenKind.GroupLeft or TokenKind.GroupRight;

    /// <summary>The selector around the caret without the matcher being written: its name, and the matchers before and behind.</summary>
    private string Selector(int open, int upTo)
    {
        var name = open > 0 && _before[open - 1].Kind.IsMetricName() && _before[open - 1].End == _before[open].Start ? _before[open - 1].Text : "";
        var matchers = Matchers(_before.GetRange(open + 1, upTo - open - 1)).Concat(Matchers(WordsBehind())).ToList();
        return matchers.Count > 0 ? $"{name}{{{string.Join(',', matchers)}}}" : name;
    }

    /// <summary>The words behind the matcher under the caret, to the end of the braces.</summary>
    private List<Token> WordsBehind()
    {
        var words = new List<Token>();
        var lexer = new PromQLLexer(query, features);
        for (var token = lexer.Next(); token.Kind is not (TokenKind.EndOfInput or TokenKind.Error); token = lexer.Next())
        {
            if (token.Start < caret)
            {
                continue;
            }
            if (token.Kind == TokenKind.RightBrace)
            {
                // From the first comma on they are matchers of their own.
                var comma = words.FindIndex(w => w.Kind == TokenKind.Comma);
                return comma < 0 ? [] : words[comma..];
            }
            words.Add(token);
        }
        return [];
    }

    private static IEnumerable<string> Matchers(List<Token> words)
    {
        for (var i = 0; i + 2 < words.Count; i++)
        {
            if (words[i].Kind is TokenKind.Identifier or TokenKind.String && words[i + 2].Kind == TokenKind.String
                && words[i + 1].Kind is TokenKind.Assign or TokenKind.NotEqual or TokenKind.RegexMatch or TokenKind.RegexNoMatch)
            {
                yield return words[i].Text + words[i + 1].Text + words[i + 2].Text;
            }
        }
    }

    /// <summary>The names of metrics in the whole query, but for a word under the caret.</summary>
    private List<string> Metrics()
    {
        var words = new List<Token>();
        var lexer = new PromQLLexer(query, features);
        for (var token = lexer.Next(); token.Kind is not (TokenKind.EndOfInput or TokenKind.Error); token = lexer.Next())
        {
            words.Add(token);
        }
        var metrics = new List<string>();
        var inLabels = false;
        for (var i = 0; i < words.Count; i++)
        {
            inLabels = words[i].Kind switch
            {
                TokenKind.LeftBrace => true,
                TokenKind.LeftParen when i > 0 && TakesLabels(words[i - 1].Kind) => true,
                TokenKind.RightBrace or TokenKind.RightParen => false,
                _ => inLabels,
            };
            var called = i + 1 < words.Count && words[i + 1].Kind == TokenKind.LeftParen;
            var isMetric = words[i].Kind is TokenKind.Identifier or TokenKind.MetricIdentifier && !inLabels && !called && words[i].End != caret;
            if (isMetric && !metrics.Contains(words[i].Text))
            {
                metrics.Add(words[i].Text);
            }
        }
        return metrics;
    }

    private static bool EndsOperand(TokenKind kind) => kind is TokenKind.RightParen or TokenKind.RightBrace or TokenKind.RightBracket or TokenKind.Identifier
        or TokenKind.MetricIdentifier or TokenKind.Number or TokenKind.Duration or TokenKind.String || kind.IsAggregator();

    private TextSpan WordAtCaret()
    {
        var start = caret;
        // A colon is part of a metric's name, but in brackets it stands between range and step.
        var colons = Opened(_before.Count) is not (>= 0 and var open) || _before[open].Kind != TokenKind.LeftBracket;
        while (start > 0 && IsWordCharacter(query[start - 1], colons))
        {
            start--;
        }
        // Digits at the front are a number, behind which a unit stands.
        while (start < caret && char.IsAsciiDigit(query[start]))
        {
            start++;
        }
        var end = caret;
        while (end < query.Length && IsWordCharacter(query[end], colons))
        {
            end++;
        }
        return new TextSpan(start, end);
    }

    private bool IsNumber(Token token) => token.Kind is TokenKind.Number or TokenKind.Duration or TokenKind.Error
        && token.Start < query.Length && (char.IsAsciiDigit(query[token.Start]) || query[token.Start] == '.');

    /// <summary>Where the string that begins there ends, its closing quote not included; at the caret where it is not closed on its line.</summary>
    private int EndOfString(int start)
    {
        var end = start;
        return StringEscapes.Scan(query, ref end) is null && !query.AsSpan(caret, end - caret).ContainsAny(',', '{', '}') ? end - 1 : caret;
    }

    private static bool IsWordCharacter(char c, bool colons) => char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && colons);

    private CompletionContext Context(CompletionKind kind, TextSpan replace) => new(kind, replace, query[replace.Start..Math.Max(replace.Start, caret)]);

    private CompletionContext Nothing() => new(CompletionKind.None, new TextSpan(caret, caret), "");
}
