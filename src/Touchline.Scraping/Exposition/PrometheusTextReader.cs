using System.Text.Unicode;
using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// The Prometheus text format 0.0.4, with the quoted UTF-8 names of 1.0.0. Takes and refuses what Prometheus 3 does, apart from three
/// slips of its lexer: blanks before a name are not part of it, <c>{name}</c> without quotes is refused, and a NUL byte does not end
/// the body silently.
/// </summary>
internal ref struct PrometheusTextReader(ReadOnlySpan<byte> body) : IExpositionReader
{
    private readonly ReadOnlySpan<byte> _body = body;
    private int _at;
    private int _entryStart;

    public bool IsExpectedSeries { get; private set; }

    public ReadOnlySpan<byte> Series { get; private set; }

    public double Value { get; private set; }

    public readonly NativeHistogram? Histogram => null;

    public bool HasTimestamp { get; private set; }

    public long TimestampMs { get; private set; }

    public readonly ReadOnlySpan<byte> ExemplarText => default;

    public readonly long CreatedMs => CountedSince.Unknown;

    public ReadOnlySpan<byte> MetadataName { get; private set; }

    public ReadOnlySpan<byte> MetadataText { get; private set; }

    public MetricType MetadataType { get; private set; }

    public string Error { get; private set; } = "";

    /// <summary>The line of the entry, from 1.</summary>
    public readonly int Line => _body[.._entryStart].Count((byte)'\n') + 1;

    public readonly string Place => $"line {Line}";

    public ExpositionEntry Next(ReadOnlySpan<byte> expectedSeries)
    {
        if (TryExpected(expectedSeries))
        {
            return ReadSample();
        }
        IsExpectedSeries = false;
        while (true)
        {
            _at = SeriesText.SkipBlanks(_body, _at);
            _entryStart = _at;
            if (_at >= _body.Length)
            {
                return ExpositionEntry.End;
            }
            var first = _body[_at];
            if (first == '\n')
            {
                _at++;
            }
            else if (first == '#')
            {
                if (ReadComment() is { } entry)
                {
                    return entry;
                }
            }
            else if (first == '{' || SeriesText.IsNameStart(first))
            {
                return ReadSeries();
            }
            else
            {
                return Fail(SeriesText.Expected("a metric name, \"{\" or \"#\" at the start of a line", _body, _at));
            }
        }
    }

    public readonly bool NextExemplar() => false;

    private bool TryExpected(ReadOnlySpan<byte> expectedSeries)
    {
        var end = _at + expectedSeries.Length;
        if (expectedSeries.IsEmpty || end >= _body.Length || !_body[_at..].StartsWith(expectedSeries))
        {
            return false;
        }
        if (expectedSeries[^1] != '}')
        {
            // A bare name ends here only if a blank follows, and if labels do not follow the blank.
            var next = SeriesText.SkipBlanks(_body, end);
            if (next == end || next >= _body.Length || _body[next] == '{')
            {
                return false;
            }
        }
        _entryStart = _at;
        Series = _body[_at..end];
        IsExpectedSeries = true;
        _at = end;
        return true;
    }

    private ExpositionEntry ReadSeries()
    {
        var length = SeriesText.Measure(_body[_at..], strict: false, out var error);
        if (length < 0)
        {
            return Fail(error);
        }
        Series = _body.Slice(_at, length);
        _at += length;
        return ReadSample();
    }

    private ExpositionEntry ReadSample()
    {
        _at = SeriesText.SkipBlanks(_body, _at);
        var start = _at;
        while (_at < _body.Length && _body[_at] is not ((byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'{'))
        {
            _at++;
        }
        if (_at == start)
        {
            return Fail(SeriesText.Expected("value after metric", _body, _at));
        }
        if (!SampleNumber.TryParse(_body[start.._at], out var value))
        {
            return Fail($"invalid value {SeriesText.Quote(_body[start.._at])}, expected a decimal number, NaN, +Inf or -Inf");
        }
        Value = value;
        HasTimestamp = false;
        if (_at < _body.Length && _body[_at] != '\n')
        {
            _at = SeriesText.SkipBlanks(_body, _at);
            if (_at < _body.Length && char.IsAsciiDigit((char)_body[_at]))
            {
                if (!TryReadTimestamp())
                {
                    return ExpositionEntry.Error;
                }
            }
            if (_at < _body.Length && _body[_at] != '\n')
            {
                var expected = HasTimestamp ? "the end of the line after the timestamp" : "a timestamp in milliseconds or the end of the line";
                return Fail(SeriesText.Expected(expected, _body, _at));
            }
        }
        _at++;
        return ExpositionEntry.Series;
    }

    private bool TryReadTimestamp()
    {
        var start = _at;
        long timestamp = 0;
        for (; _at < _body.Length && char.IsAsciiDigit((char)_body[_at]); _at++)
        {
            var digit = _body[_at] - '0';
            if (timestamp > (long.MaxValue - digit) / 10)
            {
                Fail($"timestamp {SeriesText.Quote(_body[start..(_at + 1)])}… is out of range, expected milliseconds since 1970");
                return false;
            }
            timestamp = (timestamp * 10) + digit;
        }
        TimestampMs = timestamp;
        HasTimestamp = true;
        _at = SeriesText.SkipBlanks(_body, _at);
        return true;
    }

    /// <summary>Reads a line that starts with a hash; null for an ordinary comment.</summary>
    private ExpositionEntry? ReadComment()
    {
        var rest = _body[_at..];
        var newline = rest.IndexOf((byte)'\n');
        var line = newline < 0 ? rest : rest[..newline];
        var keyword = line[SeriesText.SkipBlanks(line, 1)..];
        var isHelp = keyword.StartsWith("HELP"u8);
        var spaced = line.Length > 1 && line[1] is (byte)' ' or (byte)'\t';
        if (!spaced || !(isHelp || keyword.StartsWith("TYPE"u8)) || keyword.Length < 5 || keyword[4] is not ((byte)' ' or (byte)'\t'))
        {
            _at += line.Length + 1;
            return null;
        }
        // A quoted name may hold a line break, so that what follows is measured on the body.
        var nameAt = _at + line.Length - keyword.Length + 4;
        nameAt = SeriesText.SkipBlanks(_body, nameAt);
        var nameLength = NameLength(nameAt);
        if (nameLength <= 0)
        {
            return Fail(SeriesText.Expected($"a metric name after {(isHelp ? "HELP" : "TYPE")}", _body, nameAt));
        }
        var name = _body.Slice(nameAt, nameLength);
        MetadataName = name[0] == '"' ? name[1..^1] : name;
        var text = _body[(nameAt + nameLength)..];
        newline = text.IndexOf((byte)'\n');
        text = newline < 0 ? text : text[..newline];
        _at = nameAt + nameLength + text.Length + 1;
        text = text.IsEmpty ? text : text[1..];
        MetadataText = text;
        if (!isHelp)
        {
            return ReadType(text);
        }
        return Utf8.IsValid(text) && Utf8.IsValid(name)
            ? ExpositionEntry.Help
            : Fail($"help text {SeriesText.Quote(text)} is not a valid utf8 string");
    }

    private readonly int NameLength(int at)
    {
        if (at >= _body.Length)
        {
            return 0;
        }
        if (_body[at] == '"')
        {
            return SeriesText.QuotedEnd(_body, at) - at;
        }
        return SeriesText.IsNameStart(_body[at]) ? SeriesText.NameLength(_body[at..]) : 0;
    }

    private ExpositionEntry ReadType(ReadOnlySpan<byte> text)
    {
        MetricType? type = text switch
        {
            _ when text.SequenceEqual("counter"u8) => MetricType.Counter,
            _ when text.SequenceEqual("gauge"u8) => MetricType.Gauge,
            _ when text.SequenceEqual("histogram"u8) => MetricType.Histogram,
            _ when text.SequenceEqual("summary"u8) => MetricType.Summary,
            _ when text.SequenceEqual("untyped"u8) => MetricType.Unknown,
            _ => null,
        };
        if (type is null)
        {
            return Fail($"invalid metric type {SeriesText.Quote(text)}, expected counter, gauge, histogram, summary or untyped");
        }
        MetadataType = type.Value;
        return ExpositionEntry.Type;
    }

    private ExpositionEntry Fail(string message)
    {
        Error = $"{Place}: {message}";
        _at = _body.Length;
        return ExpositionEntry.Error;
    }
}
