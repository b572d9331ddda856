using Touchline.Collectors.Host.Disks;

namespace Touchline.Collectors.Tests.Host.Disks;

public sealed class BcacheNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("542", 542)]
    [InlineData("10k", 10240)]
    [InlineData("1.0M", 1048576)]
    [InlineData("-1.0k", -1024)]
    [InlineData("2G", 2147483648)]
    public void Number_for_people_is_read(string text, double expected) => Assert.Equal(expected, BcacheNumber.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("k")]
    [InlineData("1.x")]
    [InlineData("ten")]
    public void Anything_else_is_refused(string text) => Assert.Throws<FormatException>(() => BcacheNumber.Parse(text));
}
