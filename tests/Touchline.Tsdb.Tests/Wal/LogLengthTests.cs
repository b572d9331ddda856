using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Wal;

/// <summary>How much log a start after a crash may have to read back.</summary>
public sealed class LogLengthTests
{
    private const int Series = 50;
    private const long Step = 15_000;
    private const long Bound = 20_000;

    [Fact]
    public void Log_is_shortened_by_its_length_though_no_block_is_cut()
    {
        using var store = new TestStore(options => options.CheckpointFromLogBytes = Bound);
        var longest = 0L;
        var end = T0;
        for (var minute = 0; minute < 60; minute++)
        {
            store.Fill(Series, end, end + 60_000, Step);
            end += 60_000;
            store.Tsdb.RunMaintenance();
            longest = Math.Max(longest, SegmentBytes(store));
        }

        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
        Assert.Empty(store.Tsdb.Status().Blocks);
        // What a minute adds lies between two looks.
        Assert.InRange(longest, 1, 2 * Math.Max(Bound, CheckpointBytes(store)));
        store.Reopen();
        store.AssertFilled(Series, T0, end, Step);
    }

    [Fact]
    public void Short_log_is_left_alone()
    {
        using var store = new TestStore();
        store.Fill(Series, T0, T0 + Hour, Step);
        store.Tsdb.RunMaintenance();

        Assert.Empty(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
    }

    [Fact]
    public void Log_that_a_crash_left_is_shortened_at_the_first_look()
    {
        using var store = new TestStore();
        store.Fill(Series, T0, T0 + Hour, Step);
        store.Options.CheckpointFromLogBytes = Bound;
        store.Reopen();
        store.Tsdb.RunMaintenance();

        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
        store.Reopen();
        store.AssertFilled(Series, T0, T0 + Hour, Step);
    }

    private static long SegmentBytes(TestStore store) => BytesOf(store, "*.wal");

    private static long CheckpointBytes(TestStore store) => BytesOf(store, "*.checkpoint");

    private static long BytesOf(TestStore store, string pattern) => Directory.GetFiles(store.WalDirectory, pattern).Sum(file => new FileInfo(file).Length);
}
