using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Snapshots;

public sealed class SealedHeadTests
{
    private const long Step = 15_000;

    [Fact]
    public void Head_is_in_blocks_after_a_clean_end_and_the_log_is_as_good_as_empty()
    {
        using var store = Filled(hours: 3);
        SnapshotTests.SetHelp(store);
        store.Reopen();
        var status = store.Tsdb.Status();
        Assert.Equal(0, status.HeadSeries);
        Assert.True(status.WalBytes < 200, $"{status.WalBytes} bytes of log");
        Assert.Equal([(T0, T0 + (2 * Hour)), (T0 + (2 * Hour), T0 + (3 * Hour) - Step + 1)], status.Blocks.Select(block => (block.MinTimeMs, block.MaxTimeMs)));
        store.AssertFilled(20, T0, T0 + (3 * Hour), Step);
        using var querier = store.Tsdb.OpenQuerier(0, 1);
        Assert.Equal("Help.", querier.Metadata()["m"].Help);
        Assert.Empty(status.Damage);
        Assert.Empty(status.Repairs);
    }

    [Fact]
    public void Samples_go_on_where_the_sealed_head_ended_and_end_up_in_one_block_a_range()
    {
        using var store = Filled(hours: 1);
        for (var hour = 1; hour < 6; hour++)
        {
            store.Reopen();
            store.Fill(20, T0 + (hour * Hour), T0 + ((hour + 1) * Hour), Step);
            store.AssertFilled(20, T0, T0 + ((hour + 1) * Hour), Step);
        }
        store.Tsdb.RunMaintenance();
        store.Tsdb.RunCompaction();
        store.AssertFilled(20, T0, T0 + (6 * Hour), Step);
        Assert.Equal(
            [T0, T0 + (2 * Hour)],
            store.Tsdb.Status().Blocks.Where(block => block.MaxTimeMs <= T0 + (4 * Hour)).Select(block => block.MinTimeMs));
        store.Reopen();
        store.AssertFilled(20, T0, T0 + (6 * Hour), Step);
    }

    [Fact]
    public void Sample_that_was_late_when_the_head_was_sealed_is_still_taken()
    {
        using var store = Filled(hours: 1);
        store.Fill(1, T0, T0 + Hour - (10 * Step), Step, "slow");
        store.Reopen();
        store.Fill(1, T0 + Hour - (10 * Step), T0 + Hour, Step, "slow");
        store.AssertFilled(1, T0, T0 + Hour, Step, "slow");
        store.Reopen();
        store.AssertFilled(1, T0, T0 + Hour, Step, "slow");
    }

    [Fact]
    public void Sample_repeated_after_the_head_was_sealed_is_in_answers_once()
    {
        using var store = Filled(hours: 1);
        store.Reopen();
        store.Fill(20, T0 + Hour - (4 * Step), T0 + Hour, Step);
        store.AssertFilled(20, T0, T0 + Hour, Step);
        store.Reopen();
        store.AssertFilled(20, T0, T0 + Hour, Step);
    }

    [Fact]
    public void Kill_between_the_sealed_blocks_and_the_end_of_the_log_leaves_everything_once()
    {
        using var store = Filled(hours: 3);
        var log = Directory.CreateTempSubdirectory("touchline-log-");
        foreach (var file in Directory.GetFiles(store.WalDirectory))
        {
            File.Copy(file, Path.Combine(log.FullName, Path.GetFileName(file)));
        }
        store.Reopen(() =>
        {
            Directory.Delete(store.WalDirectory, recursive: true);
            Directory.Move(log.FullName, store.WalDirectory);
        });
        Assert.Equal(20, store.Tsdb.Status().HeadSeries);
        Assert.Equal(2, store.Tsdb.Status().Blocks.Count);
        store.AssertFilled(20, T0, T0 + (3 * Hour), Step);
        store.Tsdb.RunMaintenance();
        store.Tsdb.RunCompaction();
        store.AssertFilled(20, T0, T0 + (3 * Hour), Step);
    }

    [Fact]
    public void Small_log_is_left_as_it_is_because_reading_it_back_is_quick()
    {
        using var store = new TestStore(options => options.SealHeadFromLogBytes = 10_000_000);
        store.Fill(20, T0, T0 + Hour, Step);
        store.Reopen();
        Assert.Empty(store.Tsdb.Status().Blocks);
        Assert.Equal(20, store.Tsdb.Status().HeadSeries);
        store.AssertFilled(20, T0, T0 + Hour, Step);
    }

    private static TestStore Filled(int hours)
    {
        var store = new TestStore(options =>
        {
            options.SealHeadFromLogBytes = 1;
            options.CompactionShare = 1;
        });
        store.Fill(20, T0, T0 + (hours * Hour), Step);
        return store;
    }
}
