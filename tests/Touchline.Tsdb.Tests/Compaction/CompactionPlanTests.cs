using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Compaction;

namespace Touchline.Tsdb.Tests.Compaction;

public sealed class CompactionPlanTests
{
    private const long Day = 24;

    private static readonly IReadOnlyList<long> Ranges = [2, 6, 18, 54];

    [Fact]
    public void Ranges_triple_up_to_a_tenth_of_the_retention()
    {
        Assert.Equal([2, 6, 18], CompactionRanges.Of(2, 15 * Day));
        Assert.Equal([2], CompactionRanges.Of(2, 10));
    }

    [Fact]
    public void Ranges_end_at_31_days_where_samples_are_kept_for_ever()
    {
        const long hour = 3_600_000;
        Assert.Equal(486 * hour, CompactionRanges.Of(2 * hour, 0)[^1]);
        Assert.Equal(486 * hour, CompactionRanges.Of(2 * hour, 100 * 365 * Day * hour)[^1]);
    }

    [Fact]
    public void Three_blocks_that_fill_the_next_range_are_merged()
    {
        Assert.Equal([], Plan(Block(0, 2), Block(2, 4)));
        Assert.Equal(["0-2", "2-4", "4-6"], Plan(Block(0, 2), Block(2, 4), Block(4, 6)));
        Assert.Equal(["2-4", "4-6"], Plan(Block(2, 4), Block(4, 6), Block(6, 8)));
    }

    [Fact]
    public void Blocks_of_a_range_that_is_over_are_merged_though_some_are_missing()
    {
        Assert.Equal(["0-2", "4-6"], Plan(Block(0, 2), Block(4, 6), Block(6, 8)));
        Assert.Equal(["0-6", "12-18"], Plan(Block(0, 6), Block(12, 18), Block(18, 20)));
    }

    [Fact]
    public void Lower_levels_come_first()
    {
        Assert.Equal(["12-14", "14-16", "16-18"], Plan(Block(0, 6), Block(6, 12), Block(12, 14), Block(14, 16), Block(16, 18)));
        Assert.Equal(["0-6", "6-12", "12-18"], Plan(Block(0, 6), Block(6, 12), Block(12, 18)));
    }

    [Fact]
    public void Overlapping_blocks_are_merged_before_anything_else()
    {
        Assert.Equal(["2-4", "3-5", "4-6"], Plan(Block(0, 2), Block(2, 4), Block(3, 5), Block(4, 6), Block(6, 8)));
        Assert.Equal(["0-6", "2-4"], Plan(Block(0, 6), Block(2, 4), Block(6, 8)));
    }

    [Fact]
    public void Blocks_of_different_resolutions_never_meet()
    {
        Assert.Equal([], Plan(Block(0, 2), Block(0, 2, resolution: 300_000), Block(2, 4)));
        Assert.Equal(
            ["0-2", "2-4", "4-6"],
            Plan(Block(0, 2, resolution: 5), Block(2, 4, resolution: 5), Block(4, 6, resolution: 5), Block(0, 6), Block(6, 8)));
    }

    [Fact]
    public void Parts_of_an_open_range_wait_until_it_is_over_or_there_are_many()
    {
        Assert.Equal([], Plan(Block(0, 1, partial: true), Block(0, 2, partial: true)));
        Assert.Equal(["0-1", "0-2"], Plan(Block(0, 1, partial: true), Block(0, 2)));
        Assert.Equal(["0-1", "1-2"], Plan(Block(0, 1, partial: true), Block(1, 2, partial: true), Block(2, 4)));
        var many = Enumerable.Range(0, CompactionPlan.MaxPartialBlocks).Select(_ => Block(0, 1, partial: true)).ToArray();
        Assert.Equal(many.Length, Plan(many).Count);
        Assert.Equal([], Plan(many[1..]));
    }

    private static List<string> Plan(params BlockMeta[] blocks) =>
        [.. CompactionPlan.Next(blocks, Ranges).Select(meta => $"{meta.MinTimeMs}-{meta.MaxTimeMs}")];

    private static BlockMeta Block(long minTime, long maxTime, bool partial = false, long resolution = 0) => new()
    {
        Ulid = Ulid.New(DateTimeOffset.UnixEpoch),
        MinTimeMs = minTime,
        MaxTimeMs = maxTime,
        Series = 1,
        Chunks = 1,
        Samples = 1,
        ChunkBytes = 1,
        IndexBytes = 1,
        Partial = partial,
        ResolutionMs = resolution,
    };
}
