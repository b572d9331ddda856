using CsCheck;
using Touchline.Model;

namespace Touchline.Model.Tests;

public sealed class SampleValueTests
{
    [Theory]
    [InlineData("1", 1)]
    [InlineData("-1.5e3", -1500)]
    [InlineData("+.5", 0.5)]
    [InlineData("5.", 5)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("+Inf", double.PositiveInfinity)]
    [InlineData("-INFINITY", double.NegativeInfinity)]
    [InlineData("0x1p-2", 0.25)]
    [InlineData("0X.8P1", 1)]
    [InlineData("-0x1.8p3", -12)]
    [InlineData("0x10000000000000001p0", 18446744073709551616.0)]
    [InlineData("0x20000000000001p0", 9007199254740992.0)]
    [InlineData("1e-400", 0)]
    public void TryParse_reads_as_go_does(string text, double expected)
    {
        Assert.True(SampleValue.TryParse(text, out var value));
        Assert.Equal(expected, value);
    }

    [Fact]
    public void TryParse_gives_the_ordinary_nan()
    {
        Assert.True(SampleValue.TryParse("NaN", out var value));
        Assert.Equal(StaleMarker.NormalNaNBits, BitConverter.DoubleToUInt64Bits(value));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("1_000")]
    [InlineData("1e400")]
    [InlineData("0x1")]
    [InlineData("0xp1")]
    [InlineData("0x1p")]
    [InlineData("0x1p99999")]
    [InlineData("-NaN")]
    [InlineData("+nan")]
    [InlineData("infin")]
    [InlineData("1,5")]
    [InlineData("e5")]
    [InlineData(".")]
    [InlineData("٣")]
    public void TryParse_refuses(string text) => Assert.False(SampleValue.TryParse(text, out _));

    [Theory]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(1.5e-7, "0.00000015")]
    [InlineData(-0.0, "-0")]
    [InlineData(0.1, "0.1")]
    [InlineData(123456789.125, "123456789.125")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    public void Format_writes_all_digits_and_no_exponent(double value, string expected) => Assert.Equal(expected, SampleValue.Format(value));

    [Fact]
    public void Format_is_read_back_bit_for_bit() =>
        Gen.Double.Where(double.IsFinite).Sample(value =>
            SampleValue.TryParse(SampleValue.Format(value), out var back) && BitConverter.DoubleToInt64Bits(back) == BitConverter.DoubleToInt64Bits(value));
}
