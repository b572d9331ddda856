using System.Globalization;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Scripts;

/// <summary>
/// One series with its values: <c>name{a="b"} 1 2+3x4 _ _x2 stale {{schema:0 count:5}}x3</c>. An expansion <c>a+bxn</c> stands for n + 1
/// values.
/// </summary>
internal sealed class SeriesDescriptionParser
{
    /// <summary>More values than this in one line are taken for a mistake.</summary>
    private const int MaxValues = 10_000_000;

    private readonly string _text;
    private readonly List<SequenceValue> _values = [];
    private int _position;

    private SeriesDescriptionParser(string text) => _text = text;

    /// <exception cref="SeriesSyntaxException">The text is not a series description.</exception>
    public static SeriesDescription Parse(string text, int line)
    {
        var parser = new SeriesDescriptionParser(text);
        Labels labels;
        try
        {
            labels = parser.ParseLabels();
        }
        catch (PromQLSyntaxException e)
        {
            throw new SeriesSyntaxException(e.Errors[0].Span.Start, e.Errors[0].Message);
        }
        parser.ParseValues();
        return new SeriesDescription(line, labels, parser._values);
    }

    private Labels ParseLabels()
    {
        var reader = new TokenReader(_text, PromQLFeatures.None);
        var labels = new LabelsBuilder();
        if (reader.Peek().Kind != TokenKind.LeftBrace)
        {
            if (!reader.Peek().Kind.IsMetricName())
            {
                throw reader.Unexpected();
            }
            labels.Set(LabelNames.MetricName, reader.Take().Text);
            _position = reader.LastEnd;
            if (_position == _text.Length || _text[_position] != '{')
            {
                return labels.ToLabels();
            }
        }
        reader.Expect(TokenKind.LeftBrace);
        reader.Enter("label set", "identifier or \"}\"");
        while (!reader.TryTake(TokenKind.RightBrace))
        {
            var label = reader.Peek();
            if (label.Kind is not (TokenKind.Identifier or TokenKind.String))
            {
                throw reader.Unexpected();
            }
            reader.Take();
            var name = label.Kind == TokenKind.String ? StringEscapes.Unquote(label.Text) : label.Text;
            if (label.Kind == TokenKind.String && reader.Peek().Kind != TokenKind.Assign)
            {
                labels.Set(LabelNames.MetricName, name);
            }
            else
            {
                reader.Expecting("label set", "\"=\"");
                reader.Expect(TokenKind.Assign);
                reader.Expecting("label set", "string");
                labels.Set(name, StringEscapes.Unquote(reader.Expect(TokenKind.String).Text));
            }
            reader.Expecting("label set", "\",\" or \"}\"");
            if (!reader.TryTake(TokenKind.Comma))
            {
                reader.Expect(TokenKind.RightBrace);
                break;
            }
            reader.Expecting("label set", "identifier or \"}\"");
        }
        _position = reader.LastEnd;
        return labels.ToLabels();
    }

    private void ParseValues()
    {
        while (true)
        {
            var start = _position;
            while (_position < _text.Length && _text[_position] is ' ' or '\t')
            {
                _position++;
            }
            if (_position == _text.Length)
            {
                return;
            }
            if (_position == start)
            {
                throw Fail("values must be separated by blanks");
            }
            if (Starts("{{"))
            {
                ParseHistograms();
            }
            else if (Starts("_"))
            {
                _position++;
                Repeat(SequenceValue.None, TryTakeTimes() ?? 1);
            }
            else if (Starts("stale") && (_position + 5 == _text.Length || _text[_position + 5] is ' ' or '\t'))
            {
                _position += 5;
                _values.Add(new SequenceValue(StaleMarker.Value, null, false));
            }
            else
            {
                ParseNumbers();
            }
        }
    }

    private void ParseNumbers()
    {
        var value = TakeNumber();
        var increment = 0.0;
        if (_position < _text.Length && _text[_position] is '+' or '-')
        {
            increment = TakeNumber();
            if (!Starts("x"))
            {
                throw Fail("an increment needs a count: 1+2x3");
            }
        }
        // The count is that of the steps behind the first value.
        var steps = TryTakeTimes() ?? 0;
        for (long i = 0; i <= steps; i++)
        {
            _values.Add(new SequenceValue(value, null, false));
            value += increment;
        }
    }

    private void ParseHistograms()
    {
        var (value, hintGiven) = TakeHistogram();
        var sign = _position < _text.Length && _text[_position] is '+' or '-' ? _text[_position] : '\0';
        NativeHistogram? increment = null;
        if (sign != '\0')
        {
            _position++;
            increment = TakeHistogram().Histogram;
            if (!Starts("x"))
            {
                throw Fail("an increment needs a count: {{…}}+{{…}}x3");
            }
        }
        var steps = TryTakeTimes() ?? 0;
        for (long i = 0; i <= steps; i++)
        {
            _values.Add(new SequenceValue(0, value, false) { HintGiven = hintGiven });
            if (increment is not null && i < steps)
            {
                value = HistogramSequence.Add(value, increment, sign == '+' ? 1 : -1)
                    ?? throw Fail("the increment's buckets do not fit those of the first histogram");
            }
        }
    }

    private (NativeHistogram Histogram, bool HintGiven) TakeHistogram()
    {
        var end = Starts("{{") ? _text.IndexOf("}}", _position, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            throw Fail("a histogram is written {{…}}");
        }
        var notation = _text[(_position + 2)..end];
        if (!HistogramNotation.TryParse(notation, out var histogram, out var hintGiven, out var error))
        {
            throw Fail(error);
        }
        _position = end + 2;
        return (histogram, hintGiven);
    }

    private double TakeNumber()
    {
        var start = _position;
        if (_text[_position] is '+' or '-')
        {
            _position++;
        }
        if (_position + 3 <= _text.Length && _text.AsSpan(_position, 3) is var word
            && (word.Equals("inf", StringComparison.OrdinalIgnoreCase) || word.Equals("nan", StringComparison.OrdinalIgnoreCase)))
        {
            _position += 3;
        }
        while (_position < _text.Length && (char.IsAsciiDigit(_text[_position]) || _text[_position] is '.' or '_'
            || _text[_position] is 'e' or 'E'
            || (_text[_position] is '+' or '-' && _position > start && _text[_position - 1] is 'e' or 'E')))
        {
            _position++;
        }
        if (NumberText.TryParse(_text.AsSpan(start, _position - start), out var value))
        {
            return value;
        }
        _position = start;
        throw Fail("expected a number, \"stale\", \"_\" or a histogram");
    }

    private long? TryTakeTimes()
    {
        if (!Starts("x"))
        {
            return null;
        }
        var start = ++_position;
        while (_position < _text.Length && char.IsAsciiDigit(_text[_position]))
        {
            _position++;
        }
        return long.TryParse(_text.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture, out var times) && times + _values.Count < MaxValues
            ? times
            : throw new SeriesSyntaxException(start, $"expected a count below {MaxValues} behind x");
    }

    private void Repeat(SequenceValue value, long times)
    {
        for (long i = 0; i < times; i++)
        {
            _values.Add(value);
        }
    }

    private bool Starts(string prefix) => _text.AsSpan(_position).StartsWith(prefix, StringComparison.Ordinal);

    private SeriesSyntaxException Fail(string message) => new(_position, message);
}
