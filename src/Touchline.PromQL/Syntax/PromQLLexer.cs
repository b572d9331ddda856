using Touchline.Model;

namespace Touchline.PromQL.Syntax;

/// <summary>
/// Splits a query into words. What a character means depends on where it stands: inside braces every word is a label name, inside
/// brackets a duration is expected. After an error token it gives nothing more.
/// </summary>
internal sealed class PromQLLexer(string input, PromQLFeatures features)
{
    private int _position;
    private int _parenDepth;
    private bool _braceOpen;
    private bool _bracketOpen;
    private bool _gotDuration;
    private bool _gotColon;
    private bool _stopped;

    public Token Next()
    {
        if (_stopped)
        {
            return new Token(TokenKind.EndOfInput, input.Length, input.Length, "");
        }
        SkipBlanks();
        var start = _position;
        var token = _position == input.Length ? AtEnd() : _braceOpen ? InBraces() : InBrackets(out var inner) ? inner : Outside();
        _stopped = token.Kind is TokenKind.Error or TokenKind.EndOfInput;
        return token.Start < 0 ? token with { Start = start } : token;
    }

    private char Current => _position < input.Length ? input[_position] : '\0';

    private char After => _position + 1 < input.Length ? input[_position + 1] : '\0';

    private void SkipBlanks()
    {
        while (_position < input.Length)
        {
            if (input[_position] is ' ' or '\t' or '\n' or '\r')
            {
                _position++;
            }
            else if (input[_position] == '#' && !(_bracketOpen && !_gotDuration))
            {
                while (_position < input.Length && input[_position] is not ('\n' or '\r'))
                {
                    _position++;
                }
            }
            else
            {
                return;
            }
        }
    }

    private Token AtEnd() =>
        _braceOpen ? Fail("unexpected end of input inside braces")
        : _bracketOpen && !_gotDuration ? Fail("unexpected end of input in duration expression")
        : _parenDepth > 0 ? Fail("unclosed left parenthesis")
        : _bracketOpen ? Fail("unclosed left bracket")
        : new Token(TokenKind.EndOfInput, input.Length, input.Length, "");

    private Token Outside()
    {
        switch (Current)
        {
            case ',': return Take(TokenKind.Comma, 1);
            case '*': return Take(TokenKind.Multiply, 1);
            case '/': return Take(TokenKind.Divide, 1);
            case '%': return Take(TokenKind.Modulo, 1);
            case '+': return Take(TokenKind.Add, 1);
            case '-': return Take(TokenKind.Subtract, 1);
            case '^': return Take(TokenKind.Power, 1);
            case '@': return Take(TokenKind.At, 1);
            case '<':
                return After switch
                {
                    '=' => Take(TokenKind.LessOrEqual, 2),
                    '/' => Take(TokenKind.TrimUpper, 2),
                    _ => Take(TokenKind.Less, 1),
                };
            case '>':
                return After switch
                {
                    '=' => Take(TokenKind.GreaterOrEqual, 2),
                    '/' => Take(TokenKind.TrimLower, 2),
                    _ => Take(TokenKind.Greater, 1),
                };
            case '=':
                return After switch
                {
                    '=' => Take(TokenKind.Equal, 2),
                    '~' => Fail("unexpected character after '=': '~'"),
                    _ => Take(TokenKind.Assign, 1),
                };
            case '!': return After == '=' ? Take(TokenKind.NotEqual, 2) : Fail($"unexpected character after '!': {QuoteRune(_position + 1)}");
            case '(':
                _parenDepth++;
                return Take(TokenKind.LeftParen, 1);
            case ')' when _parenDepth == 0:
                _position++;
                return Fail("unexpected right parenthesis ')'");
            case ')':
                _parenDepth--;
                return Take(TokenKind.RightParen, 1);
            case '{':
                _braceOpen = true;
                return Take(TokenKind.LeftBrace, 1);
            case '[' when _bracketOpen: return Fail("unexpected left bracket '['");
            case '[':
                _bracketOpen = true;
                _gotDuration = false;
                _gotColon = false;
                return Take(TokenKind.LeftBracket, 1);
            case ']' when !_bracketOpen: return Fail("unexpected right bracket ']'");
            case ']':
                _bracketOpen = false;
                return Take(TokenKind.RightBracket, 1);
            case '"' or '\'' or '`': return String();
        }
        if (StartsNumber())
        {
            return NumberOrDuration();
        }
        return IsLetter(Current) || Current == ':' ? Word() : Fail($"unexpected character: {QuoteRune(_position)}");
    }

    private Token InBraces()
    {
        switch (Current)
        {
            case ',': return Take(TokenKind.Comma, 1);
            case '"' or '\'' or '`': return String();
            case '=': return After == '~' ? Take(TokenKind.RegexMatch, 2) : Take(TokenKind.Assign, 1);
            case '!':
                return After switch
                {
                    '~' => Take(TokenKind.RegexNoMatch, 2),
                    '=' => Take(TokenKind.NotEqual, 2),
                    _ => Fail($"unexpected character after '!' inside braces: {QuoteRune(_position + 1)}"),
                };
            case '{': return Fail("unexpected left brace '{'");
            case '}':
                _braceOpen = false;
                return Take(TokenKind.RightBrace, 1);
        }
        if (!IsLetter(Current))
        {
            return Fail($"unexpected character inside braces: {QuoteRune(_position)}");
        }
        var length = 1;
        while (_position + length < input.Length && (IsLetter(input[_position + length]) || char.IsAsciiDigit(input[_position + length])))
        {
            length++;
        }
        return Take(TokenKind.Identifier, length);
    }

    /// <summary>What is different inside brackets. Until the first number nothing but duration arithmetic may stand there.</summary>
    private bool InBrackets(out Token token)
    {
        token = default;
        if (!_bracketOpen)
        {
            return false;
        }
        if (Current == ':')
        {
            token = _gotColon ? Fail("unexpected colon ':'")
                : _gotDuration ? Take(TokenKind.Colon, 1)
                : Fail("unexpected colon before duration in duration expression", _position + 1);
            _gotColon = true;
            return true;
        }
        if (IsLetter(Current))
        {
            token = DurationWord();
            _gotDuration = true;
            return true;
        }
        if (StartsNumber())
        {
            _gotDuration = true;
            return false;
        }
        if (!_gotDuration && Current is not ('+' or '-' or '*' or '/' or '%' or '^' or '(' or ')' or ',' or ']'))
        {
            token = Fail($"unexpected character in duration expression: {QuoteRune(_position)}");
            return true;
        }
        return false;
    }

    private Token DurationWord()
    {
        var length = 1;
        while (_position + length < input.Length && IsLetter(input[_position + length]))
        {
            length++;
        }
        var kind = input.AsSpan(_position, length) switch
        {
            var w when w.Equals("step", StringComparison.OrdinalIgnoreCase) => TokenKind.Step,
            var w when w.Equals("range", StringComparison.OrdinalIgnoreCase) => TokenKind.Range,
            var w when w.Equals("min", StringComparison.OrdinalIgnoreCase) => TokenKind.Min,
            var w when w.Equals("max", StringComparison.OrdinalIgnoreCase) => TokenKind.Max,
            _ => TokenKind.Error,
        };
        return kind != TokenKind.Error ? Take(kind, length)
            : _gotDuration ? Fail($"unexpected character: {QuoteRune(_position)}, expected ':'")
            : Fail($"unexpected character in duration expression: {QuoteRune(_position)}");
    }

    private bool StartsNumber() => char.IsAsciiDigit(Current) || (Current == '.' && char.IsAsciiDigit(After));

    private Token NumberOrDuration()
    {
        var start = _position;
        var kind = NumberScanner.Scan(input, ref _position);
        return kind == TokenKind.Error
            ? Fail($"bad number or duration syntax: {QuotedString.Of(input[start.._position])}", start)
            : new Token(kind, start, _position, input[start.._position]);
    }

    private Token String()
    {
        var start = _position;
        var error = StringEscapes.Scan(input, ref _position);
        return error is null ? new Token(TokenKind.String, start, _position, input[start.._position]) : Fail(error, start);
    }

    private Token Word()
    {
        var length = 1;
        while (_position + length < input.Length
            && (IsLetter(input[_position + length]) || char.IsAsciiDigit(input[_position + length]) || input[_position + length] == ':'))
        {
            length++;
        }
        var word = input.Substring(_position, length);
        var kind = word.Contains(':') ? TokenKind.MetricIdentifier : TokenKinds.OfWord(word);
        if (kind == TokenKind.Identifier)
        {
            kind = FeatureWord(word, _position + length);
        }
        return Take(kind, length);
    }

    /// <summary>Words that are keywords only where a feature is on, so that metrics of that name stay usable otherwise.</summary>
    private TokenKind FeatureWord(string word, int end)
    {
        switch (word.ToLowerInvariant())
        {
            case "anchored" when features.HasFlag(PromQLFeatures.ExtendedRangeSelectors): return TokenKind.Anchored;
            case "smoothed" when features.HasFlag(PromQLFeatures.ExtendedRangeSelectors): return TokenKind.Smoothed;
        }
        var next = end;
        while (next < input.Length && input[next] is ' ' or '\t' or '\n' or '\r')
        {
            next++;
        }
        if (!features.HasFlag(PromQLFeatures.FillModifiers) || next >= input.Length || input[next] != '(')
        {
            return TokenKind.Identifier;
        }
        return word.ToLowerInvariant() switch
        {
            "fill" => TokenKind.Fill,
            "fill_left" => TokenKind.FillLeft,
            "fill_right" => TokenKind.FillRight,
            _ => TokenKind.Identifier,
        };
    }

    private Token Take(TokenKind kind, int length)
    {
        var start = _position;
        _position += length;
        return new Token(kind, start, _position, input.Substring(start, length));
    }

    private Token Fail(string message) => Fail(message, _position);

    private Token Fail(string message, int start) => new(TokenKind.Error, start, input.Length, message);

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) || c == '_';

    private string QuoteRune(int at) => at < input.Length ? RuneText.Quote(input, at) : "'\ufffd'";
}
