using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>
/// Where the window of a step lies over samples of which some were replaced by aggregates. An aggregate is of a whole window of its grid, so
/// an end that falls among aggregates moves back to the grid, and a length there becomes the nearest multiple of the resolution, at
/// least one. A window that is on the grid stays as it is, and one that touches no aggregate too.
/// </summary>
internal static class WindowAlignment
{
    /// <summary>The start (exclusive) and end (inclusive) for a window that ends at a time and is so long. All in ms.</summary>
    public static (long Start, long End) Align(SampleColumns samples, long end, long range)
    {
        var resolution = samples.ResolutionAt(end);
        var start = end - range;
        if (resolution > 0)
        {
            end -= FloorModulo(end, resolution);
            start = end - Math.Max(1, (range + resolution / 2) / resolution) * resolution;
        }
        // A long window may begin among aggregates that are coarser than those at its end, or end behind all of them.
        var atStart = samples.ResolutionAt(start + 1);
        if (atStart > resolution)
        {
            var past = FloorModulo(start, atStart);
            start += past * 2 < atStart || start - past + atStart >= end ? -past : atStart - past;
        }
        return (start, end);
    }

    private static long FloorModulo(long value, long divisor) => ((value % divisor) + divisor) % divisor;
}
