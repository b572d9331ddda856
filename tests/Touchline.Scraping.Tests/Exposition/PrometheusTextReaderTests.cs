namespace Touchline.Scraping.Tests.Exposition;

/// <summary>Bodies that Prometheus 3.5.3 was asked about; where we differ on purpose the test's name says so.</summary>
public sealed class PrometheusTextReaderTests
{
    [Theory]
    [InlineData("foo 1", "{__name__=foo} 1")]
    [InlineData("", "")]
    [InlineData("\n\n\nfoo 1\n\n", "{__name__=foo} 1")]
    [InlineData("foo:bar 1\n", "{__name__=foo:bar} 1")]
    [InlineData(":foo 1\n", "{__name__=:foo} 1")]
    [InlineData("foo{} 1\n", "{__name__=foo} 1")]
    [InlineData("foo {a=\"b\"} 1\n", "{__name__=foo,a=b} 1")]
    [InlineData("foo{ a = \"b\" , } 1\n", "{__name__=foo,a=b} 1")]
    [InlineData("foo\t{\ta\t=\t\"b\"\t}\t1\t2\t\n", "{__name__=foo,a=b} 1 @2")]
    [InlineData("foo{a=\"b\"}1\n", "{__name__=foo,a=b} 1")]
    [InlineData("foo{a=\"b\" c=\"d\"} 1\n", "{__name__=foo,a=b,c=d} 1")]
    [InlineData("foo{b=\"1\",a=\"2\"} 1\n", "{__name__=foo,a=2,b=1} 1")]
    [InlineData("foo{a=\"\"} 1\n", "{__name__=foo,a=} 1")]
    [InlineData("foo{a=\"}\"} 1\n", "{__name__=foo,a=}} 1")]
    [InlineData("foo{a=\"b\nc\"} 1\n", "{__name__=foo,a=b\nc} 1")]
    [InlineData("foo{a=\"b\0c\"} 1\n", "{__name__=foo,a=b\0c} 1")]
    [InlineData("foo{a=\"\\x\\\"\\\\\\n\"} 1\n", "{__name__=foo,a=\\x\"\\\n} 1")]
    [InlineData("foo 1 2\n", "{__name__=foo} 1 @2")]
    [InlineData("foo 1 2   \n", "{__name__=foo} 1 @2")]
    [InlineData("foo 1 9223372036854775807\n", "{__name__=foo} 1 @9223372036854775807")]
    [InlineData("foo 1   \n", "{__name__=foo} 1")]
    [InlineData("foo{le=\"0x10\"} 1\n", "{__name__=foo,le=0x10} 1")]
    public void Next_series_lines_are_taken_as_Prometheus_takes_them(string body, string transcript) =>
        Assert.Equal(transcript, Transcript.OfText(Transcript.Bytes(body)));

    [Theory]
    [InlineData("{\"foo\"} 1\n", "{__name__=foo} 1")]
    [InlineData("{\"foo.bar\",a=\"b\"} 1\n", "{__name__=foo.bar,a=b} 1")]
    [InlineData("{a=\"b\",\"foo.bar\"} 1\n", "{__name__=foo.bar,a=b} 1")]
    [InlineData("{ \"foo bar\" , \"a b\"=\"x\" } 1\n", "{__name__=foo bar,a b=x} 1")]
    [InlineData("foo{\"a b\"=\"x\"} 1\n", "{__name__=foo,a b=x} 1")]
    [InlineData("{\"fo\\\"o\"} 1\n", "{__name__=fo\"o} 1")]
    [InlineData("{\"fo\no\"} 1\n", "{__name__=fo\no} 1")]
    [InlineData("# TYPE \"foo.bar\" counter\n{\"foo.bar\"} 1\n", "TYPE foo.bar Counter\n{__name__=foo.bar} 1")]
    public void Next_quoted_names_are_taken(string body, string transcript) =>
        Assert.Equal(transcript, Transcript.OfText(Transcript.Bytes(body)));

    [Theory]
    [InlineData("foo +Inf\n", "+Inf")]
    [InlineData("foo -inf\n", "-Inf")]
    [InlineData("foo Infinity\n", "+Inf")]
    [InlineData("foo nAn\n", "NaN")]
    [InlineData("foo .5\n", "0.5")]
    [InlineData("foo 5.\n", "5")]
    [InlineData("foo -0\n", "-0")]
    [InlineData("foo 1e-999\n", "0")]
    [InlineData("foo 1.5e+3\n", "1500")]
    [InlineData("foo 1E3\n", "1000")]
    public void Next_values_are_read_as_Go_reads_them(string body, string value) =>
        Assert.Equal("{__name__=foo} " + value, Transcript.OfText(Transcript.Bytes(body)));

    [Theory]
    [InlineData("# HELP\nfoo 1\n", "{__name__=foo} 1")]
    [InlineData("# HELP foo\nfoo 1\n", "HELP foo []\n{__name__=foo} 1")]
    [InlineData("# HELP foo a\\nb \\\\ c\n", "HELP foo [a\nb \\ c]")]
    [InlineData("# HELP foo{x} x\nfoo 1\n", "HELP foo [x} x]\n{__name__=foo} 1")]
    [InlineData("# TYPE foo\tcounter\n", "TYPE foo Counter")]
    [InlineData("#\tTYPE \t foo gauge\n", "TYPE foo Gauge")]
    [InlineData("# TYPE foo histogram\n# TYPE foo summary\n# TYPE foo untyped", "TYPE foo Histogram\nTYPE foo Summary\nTYPE foo Unknown")]
    [InlineData("#TYPE foo bogus\n", "")]
    [InlineData("# TYPEfoo bogus\n", "")]
    [InlineData("# UNIT foo bytes\n", "")]
    [InlineData("# \nfoo 1\n", "{__name__=foo} 1")]
    [InlineData("#\nfoo 1\n", "{__name__=foo} 1")]
    [InlineData("foo 1\n# cut", "{__name__=foo} 1")]
    [InlineData("foo 1\n#", "{__name__=foo} 1")]
    [InlineData("# TYPE", "")]
    [InlineData("# com\0ment \u00ff\nfoo 1\n", "{__name__=foo} 1")]
    public void Next_comment_lines_are_metadata_or_skipped(string body, string transcript) =>
        Assert.Equal(transcript, Transcript.OfText(Transcript.Bytes(body)));

    [Theory]
    [InlineData("foo 1\r\n", "line 1: invalid value \"1\\r\", expected a decimal number, NaN, +Inf or -Inf")]
    [InlineData("foo\n", "line 1: expected value after metric, got the end of the line")]
    [InlineData("foo", "line 1: expected value after metric, got the end of the line")]
    [InlineData("good 1\nbad\n", "line 2: expected value after metric, got the end of the line")]
    [InlineData("foo 1 -5\n", "line 1: expected a timestamp in milliseconds or the end of the line, got \"-5\"")]
    [InlineData("foo 1 99999999999999999999\n", "line 1: timestamp \"9999999999999999999\"… is out of range, expected milliseconds since 1970")]
    [InlineData("foo 1 1.5\n", "line 1: expected the end of the line after the timestamp, got \".5\"")]
    [InlineData("foo 1 2 3\n", "line 1: expected the end of the line after the timestamp, got \"3\"")]
    [InlineData("foo 1{\n", "line 1: expected a timestamp in milliseconds or the end of the line, got \"{\"")]
    [InlineData("foo 1 # comment\n", "line 1: expected a timestamp in milliseconds or the end of the line, got \"# comment\"")]
    [InlineData("foo{a=\"b\"} {\n", "line 1: expected value after metric, got \"{\"")]
    [InlineData("foo{a=\"b\\\nc\"} 1\n", "line 1: expected a label value in double quotes, got \"\\\"b\\\\\"")]
    [InlineData("foo{a=\"b\",,} 1\n", "line 1: expected a label name or \"}\", got \",} 1\"")]
    [InlineData("foo{,} 1\n", "line 1: expected a label name or \"}\", got \",} 1\"")]
    [InlineData("foo{\"bar\"} 1\n", "line 1: metric name already set before \"\\\"bar\\\"\", expected \"=\" and a label value after it")]
    [InlineData("{a=\"b\"} 1\n", "line 1: metric name not set, expected it before the braces or in quotes inside them")]
    [InlineData("{} 1\n", "line 1: metric name not set, expected it before the braces or in quotes inside them")]
    [InlineData("foo{a=\"b\"\n", "line 1: expected a label name or \"}\", got the end of the line")]
    [InlineData("foo{a=\"b\n", "line 1: expected a label value in double quotes, got \"\\\"b\"")]
    [InlineData("foo{a=b} 1\n", "line 1: expected a label value in double quotes, got \"b} 1\"")]
    [InlineData("foo{a:b=\"c\"} 1\n", "line 1: expected \"=\" after the label name, got \":b=\\\"c\\\"} 1\"")]
    [InlineData("foo{", "line 1: expected a label name or \"}\", got the end of the line")]
    [InlineData("1foo 1\n", "line 1: expected a metric name, \"{\" or \"#\" at the start of a line, got \"1foo 1\"")]
    [InlineData("foo.bar 1\n", "line 1: invalid value \".bar\", expected a decimal number, NaN, +Inf or -Inf")]
    [InlineData("foo 0x10\n", "line 1: invalid value \"0x10\", expected a decimal number, NaN, +Inf or -Inf")]
    [InlineData("foo 1_0\n", "line 1: invalid value \"1_0\", expected a decimal number, NaN, +Inf or -Inf")]
    [InlineData("foo 1e999\n", "line 1: invalid value \"1e999\", expected a decimal number, NaN, +Inf or -Inf")]
    [InlineData("foo +nan\n", "line 1: invalid value \"+nan\", expected a decimal number, NaN, +Inf or -Inf")]
    [InlineData("foo .\n", "line 1: invalid value \".\", expected a decimal number, NaN, +Inf or -Inf")]
    [InlineData("<html>\n", "line 1: expected a metric name, \"{\" or \"#\" at the start of a line, got \"<html>\"")]
    [InlineData("# TYPE foo\n", "line 1: invalid metric type \"\", expected counter, gauge, histogram, summary or untyped")]
    [InlineData("# TYPE foo  counter\n", "line 1: invalid metric type \" counter\", expected counter, gauge, histogram, summary or untyped")]
    [InlineData("# TYPE foo counter\r\n", "line 1: invalid metric type \"counter\\r\", expected counter, gauge, histogram, summary or untyped")]
    [InlineData("# TYPE foo unknown\n", "line 1: invalid metric type \"unknown\", expected counter, gauge, histogram, summary or untyped")]
    [InlineData("# HELP 1foo x\n", "line 1: expected a metric name after HELP, got \"1foo x\"")]
    [InlineData("# HELP \"foo\n x\n", "line 1: expected a metric name after HELP, got \"\\\"foo\"")]
    public void Next_broken_line_is_refused_by_name_and_number(string body, string error)
    {
        var transcript = Transcript.OfText(Transcript.Bytes(body));
        Assert.Equal("ERROR " + error, transcript[transcript.IndexOf("ERROR", StringComparison.Ordinal)..]);
    }

    [Theory]
    [InlineData("foo{a=\"\u00ff\"} 1\n", "invalid UTF-8")]
    [InlineData("{\"f\u00ff\"} 1\n", "invalid UTF-8")]
    [InlineData("# HELP foo \u00ff\n", "is not a valid utf8 string")]
    [InlineData("foo{a=\"b\",a=\"c\"} 1\n", "label name \"a\" is not unique")]
    [InlineData("foo{a=\"b\",a=\"b\"} 1\n", "label name \"a\" is not unique")]
    [InlineData("foo{__name__=\"x\"} 1\n", "label name \"__name__\" is not unique")]
    [InlineData("foo{\"\"=\"x\"} 1\n", "empty name")]
    [InlineData("{\"\"} 1\n", "empty name")]
    public void Next_or_decode_refuses_bad_names_and_bytes(string body, string error) =>
        Assert.Contains(error, Transcript.OfText(Transcript.Bytes(body)), StringComparison.Ordinal);

    [Theory]
    [InlineData(" foo 1\n", "{__name__=foo} 1")]
    [InlineData("\tfoo 1\n", "{__name__=foo} 1")]
    [InlineData("foo 1\n\0bar 2\n", "{__name__=foo} 1\nERROR line 2: expected a metric name, \"{\" or \"#\" at the start of a line, got \"\\x00bar 2\"")]
    [InlineData("{bare} 1\n", "ERROR line 1: expected \"=\" after the label name, got \"} 1\"")]
    public void Next_slips_of_Prometheus_are_not_followed(string body, string transcript) =>
        Assert.Equal(transcript, Transcript.OfText(Transcript.Bytes(body)));

    [Fact]
    public void Next_expected_series_is_compared_only()
    {
        const string Body = "foo 1\nbar{a=\"b\"} 2\nbaz 3\n";
        Assert.Equal(
            "= {__name__=foo} 1\n= {__name__=bar,a=b} 2\n{__name__=baz} 3",
            Transcript.OfText(Transcript.Bytes(Body), "foo", "bar{a=\"b\"}", "other"));
    }

    [Theory]
    [InlineData("foobar 1\n", "{__name__=foobar} 1")]
    [InlineData("foo{a=\"b\"} 1\n", "{__name__=foo,a=b} 1")]
    [InlineData("foo {a=\"b\"} 1\n", "{__name__=foo,a=b} 1")]
    [InlineData("\nfoo 1\n", "{__name__=foo} 1")]
    [InlineData("fo", "ERROR line 1: expected value after metric, got the end of the line")]
    [InlineData("foo", "ERROR line 1: expected value after metric, got the end of the line")]
    [InlineData("foo ", "ERROR line 1: expected value after metric, got the end of the line")]
    public void Next_expected_name_is_not_taken_for_a_longer_series(string body, string transcript) =>
        Assert.Equal(transcript, Transcript.OfText(Transcript.Bytes(body), "foo"));
}
