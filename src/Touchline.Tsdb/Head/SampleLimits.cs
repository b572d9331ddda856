using System.Text;
using Touchline.Model;
using Touchline.Tsdb.Aggregates;

namespace Touchline.Tsdb.Head;

/// <summary>What the store takes as labels and times: wide enough for every honest client, and bounded.</summary>
internal static class SampleLimits
{
    public const int MaxLabels = 1024;
    public const int MaxNameLength = 4 * 1024;
    public const int MaxValueLength = 64 * 1024;
    public const int MaxTotalLength = 256 * 1024;

    /// <summary>The largest distance from the epoch at which differences of differences of times cannot overflow.</summary>
    public const long MaxAbsoluteTime = 1L << 53;

    /// <summary>Whether labels name a metric, are within the limits, and survive being written as UTF-8.</summary>
    public static bool AreValid(Labels labels)
    {
        if (labels.Count is 0 or > MaxLabels || labels.MetricName.Length == 0)
        {
            return false;
        }
        var total = 0;
        foreach (var label in labels)
        {
            if (!IsValid(label))
            {
                return false;
            }
            total += label.Name.Length + label.Value.Length;
        }
        return total <= MaxTotalLength;
    }

    /// <summary>Whether one label of a set is within the limits, and not the store's own: in a block it would pass for a column of aggregates.</summary>
    public static bool IsValid(Label label) =>
        label.Name.Length is > 0 and <= MaxNameLength && label.Value.Length is > 0 and <= MaxValueLength
        && IsWellFormed(label.Name) && IsWellFormed(label.Value) && label.Name != AggregateLabel.Name;

    // A lone surrogate has no UTF-8 form: it would come back as another string.
    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        var at = text.IndexOfAnyInRange('\ud800', '\udfff');
        if (at < 0)
        {
            return true;
        }
        foreach (var rune in text[at..].EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !text.Contains('\ufffd'))
            {
                return false;
            }
        }
        return true;
    }
}
