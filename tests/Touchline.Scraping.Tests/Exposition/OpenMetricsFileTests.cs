using System.Text;
using Touchline.Model;
using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Tests.Exposition;

public sealed class OpenMetricsFileTests
{
    [Fact]
    public void Samples_of_many_pieces_come_in_order()
    {
        var text = new StringBuilder("# TYPE m gauge\n");
        for (var i = 0; i < 100_000; i++)
        {
            text.Append($"m{{i=\"{i / 1000}\"}} {i} {1_700_000_000 + i}.5\n");
        }
        var read = Read(text.Append("# EOF\n").ToString());
        Assert.Equal(100_000, read.Count);
        for (var i = 0; i < read.Count; i++)
        {
            Assert.Equal((Labels.Of("__name__", "m", "i", $"{i / 1000}"), (1_700_000_000L + i) * 1000 + 500, i), read[i]);
        }
    }

    [Fact]
    public void Line_that_is_longer_than_a_piece_is_read()
    {
        var value = new string('x', 3_000_000);
        Assert.Equal(value, Assert.Single(Read($"m{{v=\"{value}\"}} 1 2\n# EOF\n")).Labels["v"]);
    }

    [Fact]
    public void Bounds_come_in_one_form() =>
        Assert.Equal("1.0", Assert.Single(Read("# TYPE h histogram\nh_bucket{le=\"1\"} 1 2\n# EOF\n")).Labels["le"]);

    [Theory]
    [InlineData("m 1 2\nm 1\n# EOF\n", 2, 1, "the sample has no timestamp")]
    [InlineData("m 1 2\nm{a=\"ü\"} x1 3\n# EOF\n", 2, 10, "invalid value \"x1\"")]
    [InlineData("m 1 2\nm 1 zwei\n# EOF\n", 2, 5, "invalid timestamp \"zwei\"")]
    [InlineData("m 1 2\n", 2, 1, "data does not end with # EOF")]
    [InlineData("", 1, 1, "data does not end with # EOF")]
    [InlineData("m 1 2\n# EOF\nm 1 3\n", 2, 1, "unexpected data after # EOF")]
    [InlineData("m 1 2\nm{a=b} 1 3\n# EOF\n", 2, 5, "expected a label value in double quotes")]
    [InlineData("m 1 2\nm{a=\"ü\" 1 3\n# EOF\n", 2, 8, "expected \",\" or \"}\"")]
    [InlineData("m 1 2\nm{a=\"ü\",} 1 3 # {b=c} 1\n# EOF\n", 2, 20, "expected a label value in double quotes")]
    [InlineData("m 1 2\n# TYPE m tally\n# EOF\n", 2, 10, "invalid metric type \"tally\"")]
    [InlineData("m 1 2\n# UNIT m balls\n# EOF\n", 2, 10, "unit \"balls\" not a suffix")]
    [InlineData("m 1 2\n# HELP m\n# EOF\n", 2, 9, "expected one blank and text in HELP")]
    [InlineData("m 1 2\n# HELP 1m x\n# EOF\n", 2, 8, "expected a metric name after HELP")]
    [InlineData("m 1 2\nm -666 3\n# EOF\n", 2, 1, "not that one")]
    [InlineData("m{a=\"1\",a=\"2\"} 1 2\n# EOF\n", 1, 1, "a")]
    public void What_is_wrong_is_named_with_line_and_column(string text, long line, int column, string message)
    {
        var wrong = Assert.Throws<OpenMetricsFormatException>(() => Read(text));
        Assert.Equal((line, column), (wrong.Line, wrong.Column));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_are_counted_over_pieces()
    {
        var text = string.Concat(Enumerable.Repeat("m 1 2\n", 300_000)) + "m 1 x\n# EOF\n";
        Assert.Equal(300_001, Assert.Throws<OpenMetricsFormatException>(() => Read(text)).Line);
    }

    [Fact]
    public void What_comes_beside_samples_is_told()
    {
        var told = ReadAll(
            """
            # HELP shots_balls Taken, with \\n in it.
            # TYPE shots_balls counter
            # UNIT shots_balls balls
            shots_balls_total{side="home"} 5 100 # {trace="a"} 1 99.5
            shots_balls_total{side="home"} 6 115 # {trace="b"} 1
            shots_balls_created{side="home"} 90.25 115
            shots_balls_total{side="away"} 1 100
            shots_balls_created{side="other"} 91 100
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="1"} 1 100
            wait_seconds_bucket{le="+Inf"} 2 100
            wait_seconds_count 2 100
            wait_seconds_sum 3 100
            wait_seconds_created 80 100
            # EOF

            """);
        var home = Labels.Of("__name__", "shots_balls_total", "side", "home");
        Assert.Equal(new MetricMetadata(MetricType.Counter, "Taken, with \\n in it.", "balls"), told.Metrics["shots_balls"]);
        Assert.Equal(new MetricMetadata(MetricType.Histogram, "", ""), told.Metrics["wait_seconds"]);
        Assert.Equal(
            [(home, new Exemplar(Labels.Of("trace", "a"), 1, 99_500)), (home, new Exemplar(Labels.Of("trace", "b"), 1, 115_000))], told.Exemplars);
        Assert.Equal((home, 115_000, 90_250), told.Starts[0]);
        Assert.Equal(4, told.Starts.Count(start => start.Created == 80_000));
        Assert.Equal(5, told.Starts.Count); // Nobody is of the point that "other" is of.
    }

    private static List<(Labels Labels, long Time, double Value)> Read(string text)
    {
        return ReadAll(text).Samples;
    }

    private static Told ReadAll(string text)
    {
        var told = new Told();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        new OpenMetricsFile(stream).Read(told, default);
        return told;
    }

    private sealed class Told : IOpenMetricsSink
    {
        public const double Refused = -666;

        public List<(Labels Labels, long Time, double Value)> Samples { get; } = [];

        public List<(Labels Labels, Exemplar Exemplar)> Exemplars { get; } = [];

        public List<(Labels Labels, long Time, long Created)> Starts { get; } = [];

        public Dictionary<string, MetricMetadata> Metrics { get; } = [];

        public string? Sample(Labels labels, long timeMs, double value)
        {
            Samples.Add((labels, timeMs, value));
            return value == Refused ? "not that one" : null;
        }

        public void Exemplar(Labels labels, Exemplar exemplar) => Exemplars.Add((labels, exemplar));

        public void Created(Labels labels, long timeMs, long createdMs) => Starts.Add((labels, timeMs, createdMs));

        public void Metadata(string name, MetricMetadata metadata) => Metrics[name] = metadata;
    }
}
