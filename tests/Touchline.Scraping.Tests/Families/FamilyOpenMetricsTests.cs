using System.Text;
using CsCheck;
using Touchline.Model;
using Touchline.Scraping.Families;

namespace Touchline.Scraping.Tests.Families;

public sealed class FamilyOpenMetricsTests
{
    [Fact]
    public void Families_have_the_names_of_the_text_format()
    {
        var families = FamilyOpenMetrics.Parse(Encoding.UTF8.GetBytes("""
            # HELP requests All "of" them.
            # TYPE requests counter
            requests_total{a="b\"c"} 5 # {id="1"} 1
            requests_created{a="b\"c"} 1
            # TYPE build info
            build_info{version="1"} 1
            # TYPE took histogram
            took_bucket{le="1.0"} 1
            took_bucket{le="+Inf"} 2
            took_count 2
            took_sum 3
            # EOF

            """.ReplaceLineEndings("\n").TrimEnd('\n') + "\n"));
        Assert.Equal([("requests_total", MetricType.Counter), ("build_info", MetricType.Gauge), ("took", MetricType.Histogram)], families.Select(f => (f.Name, f.Type)));
        Assert.Equal("All \"of\" them.", families[0].Help);
        Assert.Equal([new Label("a", "b\"c")], families[0].Metrics[0].Labels);
        Assert.Equal((2.0, 3.0), (families[2].Metrics[0].Count, families[2].Metrics[0].Sum));
    }

    [Theory]
    [InlineData("x 1\n", "text format parsing error in line ")]
    [InlineData("x  1\n# EOF\n", "text format parsing error in line 1: ")]
    [InlineData("# TYPE x counter\nx_total 1\n# TYPE y gauge\n# TYPE x_total gauge\n# EOF\n", "text format parsing error in line 4: second TYPE line for metric name \"x_total\"")]
    [InlineData("# HELP x Help.\ny 1\nx 1\nx{a.b=\"c\"} 1\n# EOF\n", "text format parsing error in line 4: ")]
    [InlineData("y 1\n# UNIT y \nx 1\nx{\"a.b\"=\"c\"} 1\n# EOF\n", "text format parsing error in line 4: invalid label name \"a.b\"")]
    [InlineData("# TYPE x gauge\ny 1\n# TYPE \"a\\\" b\" gauge\n# EOF\n", "text format parsing error in line 3: invalid metric name \"a\\\" b\"")]
    [InlineData("x 1\ny 2\nz 3\n# EOF\n", "text format parsing error in line 3: the body holds more than 4 families and metrics")]
    public void What_breaks_the_format_is_said_with_its_line(string body, string error)
    {
        var thrown = Assert.Throws<FamilyTextException>(() => FamilyOpenMetrics.Parse(Encoding.UTF8.GetBytes(body), mostEntries: 4));
        Assert.StartsWith(error, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_comes_only_its_own_exception_is_thrown() =>
        Gen.OneOf(Gen.Const("# TYPE "), Gen.Const("# HELP "), Gen.Const("x"), Gen.Const("_total"), Gen.Const("_created"), Gen.Const(" counter\n"), Gen.Const(" gauge\n"), Gen.Const(" 1\n"),
            Gen.Const("{"), Gen.Const("}"), Gen.Const("\""), Gen.Const("="), Gen.Const(","), Gen.Const(" "), Gen.Const("\\"), Gen.Const("\n"), Gen.Const("__name__"), Gen.Const("ä\0."))
            .Array[0, 20].Sample(pieces =>
            {
                try
                {
                    FamilyOpenMetrics.Parse(Encoding.UTF8.GetBytes(string.Concat(pieces) + "\n# EOF\n"));
                }
                catch (FamilyTextException)
                {
                    // Most of it is no exposition.
                }
            });
}
