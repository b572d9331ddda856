using System.Globalization;

namespace Touchline.Configuration;

/// <summary>Sizes as Prometheus writes them: <c>512MB</c>, <c>1.5GB</c>, <c>1GiB512MiB</c>. Units are powers of 1024, with or without the i.</summary>
public static class ByteSize
{
    private const string Prefixes = "KMGTPE";

    /// <summary>Reads a size; a unit is needed except for 0.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long bytes)
    {
        bytes = 0;
        if (text.SequenceEqual("0"))
        {
            return true;
        }
        if (text.IsEmpty)
        {
            return false;
        }
        var total = 0.0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count))
            {
                return false;
            }
            text = text[digits..];
            var scale = 1.0;
            var prefix = Prefixes.IndexOf(text[0]);
            if (prefix >= 0)
            {
                scale = Math.Pow(1024, prefix + 1);
                text = text[1..];
                if (text.StartsWith("i"))
                {
                    text = text[1..];
                }
            }
            if (!text.StartsWith("B"))
            {
                return false;
            }
            text = text[1..];
            total += count * scale;
        }
        if (total >= long.MaxValue)
        {
            return false;
        }
        bytes = (long)total;
        return true;
    }

    /// <summary>Writes the largest units that divide it, as Prometheus does: 1536 is <c>1KiB512B</c>.</summary>
    public static string Format(long bytes)
    {
        if (bytes == 0)
        {
            return "0B";
        }
        var text = "";
        for (var i = Prefixes.Length; i >= 0; i--)
        {
            var size = 1L << (10 * i);
            if (bytes / size > 0)
            {
                text += i == 0 ? $"{bytes}B" : string.Create(CultureInfo.InvariantCulture, $"{bytes / size}{Prefixes[i - 1]}iB");
                bytes %= size;
            }
        }
        return text;
    }
}
