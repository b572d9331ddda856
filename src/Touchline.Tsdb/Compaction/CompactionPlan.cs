using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;

namespace Touchline.Tsdb.Compaction;

/// <summary>
/// Which blocks to merge next. First those that overlap, because every query pays for them; then those that fill a range of the next level,
/// lowest level first. Blocks of different resolutions never meet.
/// </summary>
internal static class CompactionPlan
{
    /// <summary>So many blocks of an unfinished range are merged before it is over: a process that is restarted again and again leaves one each time.</summary>
    public const int MaxPartialBlocks = 8;

    /// <param name="blocks">Ordered by time, then by name.</param>
    /// <param name="ranges">Rising; see <see cref="CompactionRanges"/>.</param>
    /// <returns>Blocks to be merged into one; empty where nothing is to be done.</returns>
    public static IReadOnlyList<BlockMeta> Next(IReadOnlyList<BlockMeta> blocks, IReadOnlyList<long> ranges)
    {
        foreach (var resolution in blocks.GroupBy(block => block.ResolutionMs))
        {
            List<BlockMeta> alike = [.. resolution];
            var chosen = Overlapping(alike, ranges[0]);
            for (var level = 0; level < ranges.Count && chosen.Count == 0; level++)
            {
                chosen = FillingOneRange(alike, ranges[level], level == 0);
            }
            if (chosen.Count > 0)
            {
                return chosen;
            }
        }
        return [];
    }

    /// <summary>The oldest run of blocks of which each overlaps one before it. What the head still adds to is left until its range is over.</summary>
    private static List<BlockMeta> Overlapping(List<BlockMeta> blocks, long blockRange)
    {
        var run = new List<BlockMeta>();
        var end = long.MinValue;
        foreach (var block in blocks)
        {
            if (run.Count > 0 && block.MinTimeMs >= end)
            {
                if (run.Count > 1)
                {
                    return run;
                }
                run.Clear();
            }
            if (block.Partial && IsOpen(block, blocks, blockRange))
            {
                continue;
            }
            run.Add(block);
            end = Math.Max(end, block.MaxTimeMs);
        }
        return run.Count > 1 ? run : [];
    }

    private static List<BlockMeta> FillingOneRange(List<BlockMeta> blocks, long range, bool lowest)
    {
        var newest = blocks.Max(block => block.MinTimeMs);
        foreach (var group in blocks.GroupBy(block => BlockTimes.Start(block.MinTimeMs, range)))
        {
            List<BlockMeta> members = [.. group.Where(block => block.MaxTimeMs <= group.Key + range)];
            if (members.Count < 2)
            {
                continue;
            }
            // A range is over once there are blocks behind it; until then only a full one is merged, so that the newest block stays small.
            var isOver = newest >= group.Key + range;
            var isFull = !lowest && members[^1].MaxTimeMs - members[0].MinTimeMs == range && members.TrueForAll(block => !block.Partial);
            var tooMany = lowest && members.Count(block => block.Partial) >= MaxPartialBlocks;
            if (isOver || isFull || tooMany)
            {
                return members;
            }
        }
        return [];
    }

    private static bool IsOpen(BlockMeta block, List<BlockMeta> blocks, long blockRange)
    {
        var end = BlockTimes.End(block.MinTimeMs, blockRange);
        return !blocks.Exists(other => !other.Partial && other.MaxTimeMs >= end);
    }
}
