using System.Globalization;
using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>
/// Brings the bounds of histograms and the quantiles of summaries into the one form that Prometheus 3 stores: <c>le="1"</c> and
/// <c>le="1.0"</c> are the same series, whichever client library writes which.
/// </summary>
internal static class BoundLabels
{
    /// <param name="type">The type that the exposition gave last: as in Prometheus, the name of the series does not matter.</param>
    public static void Normalize(List<Label> labels, MetricType type)
    {
        var name = type switch
        {
            MetricType.Histogram => LabelNames.BucketBound,
            MetricType.Summary => LabelNames.Quantile,
            _ => null,
        };
        if (name is null)
        {
            return;
        }
        var index = labels.FindIndex(l => l.Name == name);
        if (index >= 0 && SampleValue.TryParse(labels[index].Value, out var bound))
        {
            labels[index] = new Label(name, Format(bound));
        }
    }

    /// <summary>The shortest digits that read back, always with a point or an exponent; an exponent below 1e-4 and from 1e6.</summary>
    internal static string Format(double value)
    {
        if (!double.IsFinite(value))
        {
            return SampleValue.Format(value);
        }
        var magnitude = Math.Abs(value);
        if (magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e6))
        {
            // Seventeen digits always suffice.
            var digits = 0;
            while (digits < 16 && double.Parse(value.ToString($"E{digits}", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) != value)
            {
                digits++;
            }
            var text = value.ToString($"E{digits}", CultureInfo.InvariantCulture);
            var at = text.IndexOf('E', StringComparison.Ordinal);
            var exponent = int.Parse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"{text[..at]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }
        var plain = SampleValue.Format(value);
        return plain.Contains('.', StringComparison.Ordinal) ? plain : plain + ".0";
    }
}
