using CsCheck;
using Touchline.Model;

namespace Touchline.Model.Tests;

public sealed class PrometheusDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("324ms", 324)]
    [InlineData("3s", 3_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("4d", 345_600_000)]
    [InlineData("4d1h", 349_200_000)]
    [InlineData("3w", 1_814_400_000)]
    [InlineData("1y2w3d4h5m6s7ms", 33_019_506_007)]
    [InlineData("14d", 1_209_600_000)]
    public void TryParse_reads_what_prometheus_writes(string text, long milliseconds)
    {
        Assert.True(PrometheusDuration.TryParse(text, out var parsed));
        Assert.Equal(milliseconds, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1x")]
    [InlineData("5m5m")]
    [InlineData("30m1h")]
    [InlineData("1.5s")]
    [InlineData("-5m")]
    [InlineData("5 m")]
    [InlineData("5M")]
    [InlineData("300y")]
    [InlineData("99999999999999999999s")]
    public void TryParse_refuses(string text) => Assert.False(PrometheusDuration.TryParse(text, out _));

    [Theory]
    [InlineData("300y", "duration out of range")]
    [InlineData("99999999999999999999s", "duration out of range")]
    [InlineData("30m1h", "not a valid duration string: \"30m1h\"")]
    [InlineData("5m5m", "not a valid duration string: \"5m5m\"")]
    [InlineData("5", "not a valid duration string: \"5\"")]
    [InlineData("-5m", "not a valid duration string: \"-5m\"")]
    [InlineData("5.5m", "unknown unit \".\" in duration \"5.5m\"")]
    [InlineData("5hs", "unknown unit \"hs\" in duration \"5hs\"")]
    [InlineData("", "empty duration string")]
    public void ExplainFailure_speaks_as_prometheus_does(string text, string expected) => Assert.Equal(expected, PrometheusDuration.ExplainFailure(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(100_000, "1m40s")]
    [InlineData(604_800_000, "1w")]
    [InlineData(691_200_000, "8d")]
    [InlineData(31_536_000_000, "1y")]
    [InlineData(31_622_400_000, "366d")]
    [InlineData(1, "1ms")]
    [InlineData(3_600_001, "1h1ms")]
    [InlineData(-90_000, "-1m30s")]
    public void Format_writes_as_prometheus_does(long milliseconds, string expected) => Assert.Equal(expected, PrometheusDuration.Format(milliseconds));

    [Fact]
    public void Format_is_read_back() =>
        Gen.Long[0, long.MaxValue / 1_000_000].Sample(ms => PrometheusDuration.TryParse(PrometheusDuration.Format(ms), out var back) && back == ms);
}
