using System.Globalization;
using Touchline.Model;

namespace Touchline.Collectors.Host.Textfile;

/// <summary>Writes numbers that become labels (<c>le</c>, <c>quantile</c>) as Go does, so that the series are those of node_exporter.</summary>
internal static class BoundText
{
    // Go writes exponents beyond these.
    private const int LeastExponent = -4;
    private const int MostExponent = 5;

    public static string Of(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }
        var (digits, power) = ShortestDecimal.Of(value);
        var text = digits.ToString(CultureInfo.InvariantCulture);
        var exponent = text.Length - 1 + power;
        if (value == 0 || exponent is >= LeastExponent and <= MostExponent)
        {
            return value.ToString("0.####################", CultureInfo.InvariantCulture);
        }
        var fraction = text.Length > 1 ? "." + text[1..] : "";
        return FormattableString.Invariant($"{(value < 0 ? "-" : "")}{text[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }
}
