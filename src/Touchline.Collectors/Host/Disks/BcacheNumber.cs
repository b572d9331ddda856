using System.Globalization;

namespace Touchline.Collectors.Host.Disks;

/// <summary>Numbers as bcache writes them for people: <c>4.2G</c>, <c>512.0k</c>, <c>17</c>.</summary>
internal static class BcacheNumber
{
    private const string Units = "kMGTPEZY";

    // What stands behind the point counts 1/1024 of a unit divided by 100: ".10" is more than ".9". This is how node_exporter undoes it.
    private const double FractionUnit = 10.24;

    /// <exception cref="FormatException">It is no such number.</exception>
    public static double Parse(string text)
    {
        if (text.StartsWith('-'))
        {
            return -Parse(text[1..]);
        }
        var unit = text.Length > 0 ? Units.IndexOf(text[^1], StringComparison.Ordinal) : -1;
        var parts = (unit < 0 ? text : text[..^1]).Split('.');
        var whole = Number(parts[0], text);
        if (unit < 0)
        {
            return Math.Truncate(parts.Length > 1 ? Number(text, text) : whole);
        }
        var mantissa = parts.Length > 1 ? whole + Number(parts[1], text) / FractionUnit : whole;
        return Math.Truncate(mantissa * Math.Pow(1024, unit + 1));
    }

    private static double Number(string digits, string text) =>
        double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new FormatException($"a number such as 4.2G was expected, not '{text}'");
}
