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

    private static List<(Labels Labels, long Time, double Value)> Read(string text)
    {
        var read = new List<(Labels, long, double)>();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        new OpenMetricsFile(stream).Read((labels, time, value) => read.Add((labels, time, value)), default);
        return read;
    }
}
