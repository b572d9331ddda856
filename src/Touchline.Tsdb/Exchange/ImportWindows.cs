using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Exchange;

/// <summary>The ranges of time that what is imported is cut into, each a block.</summary>
internal static class ImportWindows
{
    /// <param name="minTime">The first time.</param>
    /// <param name="maxTime">The first time behind the last.</param>
    /// <param name="pieces">How many windows of about the same length are wanted, at least.</param>
    /// <param name="settledUntil">See <see cref="ImportTarget.SettledUntilMs"/>: behind it windows are those of the head.</param>
    public static List<(long MinTime, long MaxTime)> Of(long minTime, long maxTime, long pieces, long settledUntil)
    {
        var range = ImportTarget.HeadRangeMs;
        var length = Math.Max(1, (maxTime - minTime + (pieces * range) - 1) / (pieces * range)) * range;
        var windows = new List<(long, long)>();
        for (var start = minTime; start < maxTime;)
        {
            var end = start < settledUntil
                ? Math.Min(BlockTimes.Start(start, range) + length, Math.Max(settledUntil, BlockTimes.End(start, range)))
                : BlockTimes.End(start, range);
            end = Math.Min(end, maxTime);
            windows.Add((start, end));
            start = end;
        }
        return windows;
    }
}
