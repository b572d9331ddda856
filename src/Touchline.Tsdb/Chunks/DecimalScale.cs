using System.Runtime.CompilerServices;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Doubles as decimal integers: value = mantissa / 10^exponent, accepted only where the division gives back the very same bits
/// (so never for -0.0, NaN or infinities). Both operands are exact doubles, which makes the division correctly rounded.
/// </summary>
internal static class DecimalScale
{
    public const int MaxExponent = 15;

    /// <summary>Every integer up to here is a double.</summary>
    public const double MaxMantissa = 1L << 53;

    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    private static readonly double[] NegativePowersOfTen =
        [1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11, 1e-12, 1e-13, 1e-14, 1e-15];

    /// <summary>Digits behind the point that values which are no decimals are still tried with, near decimals as they may be.</summary>
    public const int MaxGuessedExponent = 12;

    /// <summary>Units in the last place that a near decimal may be off.</summary>
    public const int MaxCorrection = 3;

    /// <summary>The double nearest to 10^-exponent.</summary>
    public static double NegativePower(int exponent) => NegativePowersOfTen[exponent];

    public static double Power(int exponent) => PowersOfTen[exponent];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryScale(double value, int exponent, out long mantissa)
    {
        var power = PowersOfTen[exponent];
        var scaled = value * power;
        if (!(Math.Abs(scaled) <= MaxMantissa))
        {
            mantissa = 0;
            return false;
        }
        mantissa = (long)Math.Round(scaled);
        return BitConverter.DoubleToInt64Bits(mantissa / power) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The smallest exponent that represents the value, or -1 where none does.</summary>
    public static int SmallestExponent(double value, int atLeast, out long mantissa)
    {
        for (var exponent = atLeast; exponent <= MaxExponent; exponent++)
        {
            if (TryScale(value, exponent, out mantissa))
            {
                return exponent;
            }
        }
        mantissa = 0;
        return -1;
    }
}
