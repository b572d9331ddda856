using System.Globalization;
using System.Runtime.CompilerServices;
using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>Numbers of sample lines. Plain decimals take a short exact path; the rest goes to the runtime's parser.</summary>
internal static class SampleNumber
{
    private const long LargestExactInteger = 1L << 53;

    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    /// <summary>
    /// Reads what Go's strconv.ParseFloat reads, without hexadecimal and underscores. Out of range is a failure, every NaN is the
    /// ordinary one.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value) =>
        TryParseShortDecimal(text, out value) || TryParseOther(text, out value);

    /// <summary>
    /// A mantissa below 2^53 times or over a power of ten up to 10^22 is rounded once, so it is right to the last bit (Clinger,
    /// "How to Read Floating Point Numbers Accurately", 1990).
    /// </summary>
    private static bool TryParseShortDecimal(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        var at = 0;
        var negative = false;
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            at = 1;
        }
        long mantissa = 0;
        var digits = 0;
        var scale = 0;
        for (; at < text.Length && IsDigit(text[at]); at++, digits++)
        {
            mantissa = (mantissa * 10) + (text[at] - '0');
        }
        if (at < text.Length && text[at] == '.')
        {
            var point = ++at;
            for (; at < text.Length && IsDigit(text[at]); at++)
            {
                mantissa = (mantissa * 10) + (text[at] - '0');
            }
            scale = at - point;
            digits += scale;
        }
        // More than 18 digits may have overflowed the mantissa.
        if (digits is 0 or > 18 || mantissa > LargestExactInteger)
        {
            return false;
        }
        if (at < text.Length && (text[at] | 0x20) == 'e')
        {
            at++;
            var negativeExponent = false;
            if (at < text.Length && text[at] is (byte)'-' or (byte)'+')
            {
                negativeExponent = text[at] == '-';
                at++;
            }
            var exponent = 0;
            var first = at;
            for (; at < text.Length && at - first < 4 && IsDigit(text[at]); at++)
            {
                exponent = (exponent * 10) + (text[at] - '0');
            }
            if (at == first)
            {
                return false;
            }
            scale += negativeExponent ? exponent : -exponent;
        }
        if (at != text.Length || scale is < -22 or > 22)
        {
            return false;
        }
        value = scale >= 0 ? mantissa / PowersOfTen[scale] : mantissa * PowersOfTen[-scale];
        if (negative)
        {
            value = -value;
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryParseOther(ReadOnlySpan<byte> text, out double value)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        value = 0;
        if (text.IsEmpty)
        {
            return false;
        }
        var signed = text[0] is (byte)'-' or (byte)'+';
        var unsigned = signed ? text[1..] : text;
        if (!unsigned.IsEmpty && (IsDigit(unsigned[0]) || unsigned[0] == '.'))
        {
            return double.TryParse(text, Styles, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }
        if (EqualsIgnoringCase(unsigned, "inf"u8) || EqualsIgnoringCase(unsigned, "infinity"u8))
        {
            value = text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }
        if (!signed && EqualsIgnoringCase(unsigned, "nan"u8))
        {
            value = BitConverter.UInt64BitsToDouble(StaleMarker.NormalNaNBits);
            return true;
        }
        return false;
    }

    private static bool EqualsIgnoringCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        System.Text.Ascii.EqualsIgnoreCase(text, lower);

    private static bool IsDigit(byte c) => (uint)(c - '0') <= 9;
}
