using Touchline.Scraping.Exposition;

namespace Touchline.Scraping.Families;

/// <summary>Numbers as expositions write them.</summary>
public static class FamilyNumber
{
    /// <summary>A bound or quantile, always with a point or an exponent: <c>1.0</c>.</summary>
    public static string Bound(double value) => BoundLabels.Format(value);

    /// <summary>The shortest digits that read back, with an exponent below 1e-4 and from 1e6 on, as expositions of Go programs have them.</summary>
    public static string Format(double value)
    {
        var text = BoundLabels.Format(value);
        return text.EndsWith(".0", StringComparison.Ordinal) ? text[..^2] : text;
    }
}
