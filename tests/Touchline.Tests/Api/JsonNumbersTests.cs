using System.Globalization;
using System.Text;
using Touchline.Api;

namespace Touchline.Tests.Api;

public sealed class JsonNumbersTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1000, "1")]
    [InlineData(1_795_466_531_010, "1795466531.010")]
    [InlineData(1_795_466_531_001, "1795466531.001")]
    [InlineData(500, "0.500")]
    [InlineData(-1500, "-1.500")]
    public void A_timestamp_has_seconds_and_three_digits_where_it_has_a_fraction(long milliseconds, string text)
    {
        Span<byte> buffer = stackalloc byte[64];
        Assert.Equal(text, Encoding.ASCII.GetString(buffer[..JsonNumbers.FormatTimestamp(milliseconds, buffer)]));
    }

    /// <summary>The texts are what Prometheus 3.5 answers for these values.</summary>
    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(-0.0, "-0")]
    [InlineData(1.0, "1")]
    [InlineData(-0.0000123, "-0.0000123")]
    [InlineData(1e-6, "0.000001")]
    [InlineData(9.99e-7, "9.99e-07")]
    [InlineData(1e-7, "1e-07")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(1.5e17, "150000000000000000")]
    [InlineData(123456789012345678901.0, "123456789012345680000")]
    [InlineData(-123456789012345678901.0, "-123456789012345680000")]
    [InlineData(1e21, "1e+21")]
    [InlineData(1.5e300, "1.5e+300")]
    [InlineData(-1.7976931348623157e308, "-1.7976931348623157e+308")]
    [InlineData(0.1, "0.1")]
    [InlineData(1795466489914.0, "1795466489914")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    public void A_value_has_an_exponent_only_where_Prometheus_writes_one(double value, string text) => Assert.Equal(text, Format(value));

    [Fact]
    public void Any_value_reads_back_to_the_same_bits()
    {
        var random = new Random(20261123);
        for (var i = 0; i < 100_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                Assert.Equal(BitConverter.DoubleToInt64Bits(value), BitConverter.DoubleToInt64Bits(double.Parse(Format(value), CultureInfo.InvariantCulture)));
            }
        }
    }

    private static string Format(double value)
    {
        Span<byte> buffer = stackalloc byte[64];
        return Encoding.ASCII.GetString(buffer[..JsonNumbers.FormatValue(value, buffer)]);
    }
}
