using System.Buffers.Text;
using System.Text.Json;
using Touchline.Model;

namespace Touchline.Api;

/// <summary>
/// Numbers in the API's JSON as Prometheus writes them, without an allocation: times in seconds with three digits where they have a
/// fraction, values as the shortest digits in quotes, with an exponent below 1e-6 and from 1e21.
/// </summary>
internal static class JsonNumbers
{
    /// <summary>Room for the longest point: brackets, a time, a value of 25 digits.</summary>
    public const int MaxPointLength = 96;

    /// <summary>Writes <c>[time,"value"]</c>.</summary>
    public static void WritePoint(Utf8JsonWriter json, long timestampMs, double value)
    {
        Span<byte> text = stackalloc byte[MaxPointLength];
        var length = FormatPointUpToValue(timestampMs, text);
        length += FormatPointFromValue(value, text[length..]);
        json.WriteRawValue(text[..length], skipInputValidation: true);
    }

    /// <summary><c>[time,"</c>, which is the same for every series of an answer.</summary>
    public static int FormatPointUpToValue(long timestampMs, Span<byte> into)
    {
        into[0] = (byte)'[';
        var length = 1 + FormatTimestamp(timestampMs, into[1..]);
        into[length++] = (byte)',';
        into[length++] = (byte)'"';
        return length;
    }

    /// <summary><c>value"]</c>.</summary>
    public static int FormatPointFromValue(double value, Span<byte> into)
    {
        var length = FormatValue(value, into);
        into[length++] = (byte)'"';
        into[length++] = (byte)']';
        return length;
    }

    public static void WriteTimestamp(Utf8JsonWriter json, long timestampMs)
    {
        Span<byte> text = stackalloc byte[MaxPointLength];
        json.WriteRawValue(text[..FormatTimestamp(timestampMs, text)], skipInputValidation: true);
    }

    /// <summary>Writes <c>"value"</c>.</summary>
    public static void WriteValue(Utf8JsonWriter json, double value)
    {
        Span<byte> text = stackalloc byte[MaxPointLength];
        json.WriteStringValue(text[..FormatValue(value, text)]);
    }

    public static int FormatTimestamp(long timestampMs, Span<byte> into)
    {
        var length = 0;
        if (timestampMs < 0)
        {
            into[length++] = (byte)'-';
            timestampMs = -timestampMs;
        }
        var (seconds, fraction) = Math.DivRem(timestampMs, 1000);
        Utf8Formatter.TryFormat(seconds, into[length..], out var written);
        length += written;
        if (fraction == 0)
        {
            return length;
        }
        into[length++] = (byte)'.';
        into[length++] = (byte)('0' + fraction / 100);
        into[length++] = (byte)('0' + fraction / 10 % 10);
        into[length++] = (byte)('0' + fraction % 10);
        return length;
    }

    public static int FormatValue(double value, Span<byte> into)
    {
        if (!double.IsFinite(value))
        {
            var text = double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8;
            text.CopyTo(into);
            return text.Length;
        }
        if (double.IsNegative(value))
        {
            into[0] = (byte)'-';
            return 1 + FormatMagnitude(-value, into[1..]);
        }
        return FormatMagnitude(value, into);
    }

    private static int FormatMagnitude(double value, Span<byte> into)
    {
        var (digits, exponent) = ShortestDecimal.Of(value);
        Utf8Formatter.TryFormat(digits, into, out var count);
        var whole = count + exponent; // Digits before the point.
        if (digits != 0 && value is < 1e-6 or >= 1e21)
        {
            return AddExponent(into, count, whole - 1);
        }
        if (exponent >= 0)
        {
            into.Slice(count, exponent).Fill((byte)'0');
            return whole;
        }
        if (whole > 0)
        {
            into[whole..count].CopyTo(into[(whole + 1)..]);
            into[whole] = (byte)'.';
            return count + 1;
        }
        into[..count].CopyTo(into[(2 - whole)..]);
        into[..(2 - whole)].Fill((byte)'0');
        into[1] = (byte)'.';
        return count + 2 - whole;
    }

    /// <summary>Go writes the exponent in lower case with a sign and at least two digits.</summary>
    private static int AddExponent(Span<byte> into, int count, int exponent)
    {
        var at = count;
        if (count > 1)
        {
            into[1..count].CopyTo(into[2..]);
            into[1] = (byte)'.';
            at++;
        }
        into[at++] = (byte)'e';
        into[at++] = exponent < 0 ? (byte)'-' : (byte)'+';
        var magnitude = Math.Abs(exponent);
        if (magnitude < 10)
        {
            into[at++] = (byte)'0';
        }
        Utf8Formatter.TryFormat(magnitude, into[at..], out var written);
        return at + written;
    }
}
