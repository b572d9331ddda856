using System.Globalization;
using System.Numerics;

namespace Touchline.Model.Tests;

public sealed class ShortestDecimalTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(120.0)]
    [InlineData(1e21)]
    [InlineData(1e22)]
    [InlineData(1e23)]
    [InlineData(9.5367431640625e-7)]
    [InlineData(132.64000000000001)]
    [InlineData(9007199254740991)]
    [InlineData(9007199254740993)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(2.2250738585072014e-308)]
    [InlineData(2.2250738585072011e-308)]
    [InlineData(4.35e-322)]
    public void A_number_has_the_digits_that_dotnet_gives_it(double value) => Assert.Equal(Known(value), ShortestDecimal.Of(value));

    [Fact]
    public void Any_double_has_the_digits_that_dotnet_gives_it()
    {
        var random = new Random(7);
        for (var i = 0; i < 2_000_000; i++)
        {
            var value = BitConverter.Int64BitsToDouble(random.NextInt64() & long.MaxValue);
            if (double.IsFinite(value) && Known(value) != ShortestDecimal.Of(value))
            {
                Assert.Fail($"{value:R}: {ShortestDecimal.Of(value)}");
            }
        }
    }

    [Fact]
    public void Numbers_as_people_measure_them_have_the_digits_that_dotnet_gives_them()
    {
        var random = new Random(8);
        for (var i = 0; i < 2_000_000; i++)
        {
            var value = (i % 4) switch
            {
                0 => random.Next() / 100.0,
                1 => random.NextInt64(1L << 53) / 300.0,
                2 => Math.ScaleB(3, random.Next(-1070, 1000)),
                _ => random.NextInt64(1L << 53) * 0.001,
            };
            if (Known(value) != ShortestDecimal.Of(value))
            {
                Assert.Fail($"{value:R}: {ShortestDecimal.Of(value)}");
            }
        }
    }

    /// <summary>The numbers below a power of two lie closer together than those above, which .NET's own takes no notice of: 2^-25 as it writes it reads back as another.</summary>
    [Fact]
    public void Powers_of_two_have_the_fewest_digits_that_read_back()
    {
        Assert.Equal((29802322387695312UL, -24), ShortestDecimal.Of(Math.ScaleB(1, -25)));
        Assert.Equal((5960464477539063UL, -23), ShortestDecimal.Of(Math.ScaleB(1, -24)));
        for (var exponent = -1074; exponent < 1024; exponent++)
        {
            var value = Math.ScaleB(1, exponent);
            var (digits, power) = ShortestDecimal.Of(value);
            Assert.Equal(value, double.Parse($"{digits}e{power}", CultureInfo.InvariantCulture));
            var shorter = digits / 10;
            Assert.NotEqual(value, double.Parse($"{shorter}e{power + 1}", CultureInfo.InvariantCulture));
            Assert.NotEqual(value, double.Parse($"{shorter + 1}e{power + 1}", CultureInfo.InvariantCulture));
        }
    }

    private static (ulong Digits, int Exponent) Known(double value) => Read(value.ToString("R", CultureInfo.InvariantCulture));

    private static (ulong Digits, int Exponent) Read(string text)
    {
        var exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        var exponent = exponentAt < 0 ? 0 : int.Parse(text[(exponentAt + 1)..], CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        if (point >= 0)
        {
            exponent -= mantissa.Length - point - 1;
            mantissa = mantissa.Remove(point, 1);
        }
        var digits = BigInteger.Parse(mantissa, CultureInfo.InvariantCulture);
        for (; !digits.IsZero && digits % 10 == 0; exponent++)
        {
            digits /= 10;
        }
        return ((ulong)digits, digits.IsZero ? 0 : exponent);
    }
}
