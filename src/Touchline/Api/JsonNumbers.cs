using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Touchline.Api;

/// <summary>
/// Numbers in the API's JSON as Prometheus writes them, without an allocation: times in seconds with three digits where they have a
/// fraction, values as the shortest digits in quotes, with an exponent below 1e-6 and from 1e21.
/// </summary>
internal static class JsonNumbers
{
    /// <summary>Room for the longest point: brackets, a time, a value of 25 digits.</summary>
    private const int MaxPointLength = 96;

    /// <summary>Writes <c>[time,"value"]</c>.</summary>
    public static void WritePoint(Utf8JsonWriter json, long timestampMs, double value)
    {
        Span<byte> text = stackalloc byte[MaxPointLength];
        text[0] = (byte)'[';
        var length = 1 + FormatTimestamp(timestampMs, text[1..]);
        text[length++] = (byte)',';
        text[length++] = (byte)'"';
        length += FormatValue(value, text[length..]);
        text[length++] = (byte)'"';
        text[length++] = (byte)']';
        json.WriteRawValue(text[..length], skipInputValidation: true);
    }

    public static void WriteTimestamp(Utf8JsonWriter json, long timestampMs)
    {
        Span<byte> text = stackalloc byte[MaxPointLength];
        json.WriteRawValue(text[..FormatTimestamp(timestampMs, text)], skipInputValidation: true);
    }

    /// <summary>The time of a scalar or a string, which Prometheus writes as any number: without zeros at the end.</summary>
    public static void WriteSeconds(Utf8JsonWriter json, long timestampMs) => json.WriteNumberValue(timestampMs / 1000m);

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
        value.TryFormat(into, out var length, "R", CultureInfo.InvariantCulture);
        var exponentAt = into[..length].IndexOf((byte)'E');
        return exponentAt < 0 ? length : Rewrite(value, into, exponentAt, length);
    }

    private static int Rewrite(double value, Span<byte> into, int exponentAt, int length)
    {
        Utf8Parser.TryParse(into[(exponentAt + 1)..length], out int exponent, out _);
        var magnitude = Math.Abs(value);
        if (magnitude is < 1e-6 or >= 1e21)
        {
            // Go writes the exponent in lower case with a sign and at least two digits.
            into[exponentAt] = (byte)'e';
            into[exponentAt + 1] = exponent < 0 ? (byte)'-' : (byte)'+';
            var at = exponentAt + 2;
            var digits = Math.Abs(exponent);
            if (digits < 10)
            {
                into[at++] = (byte)'0';
            }
            Utf8Formatter.TryFormat(digits, into[at..], out var written);
            return at + written;
        }
        Span<byte> mantissa = stackalloc byte[32];
        var count = 0;
        var start = into[0] == (byte)'-' ? 1 : 0;
        foreach (var c in into[start..exponentAt])
        {
            if (c != (byte)'.')
            {
                mantissa[count++] = c;
            }
        }
        var end = start;
        if (exponent < 0)
        {
            "0."u8.CopyTo(into[end..]);
            end += 2;
            into.Slice(end, -exponent - 1).Fill((byte)'0');
            end += -exponent - 1;
            mantissa[..count].CopyTo(into[end..]);
            return end + count;
        }
        mantissa[..count].CopyTo(into[end..]);
        end += count;
        var zeros = exponent + 1 - count;
        if (zeros >= 0)
        {
            into.Slice(end, zeros).Fill((byte)'0');
            return end + zeros;
        }
        into[(start + exponent + 1)..end].CopyTo(into[(start + exponent + 2)..]);
        into[start + exponent + 1] = (byte)'.';
        return end + 1;
    }
}
