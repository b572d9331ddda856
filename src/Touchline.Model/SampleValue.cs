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

    /// <summary>Reads a value as Prometheus does: decimal numbers, <c>Inf</c>, <c>+Inf</c>, <c>-Inf</c>, <c>NaN</c>, any case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out value)
            && (double.IsFinite(value) || text.ContainsAnyInRange('0', '9')))
        {
            // Out of range is an error in Go, an infinity in .NET.
            return double.IsFinite(value);
        }
        var sign = 1;
        if (text.Length > 0 && text[0] is '+' or '-')
        {
            sign = text[0] == '-' ? -1 : 1;
            text = text[1..];
        }
        if (text.Equals("inf", StringComparison.OrdinalIgnoreCase) || text.Equals("infinity", StringComparison.OrdinalIgnoreCase))
        {
            value = sign * double.PositiveInfinity;
            return true;
        }
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase))
        {
            value = BitConverter.UInt64BitsToDouble(StaleMarker.NormalNaNBits);
            return true;
        }
        value = 0;
        return false;
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
