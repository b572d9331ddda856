using System.Globalization;
using Touchline.Model;

namespace Touchline.Web.Time;

/// <summary>What a page looks at, as written in its address. Relative ends move with the clock.</summary>
internal sealed record TimeRange(string From, string To)
{
    public static TimeRange Default { get; } = new("now-30m", "now");

    /// <summary>The ranges that the picker offers.</summary>
    public static IReadOnlyList<TimeRange> Presets { get; } =
    [
        .. new[] { "5m", "15m", "30m", "1h", "3h", "6h", "12h", "1d", "2d", "7d", "30d", "90d" }.Select(d => new TimeRange($"now-{d}", "now")),
    ];

    public bool IsRelative => TimeExpression.IsRelative(From) || TimeExpression.IsRelative(To);

    /// <summary>Both ends in ms; false where one cannot be read or they are not in order.</summary>
    public bool TryResolve(long nowMs, out long fromMs, out long toMs)
    {
        toMs = 0;
        return TimeExpression.TryResolve(From, nowMs, out fromMs) && TimeExpression.TryResolve(To, nowMs, out toMs) && fromMs < toMs;
    }

    /// <summary>What the picker's button says, where both ends are relative; null where one is a date.</summary>
    public string? Describe()
    {
        if (To == "now" && From.StartsWith("now-", StringComparison.Ordinal))
        {
            return PrometheusDuration.TryParse(From.AsSpan(4), out var length) ? $"Last {Words(length)}" : From;
        }
        return TimeExpression.IsRelative(From) && TimeExpression.IsRelative(To) ? $"{From} – {To}" : null;
    }

    private static string Words(long ms)
    {
        (string Unit, long Size)[] units = [("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000)];
        foreach (var (unit, size) in units)
        {
            if (ms % size == 0)
            {
                var count = ms / size;
                return count == 1 ? $"1 {unit}" : string.Create(CultureInfo.InvariantCulture, $"{count} {unit}s");
            }
        }
        return PrometheusDuration.Format(ms);
    }
}
