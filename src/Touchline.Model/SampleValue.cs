using System.Globalization;
using System.Text;

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
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var exponentAt = text.IndexOf('E');
        return exponentAt < 0 ? text : Expand(text.AsSpan(0, exponentAt), int.Parse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
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

    private static string Expand(ReadOnlySpan<char> mantissa, int exponent)
    {
        var text = new StringBuilder();
        if (mantissa[0] == '-')
        {
            text.Append('-');
            mantissa = mantissa[1..];
        }
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var whole = (point < 0 ? mantissa.Length : point) + exponent;
        if (whole <= 0)
        {
            return text.Append("0.").Append('0', -whole).Append(digits).ToString();
        }
        if (whole >= digits.Length)
        {
            return text.Append(digits).Append('0', whole - digits.Length).ToString();
        }
        return text.Append(digits, 0, whole).Append('.').Append(digits, whole, digits.Length - whole).ToString();
    }
}
