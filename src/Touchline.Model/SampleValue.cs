using System.Globalization;

namespace Touchline.Model;

/// <summary>Sample values as text: the shortest digits that read back to the same double, without an exponent, as Prometheus prints them.</summary>
public static class SampleValue
{
    /// <summary>Formats as Go's <c>strconv.FormatFloat(value, 'f', -1, 64)</c>: <c>1e21</c> is written with all its zeros.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }
        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }
        var (number, exponent) = ShortestDecimal.Of(value);
        var digits = number.ToString(CultureInfo.InvariantCulture);
        var sign = double.IsNegative(value) ? "-" : "";
        var whole = digits.Length + exponent; // Digits before the point.
        if (whole <= 0)
        {
            return $"{sign}0.{new string('0', -whole)}{digits}";
        }
        return exponent >= 0 ? $"{sign}{digits}{new string('0', exponent)}" : $"{sign}{digits.AsSpan(0, whole)}.{digits.AsSpan(whole)}";
    }

    /// <summary>
    /// Reads a value as Go's <c>strconv.ParseFloat</c> does, but without underscores: decimal and hexadecimal numbers (<c>0x1p-2</c>),
    /// <c>Inf</c>, <c>Infinity</c> with or without a sign, <c>NaN</c> without one, in any case. What is out of range is refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && (double.IsFinite(value) || text.ContainsAnyInRange('0', '9')))
        {
            // Out of range is an error in Go, an infinity in .NET.
            return double.IsFinite(value);
        }
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = BitConverter.UInt64BitsToDouble(StaleMarker.NormalNaNBits);
            return true;
        }
        var sign = 1;
        if (text.Length > 0 && text[0] is '+' or '-')
        {
            sign = text[0] == '-' ? -1 : 1;
            text = text[1..];
        }
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return TryParseHexadecimal(text[2..], sign, out value);
        }
        if (text.Equals("inf", StringComparison.OrdinalIgnoreCase) || text.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = sign * double.PositiveInfinity;
            return true;
        }
        value = 0;
        return false;
    }

    /// <summary>Hexadecimal digits with a point anywhere and a binary exponent, which is not optional: <c>1.8p3</c>.</summary>
    private static bool TryParseHexadecimal(ReadOnlySpan<char> text, int sign, out double value)
    {
        value = 0;
        var end = text.IndexOfAny('p', 'P');
        if (end < 0 || !int.TryParse(text[(end + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
        {
            return false;
        }
        ulong mantissa = 0;
        var digits = 0;
        var pointSeen = false;
        foreach (var c in text[..end])
        {
            if (c == '.' && !pointSeen)
            {
                pointSeen = true;
                continue;
            }
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
            digits++;
            var digit = (uint)Convert.ToInt32(c.ToString(), 16);
            if (mantissa >> 59 == 0)
            {
                mantissa = mantissa << 4 | digit;
                exponent -= pointSeen ? 4 : 0;
            }
            else
            {
                // Beyond the precision of a double only whether anything follows decides how it is rounded.
                mantissa |= digit == 0 ? 0u : 1u;
                exponent += pointSeen ? 0 : 4;
            }
        }
        value = sign * Math.ScaleB(mantissa, Math.Clamp(exponent, -100_000, 100_000));
        return digits > 0 && double.IsFinite(value);
    }
}
