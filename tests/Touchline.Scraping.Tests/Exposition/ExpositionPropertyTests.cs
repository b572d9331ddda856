using System.Globalization;
using System.Text;
using CsCheck;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Tests.Exposition;

public sealed class ExpositionPropertyTests
{
    private const string Sample =
        "# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\n"
        + "http_requests_total{method=\"GET\",path=\"/a\\\"b\\\\\"} 1027 1395066363000\n{\"with.dot\",\"k k\"=\"v\"} -Inf\nload1 0.25\n";

    private const string OpenSample =
        "# TYPE req_seconds histogram\n# UNIT req_seconds seconds\nreq_seconds_bucket{le=\"0.1\"} 8 # {trace_id=\"KOO5S4vxi0o\"} 0.67 1.5\n"
        + "req_seconds_count 17 1520879607.789\n# EOF\n";

    private static readonly Gen<byte> FormatByte =
        Gen.OneOf(OneOf("{}\",=\\# \t\n\0abz_:019.eE+-"u8.ToArray()), Gen.Byte);

    [Fact]
    public void Next_any_bytes_never_throws_and_ends() => FormatByte.Array[0, 80].Sample(body =>
    {
        Transcript.OfText(body);
        Transcript.OfOpenMetrics(body);
    });

    [Fact]
    public void Next_mutated_or_cut_body_never_throws_and_ends() =>
        Gen.Select(OneOf(Sample, OpenSample), Gen.Select(Gen.Int[0, 300], FormatByte).Array[0, 4], Gen.Int[0, 300]).Sample((text, edits, length) =>
        {
            var body = Encoding.UTF8.GetBytes(text);
            foreach (var (at, value) in edits)
            {
                body[at % body.Length] = value;
            }
            body = body[..Math.Min(length, body.Length)];
            Transcript.OfText(body);
            Transcript.OfOpenMetrics(body);
        });

    [Fact]
    public void Next_prediction_never_changes_what_is_read() =>
        Gen.Select(FormatByte.Array[0, 60], FormatByte.Array[1, 6]).Sample((body, expected) =>
        {
            foreach (var series in (string[])["a", "a{a=\"b\"}", Encoding.Latin1.GetString(expected)])
            {
                // Only texts that a reader gave before are ever expected.
                var text = Encoding.Latin1.GetBytes(series);
                if ((!SeriesText.IsNameStart(text[0]) && text[0] != '{') || SeriesText.Measure(text, strict: false, out _) != text.Length)
                {
                    continue;
                }
                byte[] line = [.. text, .. body];
                Assert.Equal(WithoutMark(Transcript.OfText(line)), WithoutMark(Transcript.OfText(line, series)));
                if (SeriesText.Measure(text, strict: true, out _) == text.Length)
                {
                    Assert.Equal(WithoutMark(Transcript.OfOpenMetrics(line)), WithoutMark(Transcript.OfOpenMetrics(line, series)));
                }
            }
        });

    /// <summary>Takes out what marks a predicted series; on both sides, because a body may hold the same characters.</summary>
    private static string WithoutMark(string transcript) => transcript.Replace("= {", "{", StringComparison.Ordinal);

    [Fact]
    public void Next_written_series_reads_back() =>
        Gen.Select(Gen.String, Gen.String, Gen.Double).Sample((name, value, number) =>
        {
            name = Sound(name);
            value = Sound(value);
            if (name.Length == 0)
            {
                return;
            }
            var line = $"{{\"{Escape(name)}\",l=\"{Escape(value)}\"}} {SampleValue.Format(number)}\n";
            var bits = double.IsNaN(number) ? BitConverter.UInt64BitsToDouble(StaleMarker.NormalNaNBits) : number;
            Assert.Equal($"{{__name__={name},l={value}}} {SampleValue.Format(bits)}", Transcript.OfText(Encoding.UTF8.GetBytes(line)));
            Assert.Equal($"{{__name__={name},l={value}}} {SampleValue.Format(bits)}", Transcript.OfOpenMetrics(Encoding.UTF8.GetBytes(line + "# EOF\n")));
        });

    [Fact]
    public void TryParse_any_double_written_any_way_reads_back_to_the_last_bit() =>
        Gen.Select(Gen.Double, OneOf("R", "E16", "F10", "G5", "0.00", "E2")).Sample((number, format) =>
        {
            if (!double.IsFinite(number))
            {
                return;
            }
            var text = number.ToString(format, CultureInfo.InvariantCulture);
            Assert.True(SampleNumber.TryParse(Encoding.ASCII.GetBytes(text), out var read));
            Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(read));
        });

    [Fact]
    public void TryParse_short_decimals_read_back_to_the_last_bit() =>
        Gen.Select(Gen.Long[-(1L << 60), 1L << 60], Gen.Int[0, 20], Gen.Int[-30, 30]).Sample((digits, point, exponent) =>
        {
            var text = digits.ToString(CultureInfo.InvariantCulture);
            text = text.Insert(Math.Max(text.Length - point, digits < 0 ? 1 : 0), ".") + $"e{exponent}";
            Assert.True(SampleNumber.TryParse(Encoding.ASCII.GetBytes(text), out var read));
            Assert.Equal(double.Parse(text, CultureInfo.InvariantCulture), read);
        });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Sound(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
