using System.Globalization;
using Touchline.Model;

namespace Touchline.Web.Time;

/// <summary>
/// A time as the address bar writes it: <c>now</c>, <c>now-1h30m</c>, ms since the Unix epoch, or ISO 8601 (UTC where it names no zone).
/// </summary>
internal static class TimeExpression
{
    // Years 1970 to 9999: what a date can be written as, and what JavaScript can draw.
    private const long LatestMs = 253_402_300_799_999;

    public static bool TryResolve(string text, long nowMs, out long timeMs) => TryResolve(text, nowMs, out timeMs, out _);

    /// <summary>As above; <paramref name="isWallClock"/> where the text is a date that names no zone, and the time that of a clock in UTC.</summary>
    public static bool TryResolve(string text, long nowMs, out long timeMs, out bool isWallClock)
    {
        isWallClock = false;
        timeMs = 0;
        text = text.Trim();
        if (text.StartsWith("now", StringComparison.Ordinal))
        {
            return TryResolveRelative(text.AsSpan(3), nowMs, out timeMs);
        }
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out timeMs))
        {
            return timeMs <= LatestMs;
        }
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var date) || !char.IsAsciiDigit(text.FirstOrDefault()))
        {
            return false;
        }
        isWallClock = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var bare) && bare.Kind == DateTimeKind.Unspecified;
        timeMs = date.ToUnixTimeMilliseconds();
        return timeMs >= 0;
    }

    public static bool IsRelative(string text) => text.StartsWith("now", StringComparison.Ordinal);

    private static bool TryResolveRelative(ReadOnlySpan<char> rest, long nowMs, out long timeMs)
    {
        timeMs = nowMs;
        if (rest.IsEmpty)
        {
            return true;
        }
        if (rest[0] is not ('-' or '+') || !PrometheusDuration.TryParse(rest[1..], out var distance))
        {
            return false;
        }
        timeMs = rest[0] == '-' ? nowMs - distance : nowMs + distance;
        return timeMs is >= 0 and <= LatestMs;
    }
}
