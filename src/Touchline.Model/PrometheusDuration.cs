using System.Globalization;
using System.Text;

namespace Touchline.Model;

/// <summary>Durations as configuration files and PromQL write them: <c>1h30m</c>, <c>15s</c>, <c>500ms</c>, <c>0</c>. Unit: ms.</summary>
public static class PrometheusDuration
{
    private static readonly (string Unit, long Milliseconds)[] Units =
    [
        ("y", 365L * 24 * 3600 * 1000), ("w", 7L * 24 * 3600 * 1000), ("d", 24L * 3600 * 1000),
        ("h", 3600L * 1000), ("m", 60L * 1000), ("s", 1000), ("ms", 1),
    ];

    /// <summary>Reads a duration; units must be in falling order, each at most once. The result is at most about 292 years.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.SequenceEqual("0"))
        {
            return true;
        }
        if (text.IsEmpty)
        {
            return false;
        }
        var nextUnit = 0;
        while (!text.IsEmpty)
        {
            if (!long.TryParse(TakeDigits(ref text), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return false;
            }
            var unit = TakeUnit(ref text, nextUnit);
            // Prometheus keeps durations as int64 nanoseconds, so more than that is out of range for it too.
            const long Limit = long.MaxValue / 1_000_000;
            if (unit < 0 || count > (Limit - milliseconds) / Units[unit].Milliseconds)
            {
                return false;
            }
            milliseconds += count * Units[unit].Milliseconds;
            nextUnit = unit + 1;
        }
        return true;
    }

    /// <summary>What is wrong with a text that <see cref="TryParse"/> refuses, in Prometheus's words.</summary>
    public static string ExplainFailure(string text)
    {
        if (text.Length == 0)
        {
            return "empty duration string";
        }
        var rest = text.AsSpan();
        var nextUnit = 0;
        while (!rest.IsEmpty)
        {
            if (TakeDigits(ref rest).IsEmpty)
            {
                return $"not a valid duration string: {QuotedString.Of(text)}";
            }
            var end = rest.IndexOfAnyInRange('0', '9');
            var unit = end < 0 ? rest : rest[..end];
            if (unit.IsEmpty)
            {
                return $"not a valid duration string: {QuotedString.Of(text)}";
            }
            var known = TakeUnit(ref rest, 0);
            if (known < 0)
            {
                return $"unknown unit {QuotedString.Of(unit.ToString())} in duration {QuotedString.Of(text)}";
            }
            if (known < nextUnit)
            {
                return $"not a valid duration string: {QuotedString.Of(text)}";
            }
            nextUnit = known + 1;
        }
        return "duration out of range";
    }

    /// <summary>Writes the shortest form that <see cref="TryParse"/> reads back, as Prometheus prints it (90s is <c>1m30s</c>).</summary>
    public static string Format(long milliseconds)
    {
        if (milliseconds == 0)
        {
            return "0s";
        }
        var text = new StringBuilder();
        if (milliseconds < 0)
        {
            text.Append('-');
            milliseconds = -milliseconds;
        }
        for (var i = 0; i < Units.Length; i++)
        {
            var (unit, size) = Units[i];
            // Years and weeks are used only where they divide the duration, so that 366d does not become 1y1d.
            if (unit is "y" or "w" && milliseconds % size != 0)
            {
                continue;
            }
            if (milliseconds / size > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{milliseconds / size}{unit}");
                milliseconds %= size;
            }
        }
        return text.ToString();
    }

    private static ReadOnlySpan<char> TakeDigits(ref ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }
        var digits = text[..length];
        text = text[length..];
        return digits;
    }

    /// <summary>The index of the unit that the text begins with, at or after the one asked for; -1 where there is none.</summary>
    private static int TakeUnit(ref ReadOnlySpan<char> text, int first)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetterLower(text[length]))
        {
            length++;
        }
        for (var i = first; i < Units.Length; i++)
        {
            if (text[..length].SequenceEqual(Units[i].Unit))
            {
                text = text[length..];
                return i;
            }
        }
        return -1;
    }
}
