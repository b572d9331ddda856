using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// The part of a sample line that names a series: <c>name{label="value",…}</c> or <c>{"name","label"="value",…}</c>. Measured on every
/// line that is not as expected, taken apart only for series seen for the first time.
/// </summary>
internal static class SeriesText
{
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_:0123456789"u8);

    private static readonly SearchValues<byte> LabelNameBytes =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"u8);

    private static readonly SearchValues<byte> QuoteOrEscape = SearchValues.Create("\"\\"u8);

    public static bool IsNameStart(byte c) => char.IsAsciiLetter((char)c) || c is (byte)'_' or (byte)':';

    public static int NameLength(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAnyExcept(NameBytes);
        return end < 0 ? text.Length : end;
    }

    /// <summary>The length of a series that starts the text, or the complement of where it is wrong, and what is.</summary>
    /// <param name="strict">OpenMetrics: no blanks between tokens, commas between labels, no line breaks in values.</param>
    public static int Measure(ReadOnlySpan<byte> text, bool strict, out string error)
    {
        error = "";
        var at = 0;
        var named = false;
        if (IsNameStart(text[0]))
        {
            at = NameLength(text);
            named = true;
            var brace = strict ? at : SkipBlanks(text, at);
            if (brace >= text.Length || text[brace] != '{')
            {
                return at;
            }
            at = brace;
        }
        return MeasureLabels(text, at + 1, strict, named, requireName: true, ref error);
    }

    /// <summary>The length of a label set in braces that starts the text and has no metric name, or the complement of where it is wrong, and what is.</summary>
    public static int MeasureLabelSet(ReadOnlySpan<byte> text, out string error)
    {
        error = "";
        return MeasureLabels(text, 1, strict: true, named: true, requireName: false, ref error);
    }

    /// <summary>
    /// Takes a measured series apart. Names and values are as written apart from escapes; empty values are kept, because an exposed
    /// empty label hides a target's label where honor_labels is set. The metric name comes as <c>__name__</c>.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> series, StringPool pool, List<Label> labels, out string error)
    {
        labels.Clear();
        error = "";
        if (!Utf8.IsValid(series))
        {
            error = $"invalid UTF-8 in {Quote(series)}, expected labels encoded as UTF-8";
            return false;
        }
        var at = 0;
        if (series[0] != '{')
        {
            at = NameLength(series);
            labels.Add(new Label(LabelNames.MetricName, pool.Get(series[..at])));
            at = SkipBlanks(series, at);
        }
        for (at++; at < series.Length;)
        {
            at = SkipBlanks(series, at);
            if (series[at] is (byte)',' or (byte)'}')
            {
                at++;
                continue;
            }
            var nameEnd = TokenEnd(series, at);
            var name = pool.Get(series[at..nameEnd]);
            at = SkipBlanks(series, nameEnd);
            if (series[at] != '=')
            {
                labels.Add(new Label(LabelNames.MetricName, name));
                continue;
            }
            at = SkipBlanks(series, at + 1);
            var valueEnd = TokenEnd(series, at);
            labels.Add(new Label(name, pool.Get(series[at..valueEnd])));
            at = valueEnd;
        }
        labels.Sort();
        for (var i = 0; i < labels.Count; i++)
        {
            if (labels[i].Name.Length == 0 || (labels[i].Name == LabelNames.MetricName && labels[i].Value.Length == 0))
            {
                error = $"empty name in {Quote(series)}, expected at least one character";
                return false;
            }
            if (i > 0 && labels[i].Name == labels[i - 1].Name)
            {
                error = $"label name \"{labels[i].Name}\" is not unique in {Quote(series)}, expected each name once";
                return false;
            }
        }
        return true;
    }

    /// <summary>Resolves <c>\\</c>, <c>\"</c> and <c>\n</c>; other escapes stay as written, as in Prometheus.</summary>
    public static string Unescape(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'\\') < 0)
        {
            return Encoding.UTF8.GetString(text);
        }
        var rented = ArrayPool<byte>.Shared.Rent(text.Length);
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var next = text[i] == '\\' && i + 1 < text.Length ? text[i + 1] : (byte)0;
            switch (next)
            {
                case (byte)'n':
                    rented[length++] = (byte)'\n';
                    i++;
                    break;
                case (byte)'\\' or (byte)'"':
                    rented[length++] = next;
                    i++;
                    break;
                default:
                    rented[length++] = text[i];
                    break;
            }
        }
        var result = Encoding.UTF8.GetString(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
        return result;
    }

    /// <summary>The opposite of <see cref="Unescape"/>.</summary>
    public static void WriteEscaped(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        while (text.IndexOfAny((byte)'\\', (byte)'"', (byte)'\n') is >= 0 and var special)
        {
            output.Write(text[..special]);
            output.Write(text[special] switch { (byte)'\n' => "\\n"u8, (byte)'"' => "\\\""u8, _ => "\\\\"u8 });
            text = text[(special + 1)..];
        }
        output.Write(text);
    }

    /// <summary>
    /// The end of the quoted string that starts at a quote, past its closing quote; -1 where it is not closed. A line break may stand
    /// in it, as Prometheus has it, but not be escaped.
    /// </summary>
    public static int QuotedEnd(ReadOnlySpan<byte> text, int at)
    {
        at++;
        while (at < text.Length)
        {
            var found = text[at..].IndexOfAny(QuoteOrEscape);
            if (found < 0)
            {
                return -1;
            }
            at += found;
            if (text[at] == '"')
            {
                return at + 1;
            }
            if (at + 1 >= text.Length || text[at + 1] == '\n')
            {
                return -1;
            }
            at += 2;
        }
        return -1;
    }

    public static int SkipBlanks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\t')
        {
            at++;
        }
        return at;
    }

    /// <summary>Text from a body for an error message: in quotes, cut at 80 bytes, unprintable bytes escaped.</summary>
    public static string Quote(ReadOnlySpan<byte> text)
    {
        const int Shown = 80;
        var shown = text[..Math.Min(text.Length, Shown)];
        var characters = new StringBuilder(shown.Length);
        while (!shown.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(shown, out var rune, out var length) == OperationStatus.Done)
            {
                characters.Append(rune.ToString());
            }
            else
            {
                // A byte that is no UTF-8 is carried as a lone surrogate, which the writer shows as \xff.
                length = 1;
                characters.Append((char)(0xdc00 + shown[0]));
            }
            shown = shown[length..];
        }
        return QuotedString.Of(characters.ToString()) + (text.Length > Shown ? "…" : "");
    }

    private static int MeasureLabels(ReadOnlySpan<byte> text, int at, bool strict, bool named, bool requireName, ref string error)
    {
        while (true)
        {
            at = strict ? at : SkipBlanks(text, at);
            if (at < text.Length && text[at] == '}')
            {
                if (named)
                {
                    return at + 1;
                }
                error = "metric name not set, expected it before the braces or in quotes inside them";
                return ~at;
            }
            var nameAt = at;
            at = NameEnd(text, at);
            if (at < 0)
            {
                error = Expected("a label name or \"}\"", text, nameAt);
                return ~nameAt;
            }
            at = strict ? at : SkipBlanks(text, at);
            if (requireName && text[nameAt] == '"' && at < text.Length && text[at] is (byte)',' or (byte)'}')
            {
                if (named)
                {
                    error = $"metric name already set before {Quote(text[nameAt..at])}, expected \"=\" and a label value after it";
                    return ~nameAt;
                }
                named = true;
                at += text[at] == ',' ? 1 : 0;
                continue;
            }
            if (at >= text.Length || text[at] != '=')
            {
                error = Expected("\"=\" after the label name", text, at);
                return ~at;
            }
            at = strict ? at + 1 : SkipBlanks(text, at + 1);
            var valueEnd = at < text.Length && text[at] == '"' ? QuotedEnd(text, at) : -1;
            if (valueEnd < 0 || (strict && text[at..valueEnd].Contains((byte)'\n')))
            {
                error = Expected("a label value in double quotes", text, at);
                return ~at;
            }
            at = strict ? valueEnd : SkipBlanks(text, valueEnd);
            if (at < text.Length && text[at] == ',')
            {
                at++;
            }
            else if (strict && (at >= text.Length || text[at] != '}'))
            {
                error = Expected("\",\" or \"}\" after the label value", text, at);
                return ~at;
            }
        }
    }

    private static int NameEnd(ReadOnlySpan<byte> text, int at)
    {
        if (at >= text.Length)
        {
            return -1;
        }
        if (text[at] == '"')
        {
            return QuotedEnd(text, at);
        }
        if (!char.IsAsciiLetter((char)text[at]) && text[at] != '_')
        {
            return -1;
        }
        var length = text[at..].IndexOfAnyExcept(LabelNameBytes);
        return length < 0 ? text.Length : at + length;
    }

    private static int TokenEnd(ReadOnlySpan<byte> series, int at) => series[at] == '"' ? QuotedEnd(series, at) : NameEnd(series, at);

    /// <summary>What should stand at a place, and what does.</summary>
    public static string Expected(string what, ReadOnlySpan<byte> text, int at)
    {
        var rest = at < text.Length ? text[at..] : default;
        var line = rest.IndexOf((byte)'\n');
        rest = line >= 0 ? rest[..line] : rest;
        return $"expected {what}, got {(rest.IsEmpty ? "the end of the line" : Quote(rest))}";
    }
}
