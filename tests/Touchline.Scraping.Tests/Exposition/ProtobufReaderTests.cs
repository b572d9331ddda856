using Touchline.Scraping.Exposition;
using Touchline.Scraping.Tests.Support;

namespace Touchline.Scraping.Tests.Exposition;

public sealed class ProtobufReaderTests
{
    private const string Native = """
        { 1:"h" 3:4 4:{ 1:{ 1:"a" 2:"b" } 7:{ 1:7 2:9.5d 5:2z 6:0.001d 7:2 12:{ 1:-1z 2:2 } 12:{ 1:3z 2:2 } 13:1z 13:1z 13:-2z 13:2z
            3:{ 1:3 2:0.5d } 3:{ 1:7 2:8d } 15:{ 1:1700000000 2:250000000 }
            16:{ 1:{ 1:"id" 2:"x" } 2:0.5d 3:{ 1:10 2:5000000 } } 16:{ 2:3d 3:{ 1:9 } } } } }
        """;

    [Fact]
    public void Series_that_stood_here_before_are_known_by_their_text_and_others_are_not()
    {
        var body = ProtobufText.Delimited("""
            { 1:"c_total" 3:0 4:{ 1:{ 1:"a" 2:"b" } 1:{ 1:"c" 2:"" } 3:{ 1:1d } } 4:{ 1:{ 1:"a" 2:"q'uo\te" } 3:{ 1:2d } } 4:{ 3:{ 1:3d } } }
            { 1:"dot.ted" 3:1 4:{ 1:{ 1:"x.y" 2:"{" } 2:{ 1:1d } } }
            { 1:"h" 3:4 4:{ 1:{ 1:"a" 2:"b" } 7:{ 1:10 2:33d 3:{ 1:1 2:0.1d } 3:{ 1:4 2:1d } } } }
            """);
        var texts = new List<byte[]>();
        var first = new ProtobufReader(body, new ProtobufScratch(), new ProtobufOptions(false, false));
        for (var entry = first.Next([]); entry != ExpositionEntry.End; entry = first.Next([]))
        {
            Assert.NotEqual(ExpositionEntry.Error, entry);
            if (entry == ExpositionEntry.Series)
            {
                texts.Add(first.Series.ToArray());
            }
        }
        Assert.Equal(9, texts.Count);
        foreach (var expected in texts.Append([]).Append("c_total{}x"u8.ToArray()).Append("c_total{\"a\"=\"b\","u8.ToArray()))
        {
            var known = 0;
            var again = new ProtobufReader(body, new ProtobufScratch(), new ProtobufOptions(false, false));
            for (var entry = again.Next(expected); entry != ExpositionEntry.End; entry = again.Next(expected))
            {
                known += entry == ExpositionEntry.Series && again.IsExpectedSeries ? 1 : 0;
            }
            Assert.Equal(texts.Any(text => text.SequenceEqual(expected)) ? 1 : 0, known);
        }
    }

    [Fact]
    public void Simple_metrics_are_read_with_labels_time_and_exemplar() => Assert.Equal(
        """
        HELP c_total [a "quoted" back\slash]
        TYPE c_total Counter
        {__name__=c_total,é"=} 1.5 @1234567 since 2000 # {id="x"} 2 @12034
        HELP g []
        TYPE g Gauge
        {__name__=g} 0
        HELP u []
        TYPE u Unknown
        {__name__=u} 42
        """.ReplaceLineEndings("\n"),
        Read("""
        { 2:"a 'quoted' back\slash" 1:"c_total" 4:{ 6:1234567 3:{ 1:1.5d 3:{ 1:2 } 2:{ 1:{ 1:"id" 2:"x" } 2:2d 3:{ 1:12 2:34000000 } } } 1:{ 1:"é'" 2:"" } } }
        { 1:"g" 3:1 4:{ } }
        { 1:"u" 3:3 4:{ 5:{ 1:42d } } }
        """));

    [Fact]
    public void Summary_gives_count_sum_and_quantiles() => Assert.Equal(
        """
        HELP s []
        TYPE s Summary
        {__name__=s_count} 3
        {__name__=s_sum} 4.5
        {__name__=s,quantile=0.5} 1
        {__name__=s,quantile=1.0} 2
        """.ReplaceLineEndings("\n"),
        Read("""{ 1:"s" 3:2 4:{ 4:{ 1:3 2:4.5d 3:{ 1:0.5d 2:1d } 3:{ 1:1d 2:2d } } } }"""));

    [Fact]
    public void Classic_histogram_gets_the_bucket_that_may_be_left_out() => Assert.Equal(
        """
        HELP h []
        TYPE h Histogram
        {__name__=h_count} 3
        {__name__=h_sum} 4.5
        {__name__=h_bucket,le=0.1} 1 # {} 0.05 @1000
        {__name__=h_bucket,le=+Inf} 3
        """.ReplaceLineEndings("\n"),
        Read("""{ 1:"h" 3:4 4:{ 7:{ 1:3 2:4.5d 3:{ 1:1 2:0.1d 3:{ 2:0.05d 3:{ 1:1 } } } } } }"""));

    [Fact]
    public void Native_histogram_is_one_entry_without_empty_buckets() => Assert.Equal(
        """
        HELP h []
        TYPE h Histogram
        {__name__=h,a=b} schema 2 count 7 sum 9.5 zero 2 of 0.001 spans -1+2 4+1 counts 1 2 2 since 1700000000250 # {id="x"} 0.5 @10005 # {} 3 @9000
        """.ReplaceLineEndings("\n"),
        Read(Native));

    [Fact]
    public void Classic_part_follows_where_both_are_wanted() => Assert.EndsWith(
        """
        {__name__=h_count,a=b} 7 since 1700000000250
        {__name__=h_sum,a=b} 9.5 since 1700000000250
        {__name__=h_bucket,a=b,le=0.5} 3 since 1700000000250
        {__name__=h_bucket,a=b,le=8.0} 7 since 1700000000250
        {__name__=h_bucket,a=b,le=+Inf} 7 since 1700000000250
        """.ReplaceLineEndings("\n"),
        Read(Native, new ProtobufOptions(true, true)), StringComparison.Ordinal);

    [Fact]
    public void Native_histogram_that_is_not_wanted_is_read_as_a_classic_one() =>
        Assert.DoesNotContain("schema", Read(Native, new ProtobufOptions(false, false)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{ 1:\"m\" 3:9 }", "unknown metric type for metric \"m\": 9")]
    [InlineData("{ 3:1 }", "invalid metric name \"\"")]
    [InlineData("{ 1:\"m_s\" 3:1 5:\"seconds\" }", "unit \"seconds\" not a suffix of metric \"m_s\"")]
    [InlineData("{ 1:\"m_seconds_total\" 5:\"bytes\" }", "unit \"bytes\" not a suffix of counter \"m_seconds_total\"")]
    public void Family_that_contradicts_itself_is_refused(string family, string expected) =>
        Assert.Contains(expected, Read(family), StringComparison.Ordinal);

    [Fact]
    public void Cut_off_body_is_refused_wherever_it_ends()
    {
        var body = ProtobufText.Delimited(Native);
        for (var length = 1; length < body.Length; length++)
        {
            Assert.Contains("ERROR", Transcript.OfProtobuf(body.AsSpan(0, length), new ProtobufOptions(true, true)), StringComparison.Ordinal);
        }
    }

    private static string Read(string families, ProtobufOptions? options = null) =>
        Transcript.OfProtobuf(ProtobufText.Delimited(families.Replace('\'', '\u0001')), options ?? new ProtobufOptions(true, false)).Replace('\u0001', '"');
}
