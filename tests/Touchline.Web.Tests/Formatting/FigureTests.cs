using Touchline.Web.Formatting;

namespace Touchline.Web.Tests.Formatting;

public sealed class FigureTests
{
    [Theory]
    [InlineData(0, Unit.Bytes, "0 B")]
    [InlineData(1023, Unit.Bytes, "1 KiB")]
    [InlineData(1536, Unit.Bytes, "1.5 KiB")]
    [InlineData(25_233_629_184, Unit.Bytes, "23.5 GiB")]
    [InlineData(2048, Unit.BytesPerSecond, "2 KiB/s")]
    [InlineData(99.95, Unit.Percent, "100 %")]
    [InlineData(12.34, Unit.Percent, "12.3 %")]
    [InlineData(0.525, Unit.Ratio, "52.5 %")]
    [InlineData(0.0005, Unit.Seconds, "500 µs")]
    [InlineData(0.0421, Unit.Seconds, "42.1 ms")]
    [InlineData(3.2, Unit.Seconds, "3.2 s")]
    [InlineData(600, Unit.Seconds, "10 min")]
    [InlineData(232.4, Unit.PerSecond, "232/s")]
    [InlineData(12_345, Unit.PerSecond, "12.3k/s")]
    [InlineData(999.7, Unit.Number, "1 k")]
    [InlineData(1_000_000, Unit.Number, "1 M")]
    [InlineData(-2500, Unit.Number, "-2.5 k")]
    [InlineData(0.00123, Unit.Number, "1.23E-3")]
    [InlineData(double.PositiveInfinity, Unit.Number, "∞")]
    [InlineData(double.NaN, Unit.Bytes, "–")]
    public void Numbers_have_three_digits_and_a_prefix(double value, Unit unit, string expected) => Assert.Equal(expected, Figure.Format(value, unit));

    [Fact]
    public void What_is_not_known_is_a_dash() => Assert.Equal("–", Figure.Format(null, Unit.Bytes));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(12, "12s")]
    [InlineData(61, "1m 1s")]
    [InlineData(3600, "1h")]
    [InlineData(90_061, "1d 1h")]
    [InlineData(-5, "0s")]
    public void Ages_have_their_two_largest_units(int seconds, string expected) => Assert.Equal(expected, Figure.Age(TimeSpan.FromSeconds(seconds)));
}
