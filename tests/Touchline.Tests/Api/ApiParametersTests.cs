using Touchline.Api;

namespace Touchline.Tests.Api;

public sealed class ApiParametersTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1795466531.01", 1_795_466_531_010)]
    [InlineData("1.0005", 1000)]
    [InlineData("-1.5", -1500)]
    [InlineData("1e3", 1_000_000)]
    [InlineData("2026-11-23T20:00:00Z", 1_795_464_000_000)]
    [InlineData("2026-11-23T20:00:00.123456789Z", 1_795_464_000_123)]
    [InlineData("2026-11-23T21:00:00+01:00", 1_795_464_000_000)]
    [InlineData("-292273086-05-16T16:47:06Z", ApiParameters.MinTimeMs)]
    [InlineData("292277025-08-18T07:12:54.999999999Z", ApiParameters.MaxTimeMs)]
    public void Parsing_a_time_gives_milliseconds(string text, long milliseconds)
    {
        Assert.True(ApiParameters.TryParseTime(text, out var parsed));
        Assert.Equal(milliseconds, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("NaN")]
    [InlineData("1e20")]
    [InlineData("2026-11-23")]
    [InlineData("2026-11-23 20:00:00Z")]
    [InlineData("2026-13-23T20:00:00Z")]
    [InlineData("2026-11-23T20:00:00")]
    public void Parsing_anything_else_fails(string text) => Assert.False(ApiParameters.TryParseTime(text, out _));
}
