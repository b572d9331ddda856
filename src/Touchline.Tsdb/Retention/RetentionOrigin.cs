using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Retention;

/// <summary>
/// From when on ages count: the newest of what is stored, and never later than the clock. New samples that lie far ahead of all others prove a clock that
/// was wrong as well as a long stop, so they count only once there is enough of them: a wrong hour costs nothing then.
/// </summary>
/// <param name="TimeMs">Ages count from here.</param>
/// <param name="NewerMs">The newest sample, where it lies behind a gap and does not count yet; null where all do.</param>
internal readonly record struct RetentionOrigin(long TimeMs, long? NewerMs)
{
    private const long Day = 24L * 3600 * 1000;

    /// <summary>
    /// How long a gap must be for what comes behind it to be doubted, and how much of that must be there to be believed: a day, or a tenth of the
    /// shortest age that matters, and no less than two blocks, because what is in the head has no blocks yet.
    /// </summary>
    public static long DoubtOf(long shortestAgeMs, long blockRangeMs) => Math.Max(Math.Min(Day, shortestAgeMs / 10), 2 * blockRangeMs);

    /// <param name="blocks">What is stored in blocks, in any order.</param>
    /// <param name="newestInHeadMs">The newest sample that is in none; the least number where there is no such.</param>
    /// <param name="nowMs">The clock. What lies ahead of it says nothing.</param>
    /// <param name="doubtMs">See <see cref="DoubtOf"/>.</param>
    public static RetentionOrigin Of(IEnumerable<BlockMeta> blocks, long newestInHeadMs, long nowMs, long doubtMs)
    {
        var stretches = Stretches(blocks, nowMs, doubtMs);
        var inHead = Math.Min(newestInHeadMs, nowMs);
        if (stretches.Count == 0)
        {
            return new RetentionOrigin(newestInHeadMs == long.MinValue ? nowMs : inHead, null);
        }
        var believed = stretches.Count - 1;
        for (var sum = Length(stretches[believed]); sum < doubtMs && believed > 0; sum += Length(stretches[believed]))
        {
            believed--;
        }
        var newest = Math.Max(stretches[^1].End, inHead);
        var origin = stretches[believed].End;
        if (believed == stretches.Count - 1 && newest - origin <= doubtMs)
        {
            return new RetentionOrigin(newest, null);
        }
        return new RetentionOrigin(origin, newest);
    }

    /// <summary>Times without a long gap that blocks cover, ascending, as far as the clock is.</summary>
    private static List<(long Start, long End)> Stretches(IEnumerable<BlockMeta> blocks, long nowMs, long gapMs)
    {
        var stretches = new List<(long Start, long End)>();
        foreach (var block in blocks.Where(block => block.MinTimeMs < nowMs).OrderBy(block => block.MinTimeMs))
        {
            var end = Math.Min(block.MaxTimeMs, nowMs);
            if (stretches.Count > 0 && block.MinTimeMs - stretches[^1].End <= gapMs)
            {
                stretches[^1] = (stretches[^1].Start, Math.Max(stretches[^1].End, end));
            }
            else
            {
                stretches.Add((block.MinTimeMs, end));
            }
        }
        return stretches;
    }

    private static long Length((long Start, long End) stretch) => stretch.End - stretch.Start;
}
