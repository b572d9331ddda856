using System.Globalization;

namespace Touchline.Collectors.Host.Reading;

/// <summary>Whole numbers as drivers write them: decimal, or hexadecimal behind <c>0x</c>.</summary>
internal static class WholeNumber
{
    /// <exception cref="FormatException">It is none; the message says what it was read from.</exception>
    public static double Parse(ReadOnlySpan<char> text, string source) => TryParse(text, out var value)
        ? value
        : throw new FormatException($"{source}: a whole number was expected, not '{text[..Math.Min(40, text.Length)]}'");

    /// <summary>Numbers of 64 bits, with a sign or without, before they lose digits to the double.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out double value)
    {
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            var isNumber = ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits);
            value = bits;
            return isNumber;
        }
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
        {
            value = unsigned;
            return true;
        }
        var isSigned = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed);
        value = signed;
        return isSigned;
    }
}
