using System.Buffers;
using System.Text;
using Touchline.Model;

namespace Touchline.Collectors.Tests;

public sealed class TextMetricWriterTests
{
    [Fact]
    public void Prometheus_text_is_written_with_types_help_and_escapes()
    {
        Assert.Equal(
            """
            # HELP requests_total Back\\slash, "quote" and\nline.
            # TYPE requests_total counter
            requests_total 3
            requests_total{path="a\\b\"c\nd",code="200"} 1.5
            # TYPE nohelp untyped
            nohelp NaN
            # HELP lag Lag.
            # TYPE lag histogram
            lag_bucket{le="0.1"} 2
            lag_bucket{le="+Inf"} +Inf
            lag_sum -Inf
            lag_count 1E+21
            # HELP states States.
            # TYPE states gauge
            states 1795464656

            """.ReplaceLineEndings("\n"),
            Write(TextMetricFormat.Prometheus));
    }

    [Fact]
    public void OpenMetrics_names_counters_without_total_and_ends_with_a_mark()
    {
        Assert.Equal(
            """
            # HELP requests Back\\slash, \"quote\" and\nline.
            # TYPE requests counter
            requests_total 3
            requests_total{path="a\\b\"c\nd",code="200"} 1.5
            # TYPE nohelp unknown
            nohelp NaN
            # HELP lag Lag.
            # TYPE lag histogram
            lag_bucket{le="0.1"} 2
            lag_bucket{le="+Inf"} +Inf
            lag_sum -Inf
            lag_count 1E+21
            # HELP states States.
            # TYPE states stateset
            states 1795464656
            # EOF

            """.ReplaceLineEndings("\n"),
            Write(TextMetricFormat.OpenMetrics));
    }

    [Fact]
    public void Counter_without_total_gets_it_in_OpenMetrics()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(buffer, TextMetricFormat.OpenMetrics);

        writer.Family("seen", MetricType.Counter, "");
        writer.Sample(1);
        writer.Complete();

        Assert.Equal("# TYPE seen counter\nseen_total 1\n# EOF\n", Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static string Write(TextMetricFormat format)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new TextMetricWriter(buffer, format);
        writer.Family("requests_total", MetricType.Counter, "Back\\slash, \"quote\" and\nline.");
        writer.Sample(3);
        writer.Sample(1.5, "path", "a\\b\"c\nd", "code", "200");
        writer.Family("empty", MetricType.Gauge, "No samples, so it is left out.");
        writer.Family("nohelp", MetricType.Unknown, "");
        writer.Sample(double.NaN);
        writer.Family("lag", MetricType.Histogram, "Lag.");
        writer.SuffixedSample("_bucket", 2, "le", "0.1");
        writer.SuffixedSample("_bucket", double.PositiveInfinity, "le", "+Inf");
        writer.SuffixedSample("_sum", double.NegativeInfinity);
        writer.SuffixedSample("_count", 1e21);
        writer.Family("states", MetricType.StateSet, "States.");
        writer.Sample(1795464656);
        writer.Complete();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
