using System.Globalization;

namespace Touchline.Web.Formatting;

/// <summary>Numbers as people read them: three significant digits, binary prefixes for bytes, SI prefixes for the rest.</summary>
internal static class Figure
{
    private const string Unknown = "–";
    private static readonly string[] BytePrefixes = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
    private static readonly string[] NumberPrefixes = ["", "k", "M", "G", "T"];

    public static string Format(double? value, Unit unit)
    {
        if (value is not { } v || double.IsNaN(v))
        {
            return Unknown;
        }
        if (double.IsInfinity(v))
        {
            return v > 0 ? "∞" : "−∞";
        }
        return unit switch
        {
            Unit.Bytes => Scale(v, 1024, BytePrefixes, " "),
            Unit.BytesPerSecond => Scale(v, 1024, BytePrefixes, " ") + "/s",
            Unit.Percent => Digits(v) + " %",
            Unit.Ratio => Digits(v * 100) + " %",
            Unit.Seconds => Seconds(v),
            Unit.PerSecond => Scale(v, 1000, NumberPrefixes, "") + "/s",
            _ => Scale(v, 1000, NumberPrefixes, " ").TrimEnd(),
        };
    }

    /// <summary>A count with its thousands apart: <c>12 345</c>.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u2009');

    /// <summary>A length of time, its two largest units: <c>3d 4h</c>, <c>12s</c>.</summary>
    public static string Age(TimeSpan age)
    {
        if (age < TimeSpan.FromSeconds(1))
        {
            return "0s";
        }
        (string Unit, long Value)[] parts = [("d", age.Days), ("h", age.Hours), ("m", age.Minutes), ("s", age.Seconds)];
        var first = Array.FindIndex(parts, p => p.Value > 0);
        var text = string.Create(CultureInfo.InvariantCulture, $"{parts[first].Value}{parts[first].Unit}");
        return first + 1 < parts.Length && parts[first + 1].Value > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{text} {parts[first + 1].Value}{parts[first + 1].Unit}")
            : text;
    }

    private static string Seconds(double seconds) => Math.Abs(seconds) switch
    {
        0 => "0 s",
        < 1e-3 => Digits(seconds * 1e6) + " µs",
        < 1 => Digits(seconds * 1e3) + " ms",
        < 120 => Digits(seconds) + " s",
        < 7200 => Digits(seconds / 60) + " min",
        < 172_800 => Digits(seconds / 3600) + " h",
        _ => Digits(seconds / 86_400) + " d",
    };

    private static string Scale(double value, double step, string[] prefixes, string space)
    {
        var index = 0;
        var scaled = Math.Abs(value);
        // 999.5 would round up to a fourth digit, so it already belongs to the next prefix.
        while (scaled >= Math.Min(step, 999.5) && index < prefixes.Length - 1)
        {
            scaled /= step;
            index++;
        }
        return Digits(value < 0 ? -scaled : scaled) + space + prefixes[index];
    }

    private static string Digits(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 99.95 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 9.995 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 0.01 => value.ToString("0.##", CultureInfo.InvariantCulture),
        _ => value.ToString("0.##E+0", CultureInfo.InvariantCulture),
    };
}
