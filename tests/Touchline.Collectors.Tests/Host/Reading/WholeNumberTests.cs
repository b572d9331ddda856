using Touchline.Collectors.Host.Reading;

namespace Touchline.Collectors.Tests.Host.Reading;

public sealed class WholeNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-5", -5)]
    [InlineData("0x1f", 31)]
    [InlineData("18446744073709551615", 18446744073709551615d)]
    [InlineData("-9223372036854775808", -9223372036854775808d)]
    public void Number_is_read(string text, double expected) => Assert.Equal(expected, WholeNumber.Parse(text, "file"));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("0x")]
    [InlineData("1.5")]
    [InlineData("1 2")]
    [InlineData("18446744073709551616")]
    public void Anything_else_is_refused_with_its_place(string text) =>
        Assert.StartsWith("/sys/file: ", Assert.Throws<FormatException>(() => WholeNumber.Parse(text, "/sys/file")).Message, StringComparison.Ordinal);
}
