using System.Text;
using CsCheck;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Scraping.Tests.Families;

public sealed class FamilyTextParserTests
{
    [Fact]
    public void Lines_of_a_histogram_or_summary_belong_together()
    {
        var families = Parse("""
            # HELP h some \\ help\nhere
            # TYPE h histogram
            h_bucket{a="1",le="0.5"} 1
            h_bucket{a="2",le="0.5"} 2
            h_bucket{a="1",le="+Inf"} 3
            h_sum{a="1"} 4
            h_count{a="1"} 3
            # TYPE s summary
            s{quantile="0.5"} 7
            s_sum 8
            s_count 9
            s_bucket 1

            """);
        Assert.Equal(["h", "s", "s_bucket"], families.Select(f => f.Name));
        Assert.Equal("some \\ help\nhere", families[0].Help);
        Assert.Equal(2, families[0].Metrics.Count);
        var first = families[0].Metrics[0];
        Assert.Equal([(0.5, 1.0), (double.PositiveInfinity, 3.0)], first.Points);
        Assert.Equal((4, 3), (first.Sum, first.Count));
        Assert.Equal([new Label("a", "1")], first.Labels);
        Assert.Equal((MetricType.Summary, 8.0, 9.0), (families[1].Type, families[1].Metrics[0].Sum, families[1].Metrics[0].Count));
    }

    [Fact]
    public void Families_without_samples_are_left_out_and_labels_are_sorted()
    {
        var families = Parse("# TYPE none gauge\n{\"x\",b=\"2\",a=\"\",} 1 5\n  \n# any comment\n");
        var metric = Assert.Single(Assert.Single(families).Metrics);
        Assert.Equal([new Label("a", ""), new Label("b", "2")], metric.Labels);
        Assert.Equal(5, metric.TimestampMs);
    }

    [Theory]
    [InlineData("x 1", "line 1: unexpected end of input stream")]
    [InlineData("x 1\nx{a=\"b\",a=\"c\"} 1\n", "line 2: duplicate label names for metric \"x\"")]
    [InlineData("x 1\n# TYPE x gauge\n", "line 2: second TYPE line for metric name \"x\", or TYPE reported after samples")]
    [InlineData("{} 1\n", "line 1: invalid metric name")]
    [InlineData("x 1 2\0\n", "line 1: expected integer as timestamp, got \"2\\x00\"")]
    [InlineData("x 1 2 3\n", "line 1: spurious string after timestamp: \" 3\"")]
    public void What_breaks_the_format_is_said_with_its_line(string body, string error)
    {
        var thrown = Assert.Throws<FamilyTextException>(() => Parse(body));
        Assert.Equal("text format parsing error in " + error, thrown.Message);
    }

    [Fact]
    public void Of_many_labels_each_is_known_and_none_may_repeat()
    {
        var many = string.Join(',', Enumerable.Range(0, 40).Select(i => $"a{i}=\"\""));
        Assert.Equal([40, 40], Parse($"x{{{many}}} 1\nx{{{many}}} 2\n")[0].Metrics.Select(metric => metric.Labels.Count));
        foreach (var repeated in (string[])["a0", "a15", "a16", "a39"])
        {
            var thrown = Assert.Throws<FamilyTextException>(() => Parse($"x{{{many},{repeated}=\"\"}} 1\n"));
            Assert.Contains("duplicate label names for metric \"x\"", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Families_and_metrics_are_bounded_and_lines_of_a_histogram_are_one()
    {
        var body = "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\nx 1\nx{a=\"b\"} 2\n"u8.ToArray();
        Assert.Equal(2, FamilyTextParser.Parse(body, mostEntries: 5).Count);
        var thrown = Assert.Throws<FamilyTextException>(() => FamilyTextParser.Parse(body, mostEntries: 4));
        Assert.Equal("text format parsing error in line 6: the body holds more than 4 families and metrics", thrown.Message);
    }

    [Fact]
    public void Whatever_comes_only_its_own_exception_is_thrown() =>
        Gen.Byte.Array[0, 60].Sample(bytes =>
        {
            const string Meaningful = "x{}=\"\",\\\n# \t1a_:HELPTYPEle";
            var body = bytes.Select(b => b < 220 ? (byte)Meaningful[b % Meaningful.Length] : b).ToArray();
            try
            {
                FamilyTextParser.Parse(body);
            }
            catch (FamilyTextException)
            {
                // Most of it is no exposition.
            }
        });

    private static IReadOnlyList<MetricFamily> Parse(string body) => FamilyTextParser.Parse(Encoding.UTF8.GetBytes(body));
}
