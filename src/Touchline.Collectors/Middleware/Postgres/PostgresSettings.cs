using System.Globalization;
using Touchline.Model;

namespace Touchline.Collectors.Middleware.Postgres;

/// <summary>The server's parameters that are numbers or switches, in base units.</summary>
internal static class PostgresSettings
{
    public const string Sql = "SELECT name, setting, coalesce(unit, ''), vartype FROM pg_settings WHERE vartype IN ('bool', 'integer', 'real') ORDER BY name";

    public static void Write(IMetricWriter writer, IEnumerable<string[]> rows, string server)
    {
        foreach (var row in rows)
        {
            var (name, setting, unit, kind) = (row[0], row[1], row[2], row[3]);
            if (kind == "bool")
            {
                Write(writer, name, "", setting == "on" ? 1 : 0, server);
            }
            else if (double.TryParse(setting, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && TryFactor(unit, out var factor, out var suffix))
            {
                // -1 stands for off or for another parameter, in whatever unit.
                Write(writer, name, suffix, value < 0 ? value : value * factor, server);
            }
        }
    }

    private static void Write(IMetricWriter writer, string parameter, string unit, double value, string server)
    {
        var help = unit.Length > 0 ? $"Server Parameter: {parameter} [Units converted to {unit}.]" : $"Server Parameter: {parameter}";
        writer.Family($"pg_settings_{parameter.Replace('.', '_')}{(unit.Length > 0 ? "_" : "")}{unit}", MetricType.Gauge, help);
        writer.Sample(value, "server", server);
    }

    /// <summary>False for a unit that is not known, as a later version may have.</summary>
    private static bool TryFactor(string unit, out double factor, out string suffix)
    {
        suffix = unit is "ms" or "s" or "min" or "h" or "d" ? "seconds" : unit.Length > 0 ? "bytes" : "";
        factor = unit switch
        {
            "" => 1,
            "ms" => 0.001,
            "s" => 1,
            "min" => 60,
            "h" => 3600,
            "d" => 86_400,
            _ => Bytes(unit),
        };
        return factor > 0;
    }

    /// <summary>Sizes are counted in blocks too: <c>8kB</c>.</summary>
    private static double Bytes(string unit)
    {
        var digits = unit.TakeWhile(char.IsAsciiDigit).Count();
        var count = digits > 0 ? double.Parse(unit.AsSpan(0, digits), CultureInfo.InvariantCulture) : 1;
        return unit[digits..] switch
        {
            "B" => count,
            "kB" => count * 1024,
            "MB" => count * 1024 * 1024,
            "GB" => count * 1024 * 1024 * 1024,
            "TB" => count * 1024 * 1024 * 1024 * 1024,
            _ => 0,
        };
    }
}
