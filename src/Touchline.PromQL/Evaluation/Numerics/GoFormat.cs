using System.Globalization;

namespace Touchline.PromQL.Evaluation.Numerics;

/// <summary>Numbers inside messages as Go's <c>%g</c> writes them: shortest digits, an exponent below 1e-4 and from 1e6 on.</summary>
internal static class GoFormat
{
    public static string General(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }
        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }
        var (number, power) = Model.ShortestDecimal.Of(value);
        var digits = number.ToString(CultureInfo.InvariantCulture);
        var exponent = digits.Length - 1 + power;
        if (exponent is >= -4 and < 6)
        {
            return Model.SampleValue.Format(value);
        }
        var sign = value < 0 ? "-" : "";
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    /// <summary>As Go's <c>%f</c>: six digits after the point.</summary>
    public static string Fixed(double value) => double.IsFinite(value) ? value.ToString("F6", CultureInfo.InvariantCulture) : General(value);
}
