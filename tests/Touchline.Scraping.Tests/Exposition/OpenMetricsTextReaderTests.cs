namespace Touchline.Scraping.Tests.Exposition;

/// <summary>Bodies that Prometheus 3.5.3 was asked about.</summary>
public sealed class OpenMetricsTextReaderTests
{
    [Theory]
    [InlineData("# EOF\n", "")]
    [InlineData("", "")]
    [InlineData("foo 1\n# EOF", "{__name__=foo} 1")]
    [InlineData("foo 1 1.5\n# EOF\n", "{__name__=foo} 1 @1500")]
    [InlineData("foo 1 -1\n# EOF\n", "{__name__=foo} 1 @-1000")]
    [InlineData("foo 1 1e99\n# EOF\n", "{__name__=foo} 1 @9223372036854775807")]
    [InlineData("foo{a=\"b\",} 1\n# EOF\n", "{__name__=foo,a=b} 1")]
    [InlineData("foo{\"b\nc\"=\"d\"} 1\n# EOF\n", "{__name__=foo,b\nc=d} 1")]
    [InlineData("{\"foo\",a=\"b\"} 1\n# EOF\n", "{__name__=foo,a=b} 1")]
    [InlineData("# UNIT foo_bytes bytes\n# EOF\n", "UNIT foo_bytes [bytes]")]
    [InlineData("# UNIT foo_bytes \n# EOF\n", "UNIT foo_bytes []")]
    [InlineData("# TYPE foo unknown\n# TYPE foo stateset\n# TYPE foo info\n# TYPE foo gaugehistogram\n# EOF\n", "TYPE foo Unknown\nTYPE foo StateSet\nTYPE foo Info\nTYPE foo GaugeHistogram")]
    [InlineData("# TYPE foo counter\nfoo_total 1\nfoo_created 123\n# EOF\n", "TYPE foo Counter\n{__name__=foo_total} 1\n{__name__=foo_created} 123")]
    [InlineData("# HELP foo a\\nb\\\"c\n# EOF\n", "HELP foo [a\nb\"c]")]
    public void Next_good_lines_are_taken(string body, string transcript) =>
        Assert.Equal(transcript, Transcript.OfOpenMetrics(Transcript.Bytes(body)));

    [Theory]
    [InlineData("foo 1 # {trace_id=\"x\"} 2\n", "1 # {trace_id=\"x\"} 2 @-1")]
    [InlineData("foo 1 # {trace_id=\"x\"} 2 3.5\n", "1 # {trace_id=\"x\"} 2 @3500")]
    [InlineData("foo 1 5 # {trace_id=\"x\"} 2 3.5\n", "1 @5000 # {trace_id=\"x\"} 2 @3500")]
    [InlineData("foo 1 # {} 2\n", "1 # {} 2 @-1")]
    [InlineData("foo 1 # {\"q r\"=\"x\",} 2\n", "1 # {\"q r\"=\"x\"} 2 @-1")]
    public void Next_exemplars_are_taken(string line, string transcript) =>
        Assert.Equal("{__name__=foo} " + transcript, Transcript.OfOpenMetrics(Transcript.Bytes(line + "# EOF\n")));

    [Theory]
    [InlineData("foo 1\n", "data does not end with # EOF")]
    [InlineData("foo 1", "data does not end with # EOF")]
    [InlineData("foo", "data does not end with # EOF")]
    [InlineData("# TYPE foo counter", "data does not end with # EOF")]
    [InlineData("foo 1\n# EOF\n\n", "line 2: unexpected data after # EOF")]
    [InlineData("foo 1\n# EOF\nx", "line 2: unexpected data after # EOF")]
    [InlineData("# EOF\r\n", "line 1: unexpected data after # EOF")]
    [InlineData("foo 1\n\n# EOF\n", "line 2: expected a metric name")]
    [InlineData("# a comment\n# EOF\n", "line 1: expected a metric name")]
    [InlineData(" foo 1\n# EOF\n", "line 1: expected a metric name")]
    [InlineData("foo  1\n# EOF\n", "line 1: expected value after metric, got \" 1\"")]
    [InlineData("foo\t1\n# EOF\n", "line 1: expected one blank and value after metric, got \"\\t1\"")]
    [InlineData("foo 1 \n# EOF\n", "line 1: expected a timestamp in seconds or the end of the line")]
    [InlineData("foo 1 NaN\n# EOF\n", "line 1: invalid timestamp \"NaN\"")]
    [InlineData("foo{a=\"b\"} 1 2 3\n# EOF\n", "line 1: expected an exemplar (\" # {\") or the end of the line, got \" 3\"")]
    [InlineData("foo {a=\"b\"} 1\n# EOF\n", "line 1: invalid value \"{a=\\\"b\\\"}\"")]
    [InlineData("foo{ a=\"b\"} 1\n# EOF\n", "line 1: expected a label name or \"}\", got \" a=\\\"b\\\"} 1\"")]
    [InlineData("foo{a=\"b\", c=\"d\"} 1\n# EOF\n", "line 1: expected a label name or \"}\", got \" c=\\\"d\\\"} 1\"")]
    [InlineData("foo{a=\"b\"c=\"d\"} 1\n# EOF\n", "line 1: expected \",\" or \"}\" after the label value")]
    [InlineData("foo{,} 1\n# EOF\n", "line 1: expected a label name or \"}\"")]
    [InlineData("foo{a=\"b\nc\"} 1\n# EOF\n", "line 1: expected a label value in double quotes")]
    [InlineData("foo{a=\"b\"}1\n# EOF\n", "line 1: expected one blank and value after metric, got \"1\"")]
    [InlineData("foo 0x1\n# EOF\n", "line 1: invalid value \"0x1\"")]
    [InlineData("foo 1\r\n# EOF\n", "line 1: invalid value \"1\\r\"")]
    [InlineData("# UNIT foo bytes\n# EOF\n", "line 1: unit \"bytes\" not a suffix of metric \"foo\"")]
    [InlineData("# UNIT bytes bytes\n# EOF\n", "line 1: unit \"bytes\" not a suffix of metric \"bytes\"")]
    [InlineData("# UNIT foo_bytes\n# EOF\n", "line 1: expected one blank and text in UNIT")]
    [InlineData("# HELP foo\n# EOF\n", "line 1: expected one blank and text in HELP")]
    [InlineData("# TYPE foo untyped\n# EOF\n", "line 1: invalid metric type \"untyped\"")]
    [InlineData("# TYPE  foo counter\n# EOF\n", "line 1: expected a metric name after TYPE")]
    [InlineData("# HELP foo \u00ff\n# EOF\n", "line 1: help text \"\\xff\" is not a valid utf8 string")]
    [InlineData("foo 1 # {a=\"x\"}\n# EOF\n", "line 1: expected one blank and value after exemplar labels")]
    [InlineData("foo 1 # {a=\"x\"} 2 \n# EOF\n", "line 1: expected an exemplar timestamp in seconds or the end of the line")]
    [InlineData("foo 1 # {a=\"x\"} abc\n# EOF\n", "line 1: invalid exemplar value \"abc\"")]
    [InlineData("foo 1 # {a=\"x\"} 2 NaN\n# EOF\n", "line 1: invalid exemplar timestamp \"NaN\"")]
    [InlineData("foo 1 # {\"q\"} 2\n# EOF\n", "line 1: expected \"=\" after the label name")]
    [InlineData("foo 1 # {a=\"\u00ff\"} 2\n# EOF\n", "line 1: invalid UTF-8 in the exemplar")]
    [InlineData("foo 1 # a=\"x\" 2\n# EOF\n", "line 1: invalid timestamp \"#\"")]
    public void Next_broken_line_is_refused_by_name_and_number(string body, string error) =>
        Assert.Contains("ERROR " + error, Transcript.OfOpenMetrics(Transcript.Bytes(body)), StringComparison.Ordinal);

    [Fact]
    public void Next_expected_series_is_compared_only() => Assert.Equal(
        "= {__name__=foo} 1 # {a=\"b\"} 1 @-1\n= {__name__=foo,a=b} 2\n{__name__=foox} 3",
        Transcript.OfOpenMetrics(Transcript.Bytes("foo 1 # {a=\"b\"} 1\nfoo{a=\"b\"} 2\nfoox 3\n# EOF\n"), "foo", "foo{a=\"b\"}", "foo"));
}
