using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Retention;

namespace Touchline.Tsdb.Tests.Retention;

public sealed class RetentionOriginTests
{
    private const long Hour = TestStore.Hour;
    private const long Day = 24 * Hour;
    private const long Never = long.MinValue;

    [Fact]
    public void Ages_count_from_the_newest_sample_and_never_from_later_than_the_clock()
    {
        var blocks = Of((0, 2 * Hour), (2 * Hour, 4 * Hour));
        Assert.Equal(new RetentionOrigin(4 * Hour, null), Origin(blocks, Never, now: 9 * Hour));
        Assert.Equal(new RetentionOrigin(7 * Hour, null), Origin(blocks, 7 * Hour, now: 9 * Hour));
        Assert.Equal(new RetentionOrigin(3 * Hour, null), Origin(blocks, 7 * Hour, now: 3 * Hour));
        Assert.Equal(new RetentionOrigin(4 * Hour, null), Origin([], 4 * Hour, now: 9 * Hour));
    }

    [Fact]
    public void Samples_far_ahead_of_all_others_count_once_there_is_a_day_of_them()
    {
        var old = Of((0, 9 * Day));
        var now = 80 * Day;
        Assert.Equal(new RetentionOrigin(9 * Day, 70 * Day), Origin(old, 70 * Day, now));
        Assert.Equal(new RetentionOrigin(9 * Day, (70 * Day) + (3 * Hour)), Origin([.. old, .. Of((70 * Day, (70 * Day) + (2 * Hour)))], (70 * Day) + (3 * Hour), now));
        Assert.Equal(new RetentionOrigin(9 * Day, 71 * Day - 1), Origin([.. old, .. Of((70 * Day, (71 * Day) - 1))], Never, now));
        Assert.Equal(new RetentionOrigin(71 * Day, null), Origin([.. old, .. Of((70 * Day, 71 * Day))], Never, now));
        // A gap of a day itself is none.
        Assert.Equal(new RetentionOrigin((10 * Day) + Hour, null), Origin([.. old, .. Of((10 * Day, (10 * Day) + Hour))], Never, now));
    }

    [Fact]
    public void Samples_ahead_of_the_clock_say_nothing()
    {
        var blocks = Of((0, 9 * Day), (60 * Day, 65 * Day));
        Assert.Equal(new RetentionOrigin(9 * Day, null), Origin(blocks, 9 * Day, now: 30 * Day));
        Assert.Equal(new RetentionOrigin(30 * Day, null), Origin(Of((60 * Day, 65 * Day)), Never, now: 30 * Day));
        Assert.Equal(new RetentionOrigin(9 * Day, null), Origin(Of((0, 9 * Day), (8 * Day, 65 * Day)), Never, now: 9 * Day));
    }

    [Fact]
    public void Process_that_runs_for_an_hour_a_week_keeps_at_most_a_day_of_such_hours_longer()
    {
        var weeks = Of([.. Enumerable.Range(0, 100).Select(week => (week * 7 * Day, (week * 7 * Day) + Hour))]);
        var origin = Origin(weeks, Never, now: 700 * Day);
        Assert.Equal((76 * 7 * Day) + Hour, origin.TimeMs);
        Assert.Equal((99 * 7 * Day) + Hour, origin.NewerMs);
    }

    [Fact]
    public void Short_ages_are_doubted_sooner_and_never_sooner_than_blocks_are_cut()
    {
        Assert.Equal(Day, RetentionOrigin.DoubtOf(15 * Day, 2 * Hour));
        Assert.Equal(Day, RetentionOrigin.DoubtOf(long.MaxValue, 2 * Hour));
        Assert.Equal(12 * Hour, RetentionOrigin.DoubtOf(5 * Day, 2 * Hour));
        Assert.Equal(4 * Hour, RetentionOrigin.DoubtOf(6 * Hour, 2 * Hour));
        Assert.Equal(7 * Day, new RetentionTable([Policy(0, 30 * Day), Policy(90 * Day, 7 * Day)], 15 * Day).ShortestAgeMs);
        Assert.Equal(15 * Day, new RetentionTable([Policy(0, 30 * Day)], 15 * Day).ShortestAgeMs);
        Assert.Equal(long.MaxValue, new RetentionTable([], 0).ShortestAgeMs);
    }

    private static SeriesRetention Policy(long keepFor, long downsampleAfter) =>
        new() { Matchers = [], KeepForMs = keepFor, Downsampling = [new Downsampling(downsampleAfter, 300_000)] };

    private static RetentionOrigin Origin(IEnumerable<BlockMeta> blocks, long newestInHead, long now) => RetentionOrigin.Of(blocks, newestInHead, now, Day);

    private static BlockMeta[] Of(params (long Min, long Max)[] ranges) => [.. ranges.Select(range => new BlockMeta
    {
        Ulid = "",
        MinTimeMs = range.Min,
        MaxTimeMs = range.Max,
        Series = 1,
        Chunks = 1,
        Samples = 1,
        ChunkBytes = 1,
        IndexBytes = 1,
    })];
}
