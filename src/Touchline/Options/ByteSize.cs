using System.Globalization;

namespace Touchline.Options;

/// <summary>Sizes as Prometheus's flags write them: a number and a unit, powers of 1024 (<c>512MB</c>). A bare 0 needs no unit.</summary>
internal static class ByteSize
{
    private static readonly (string Unit, int Power)[] Units =
        [("B", 0), ("KB", 1), ("MB", 2), ("GB", 3), ("TB", 4), ("PB", 5), ("EB", 6), ("KiB", 1), ("MiB", 2), ("GiB", 3), ("TiB", 4), ("PiB", 5), ("EiB", 6)];

    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        if (text == "0")
        {
            return true;
        }
        var digits = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        if (!decimal.TryParse(text.AsSpan(0, digits), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }
        foreach (var (unit, power) in Units)
        {
            if (!text.AsSpan(digits).SequenceEqual(unit))
            {
                continue;
            }
            for (var i = 0; i < power && number <= long.MaxValue; i++)
            {
                number *= 1024;
            }
            if (number > long.MaxValue)
            {
                return false;
            }
            bytes = (long)number;
            return true;
        }
        return false;
    }
}
