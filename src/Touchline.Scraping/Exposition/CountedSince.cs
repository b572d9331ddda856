using Touchline.Model;

namespace Touchline.Scraping.Exposition;

/// <summary>Which series a line <c>…_created</c> of OpenMetrics speaks of: those of the same point of a counter, histogram or summary.</summary>
internal static class CountedSince
{
    /// <summary>In place of a time that is not known.</summary>
    public const long Unknown = long.MinValue;

    private const string Suffix = "_created";

    private static readonly string[] CumulativeSuffixes = ["_total", "_sum", "_count", "_bucket"];

    public static bool IsCreatedLine(Labels? labels) => labels is not null && labels.MetricName.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>The time that such a line has as its value, in ms since the Unix epoch; false where it is none.</summary>
    public static bool TryReadMilliseconds(double seconds, out long milliseconds)
    {
        var rounded = Math.Round(seconds * 1000);
        milliseconds = Math.Abs(rounded) <= 1L << 53 ? (long)rounded : 0;
        return Math.Abs(rounded) <= 1L << 53;
    }

    /// <summary>Whether a series is of the point that the created line is of: the same labels, but for the name and the bucket.</summary>
    public static bool Belongs(Labels counted, Labels created)
    {
        var name = counted.MetricName.AsSpan();
        var family = created.MetricName.AsSpan()[..^Suffix.Length];
        // A native histogram has no suffix.
        if (!name.StartsWith(family) || (name.Length > family.Length && !CumulativeSuffixes.Contains(name[family.Length..].ToString())))
        {
            return false;
        }
        var others = 0;
        foreach (var label in counted)
        {
            if (label.Name is LabelNames.MetricName or LabelNames.BucketBound)
            {
                continue;
            }
            others++;
            if (created[label.Name] != label.Value)
            {
                return false;
            }
        }
        return others == created.Count - 1;
    }
}
