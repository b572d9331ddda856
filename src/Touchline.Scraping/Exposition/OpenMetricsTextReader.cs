using System.Text.Unicode;
using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// OpenMetrics 1.0 as text: single blanks, timestamps in seconds, exemplars, units, and an <c># EOF</c> that must end the body. Series
/// with the suffix <c>_created</c> are series like any other, as in Prometheus; what they say is told to the store besides.
/// </summary>
internal ref struct OpenMetricsTextReader(ReadOnlySpan<byte> body) : IExpositionReader
{
    private const string MissingEof = "data does not end with # EOF";

    private readonly ReadOnlySpan<byte> _body = body;
    private int _at;
    private int _entryStart;

    public bool IsExpectedSeries { get; private set; }

    public ReadOnlySpan<byte> Series { get; private set; }

    public double Value { get; private set; }

    public readonly NativeHistogram? Histogram => null;

    public bool HasTimestamp { get; private set; }

    public long TimestampMs { get; private set; }

    public ReadOnlySpan<byte> ExemplarText { get; private set; }

    public readonly long CreatedMs => CountedSince.Unknown;

    public ReadOnlySpan<byte> MetadataName { get; private set; }

    public ReadOnlySpan<byte> MetadataText { get; private set; }

    public MetricType MetadataType { get; private set; }

    public string Error { get; private set; } = "";

    /// <summary>Where in the body the error is.</summary>
    public int ErrorOffset { get; private set; }

    /// <summary>The line of the entry, from 1.</summary>
    public readonly int Line => _body[.._entryStart].Count((byte)'\n') + 1;

    public readonly string Place => $"line {Line}";

    public ExpositionEntry Next(ReadOnlySpan<byte> expectedSeries)
    {
        _entryStart = _at;
        var rest = _body[_at..];
        // An expected series is whole where its value's blank follows: a bare name cannot go on with one.
        if (!expectedSeries.IsEmpty && rest.Length > expectedSeries.Length && rest[expectedSeries.Length] == ' '
            && rest.StartsWith(expectedSeries))
        {
            IsExpectedSeries = true;
            Series = rest[..expectedSeries.Length];
            _at += expectedSeries.Length;
            return ReadSample();
        }
        IsExpectedSeries = false;
        if (rest.IsEmpty)
        {
            // Prometheus takes a body without a single byte as a scrape without samples.
            return _body.IsEmpty ? ExpositionEntry.End : Fail(MissingEof);
        }
        if (rest[0] == '{' || SeriesText.IsNameStart(rest[0]))
        {
            var length = SeriesText.Measure(rest, strict: true, out var error);
            if (length < 0)
            {
                return Fail(error, _at + ~length);
            }
            Series = rest[..length];
            _at += length;
            return ReadSample();
        }
        if (rest.StartsWith("# EOF"u8))
        {
            return rest.Length == 5 || (rest.Length == 6 && rest[5] == '\n') ? ExpositionEntry.End : Fail("unexpected data after # EOF");
        }
        if (rest.StartsWith("# HELP "u8) || rest.StartsWith("# TYPE "u8) || rest.StartsWith("# UNIT "u8))
        {
            return ReadMetadata(rest);
        }
        return Fail(SeriesText.Expected("a metric name, \"{\", \"# HELP \", \"# TYPE \", \"# UNIT \" or \"# EOF\" at the start of a line", _body, _at));
    }

    public bool NextExemplar()
    {
        // A line has one at most.
        ExemplarText = default;
        return false;
    }

    /// <summary>An exemplar as written after the hash: labels, value and perhaps a time in seconds.</summary>
    public static bool TryReadExemplar(ReadOnlySpan<byte> text, StringPool pool, long defaultTimeMs, List<Label> labels, out Exemplar? exemplar)
    {
        exemplar = null;
        var length = SeriesText.MeasureLabelSet(text, out _);
        if (length < 0 || !SeriesText.TryDecode(text[..length], pool, labels, out _))
        {
            return false;
        }
        var numbers = text[(length + 1)..];
        var blank = numbers.IndexOf((byte)' ');
        var time = defaultTimeMs;
        if (!SampleNumber.TryParse(blank < 0 ? numbers : numbers[..blank], out var value)
            || (blank >= 0 && !TryParseSeconds(numbers[(blank + 1)..], out time)))
        {
            return false;
        }
        exemplar = new Exemplar(Labels.Of([.. labels]), value, time);
        return true;
    }

    private ExpositionEntry ReadSample()
    {
        HasTimestamp = false;
        ExemplarText = default;
        if (!TryReadNumber("value after metric", out var text))
        {
            return ExpositionEntry.Error;
        }
        if (!SampleNumber.TryParse(text, out var value))
        {
            return Fail($"invalid value {SeriesText.Quote(text)}, expected a decimal number, NaN, +Inf or -Inf", _at - text.Length);
        }
        Value = value;
        if (AtLineEnd())
        {
            return EndLine();
        }
        if (!_body[_at..].StartsWith(" # {"u8))
        {
            if (!TryReadNumber("a timestamp in seconds or the end of the line", out text))
            {
                return ExpositionEntry.Error;
            }
            if (!TryParseSeconds(text, out var time))
            {
                return Fail($"invalid timestamp {SeriesText.Quote(text)}, expected seconds since 1970", _at - text.Length);
            }
            HasTimestamp = true;
            TimestampMs = time;
            if (AtLineEnd())
            {
                return EndLine();
            }
        }
        return _body[_at..].StartsWith(" # {"u8)
            ? ReadExemplarText()
            : Fail(SeriesText.Expected("an exemplar (\" # {\") or the end of the line", _body, _at));
    }

    private ExpositionEntry ReadExemplarText()
    {
        var start = _at + 3;
        var length = SeriesText.MeasureLabelSet(_body[start..], out var error);
        if (length < 0)
        {
            return Fail(error, start + ~length);
        }
        if (!Utf8.IsValid(_body.Slice(start, length)))
        {
            return Fail($"invalid UTF-8 in the exemplar {SeriesText.Quote(_body.Slice(start, length))}");
        }
        _at = start + length;
        if (!TryReadNumber("value after exemplar labels", out var text))
        {
            return ExpositionEntry.Error;
        }
        if (!SampleNumber.TryParse(text, out _))
        {
            return Fail($"invalid exemplar value {SeriesText.Quote(text)}, expected a decimal number", _at - text.Length);
        }
        if (!AtLineEnd())
        {
            if (!TryReadNumber("an exemplar timestamp in seconds or the end of the line", out text))
            {
                return ExpositionEntry.Error;
            }
            if (!TryParseSeconds(text, out _))
            {
                return Fail($"invalid exemplar timestamp {SeriesText.Quote(text)}, expected seconds since 1970", _at - text.Length);
            }
        }
        if (!AtLineEnd())
        {
            return Fail(SeriesText.Expected("the end of the line after the exemplar", _body, _at));
        }
        ExemplarText = _body[start.._at];
        return EndLine();
    }

    private bool TryReadNumber(string what, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_at >= _body.Length || _body[_at] != ' ')
        {
            Fail(_at >= _body.Length ? MissingEof : SeriesText.Expected($"one blank and {what}", _body, _at));
            return false;
        }
        var start = ++_at;
        while (_at < _body.Length && _body[_at] is not ((byte)' ' or (byte)'\n'))
        {
            _at++;
        }
        text = _body[start.._at];
        if (text.IsEmpty)
        {
            Fail(SeriesText.Expected(what, _body, _at));
            return false;
        }
        return true;
    }

    private readonly bool AtLineEnd() => _at >= _body.Length || _body[_at] == '\n';

    private ExpositionEntry EndLine()
    {
        if (_at >= _body.Length)
        {
            return Fail(MissingEof);
        }
        _at++;
        return ExpositionEntry.Series;
    }

    private ExpositionEntry ReadMetadata(ReadOnlySpan<byte> rest)
    {
        const int NameAt = 7;
        var kind = rest[2];
        var keyword = kind switch
        {
            (byte)'H' => "HELP",
            (byte)'T' => "TYPE",
            _ => "UNIT",
        };
        var nameEnd = NameEnd(rest, NameAt);
        if (nameEnd <= NameAt)
        {
            return Fail(SeriesText.Expected($"a metric name after {keyword}", rest, NameAt), _at + NameAt);
        }
        var name = rest[NameAt..nameEnd];
        MetadataName = name[0] == '"' ? name[1..^1] : name;
        var text = rest[nameEnd..];
        var newline = text.IndexOf((byte)'\n');
        if (newline < 0)
        {
            return Fail(MissingEof);
        }
        if (newline == 0 || text[0] != ' ')
        {
            return Fail(SeriesText.Expected($"one blank and text in {keyword}", text, 0), _at + nameEnd);
        }
        text = text[1..newline];
        MetadataText = text;
        var textAt = _at + nameEnd + 1;
        _at += nameEnd + newline + 1;
        if (!Utf8.IsValid(text) || !Utf8.IsValid(name))
        {
            return Fail($"{keyword.ToLowerInvariant()} text {SeriesText.Quote(text)} is not a valid utf8 string", textAt);
        }
        return kind switch
        {
            (byte)'H' => ExpositionEntry.Help,
            (byte)'T' => ReadType(text, textAt),
            _ => ReadUnit(MetadataName, text, textAt),
        };
    }

    private static int NameEnd(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length)
        {
            return -1;
        }
        if (text[at] == '"')
        {
            return SeriesText.QuotedEnd(text, at);
        }
        return SeriesText.IsNameStart(text[at]) ? at + SeriesText.NameLength(text[at..]) : -1;
    }

    private ExpositionEntry ReadUnit(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit, int at)
    {
        var suffixed = unit.IsEmpty || (name.Length > unit.Length && name.EndsWith(unit) && name[^(unit.Length + 1)] == '_');
        return suffixed ? ExpositionEntry.Unit : Fail($"unit {SeriesText.Quote(unit)} not a suffix of metric {SeriesText.Quote(name)}", at);
    }

    private ExpositionEntry ReadType(ReadOnlySpan<byte> text, int at)
    {
        MetricType? type = text switch
        {
            _ when text.SequenceEqual("counter"u8) => MetricType.Counter,
            _ when text.SequenceEqual("gauge"u8) => MetricType.Gauge,
            _ when text.SequenceEqual("histogram"u8) => MetricType.Histogram,
            _ when text.SequenceEqual("gaugehistogram"u8) => MetricType.GaugeHistogram,
            _ when text.SequenceEqual("summary"u8) => MetricType.Summary,
            _ when text.SequenceEqual("info"u8) => MetricType.Info,
            _ when text.SequenceEqual("stateset"u8) => MetricType.StateSet,
            _ when text.SequenceEqual("unknown"u8) => MetricType.Unknown,
            _ => null,
        };
        if (type is null)
        {
            return Fail($"invalid metric type {SeriesText.Quote(text)}, expected counter, gauge, histogram, gaugehistogram, summary, "
                + "info, stateset or unknown", at);
        }
        MetadataType = type.Value;
        return ExpositionEntry.Type;
    }

    private static bool TryParseSeconds(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!SampleNumber.TryParse(text, out var seconds) || !double.IsFinite(seconds))
        {
            return false;
        }
        milliseconds = (long)Math.Clamp(seconds * 1000, long.MinValue, long.MaxValue);
        return true;
    }

    private ExpositionEntry Fail(string message) => Fail(message, _at);

    private ExpositionEntry Fail(string message, int at)
    {
        ErrorOffset = Math.Min(at, _body.Length);
        Error = message == MissingEof ? message : $"{Place}: {message}";
        _at = _body.Length;
        return ExpositionEntry.Error;
    }
}
