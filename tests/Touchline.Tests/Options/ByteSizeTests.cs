using Touchline.Options;

namespace Touchline.Tests.Options;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0B", 0)]
    [InlineData("512MB", 512L << 20)]
    [InlineData("1.5GB", 3L << 29)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("7EB", 7L << 60)]
    public void Parsing_a_size_counts_in_powers_of_1024(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("512")]
    [InlineData("MB")]
    [InlineData("-1MB")]
    [InlineData("1mb")]
    [InlineData("8EB")]
    [InlineData("99999999999999999999EB")]
    public void Parsing_anything_else_fails(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
