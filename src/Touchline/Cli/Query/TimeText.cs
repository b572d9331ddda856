using System.Globalization;
using Touchline.Model;

namespace Touchline.Cli.Query;

/// <summary>Times as people type them: RFC 3339, Unix seconds, <c>now</c>, <c>now-1h</c>.</summary>
internal static class TimeText
{
    /// <summary>How many steps a range has that says nothing about them: about what a terminal can show.</summary>
    private const int DefaultSteps = 240;

    /// <summary>Null where it is none of them.</summary>
    public static long? ToMilliseconds(string text, long nowMs)
    {
        if (text == "now")
        {
            return nowMs;
        }
        if (text.StartsWith("now-", StringComparison.Ordinal) || text.StartsWith("now+", StringComparison.Ordinal))
        {
            return PrometheusDuration.TryParse(text.Substring(4), out var distance) ? nowMs + (text[3] == '-' ? -distance : distance) : null;
        }
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds))
        {
            return Math.Abs(seconds) < 1e12 ? (long)Math.Round(seconds * 1000) : null;
        }
        return text.Contains('T') && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.ToUnixTimeMilliseconds()
            : null;
    }

    /// <summary>Unix seconds, as the API takes them.</summary>
    public static string Seconds(long milliseconds) => (milliseconds / 1000m).ToString("0.###", CultureInfo.InvariantCulture);

    public static string Utc(double seconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(seconds * 1000)).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>Whole seconds.</summary>
    public static string Step(long fromMs, long toMs) =>
        Math.Max(1, (long)Math.Ceiling((toMs - fromMs) / 1000.0 / DefaultSteps)).ToString(CultureInfo.InvariantCulture);
}
