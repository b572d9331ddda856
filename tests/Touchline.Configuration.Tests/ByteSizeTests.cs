namespace Touchline.Configuration.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5B", 5)]
    [InlineData("10KB", 10_240)]
    [InlineData("10KiB", 10_240)]
    [InlineData("1.5MB", 1_572_864)]
    [InlineData("1GiB512MiB", 1_610_612_736)]
    [InlineData("7EB", 7L << 60)]
    public void Size_is_read_in_powers_of_1024(string text, long expected)
    {
        Assert.True(ByteSize.TryParse(text, out var bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10m")]
    [InlineData("MB")]
    [InlineData("-1MB")]
    [InlineData("1 MB")]
    [InlineData("1MBx")]
    [InlineData("8EB")]
    [InlineData("99999999999999999999EB")]
    [InlineData("1mb")]
    [InlineData("1..5MB")]
    public void Text_that_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0B")]
    [InlineData(1536, "1KiB512B")]
    [InlineData(10_485_760, "10MiB")]
    public void Size_is_written_in_the_largest_units(long bytes, string expected) => Assert.Equal(expected, ByteSize.Format(bytes));
}
