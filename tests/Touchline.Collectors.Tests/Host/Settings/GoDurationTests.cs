using Touchline.Collectors.Host.Settings;

namespace Touchline.Collectors.Tests.Host.Settings;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("3.46608s", 3.46608)]
    [InlineData("1ms", 0.001)]
    [InlineData("1h1m30.5s", 3690.5)]
    [InlineData("10us", 0.00001)]
    [InlineData("10µs", 0.00001)]
    [InlineData("100ns", 1e-7)]
    [InlineData(".5m", 30)]
    [InlineData("0", 0)]
    [InlineData("-2s", -2)]
    [InlineData("+2s", 2)]
    public void Durations_are_those_of_Go(string text, double seconds)
    {
        Assert.True(GoDuration.TryParse(text, out var found));
        Assert.Equal(seconds, found, 12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("1d")]
    [InlineData("1.2.3s")]
    [InlineData("1s ")]
    [InlineData(".s")]
    public void Others_are_none(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
