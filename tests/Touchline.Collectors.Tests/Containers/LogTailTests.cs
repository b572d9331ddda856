using System.Text;
using Touchline.Collectors.Containers.Engines;

namespace Touchline.Collectors.Tests.Containers;

public sealed class LogTailTests
{
    [Fact]
    public void Only_the_last_lines_are_kept_and_long_ones_are_cut()
    {
        var text = string.Join('\n', Enumerable.Range(1, 30)) + "\n" + new string('x', 5_000) + "\n";

        var lines = LogTail.OfDocker(Encoding.UTF8.GetBytes(text));

        Assert.Equal(LogTail.MaxLines, lines.Count);
        Assert.Equal("12", lines[0]);
        Assert.Equal(new string('x', LogTail.MaxLineLength) + "…", lines[^1]);
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 0, 0, 0, 0, 0, 0, 0 })]
    public void Nothing_is_no_line(byte[] log) => Assert.Empty(LogTail.OfDocker(log));

    [Fact]
    public void Frame_that_claims_more_than_there_is_ends_with_what_there_is() =>
        Assert.Equal(["cut"], LogTail.OfDocker([2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, .. "cut"u8]));

    [Fact]
    public void Control_characters_are_left_out() => Assert.Equal(["red\tnext"], LogTail.OfDocker("\u001b[1;31mred\u001b[0m\t\u0007next\r\n"u8));
}
