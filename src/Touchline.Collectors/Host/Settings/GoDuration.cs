using System.Globalization;

namespace Touchline.Collectors.Host.Settings;

/// <summary>Durations as Go's programs take them on the command line: <c>3.46608s</c>, <c>1m30s</c>, <c>1ms</c>. Source: https://pkg.go.dev/time#ParseDuration</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)];

    /// <param name="text">The duration.</param>
    /// <param name="seconds">Its length in seconds.</param>
    public static bool TryParse(string text, out double seconds)
    {
        seconds = 0;
        var rest = text.AsSpan();
        var sign = rest is ['-', ..] ? -1 : 1;
        rest = rest.TrimStart(sign < 0 ? '-' : '+');
        if (rest is "0")
        {
            return true;
        }
        if (rest.IsEmpty)
        {
            return false;
        }
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return false;
            }
            rest = rest[digits..];
            var letters = rest.IndexOfAny("0123456789.");
            var unit = (letters < 0 ? rest : rest[..letters]).ToString();
            var known = Array.FindIndex(Units, entry => entry.Unit == unit);
            if (known < 0)
            {
                return false;
            }
            seconds += number * Units[known].Seconds;
            rest = rest[unit.Length..];
        }
        seconds *= sign;
        return true;
    }
}
