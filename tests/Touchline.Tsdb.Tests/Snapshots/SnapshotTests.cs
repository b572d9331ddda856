using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Snapshots;

public sealed class SnapshotTests
{
    private const long Step = 60_000;

    [Fact]
    public void Snapshot_opens_as_a_data_directory_with_everything_in_it()
    {
        using var store = Filled();
        SetHelp(store);
        var name = store.Tsdb.Snapshot(skipHead: false, default);
        Assert.Matches("^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}$", name);
        // What comes later is not in it.
        store.Fill(20, T0 + (7 * Hour), T0 + (8 * Hour), Step);
        using var copy = new TestStore(directory: Path.Combine(store.Options.Path, "snapshots", name));
        copy.AssertFilled(20, T0, T0 + (7 * Hour), Step);
        Assert.Empty(copy.Tsdb.Status().Damage);
        using var querier = copy.Tsdb.OpenQuerier(0, 1);
        Assert.Equal("Help.", querier.Metadata()["m"].Help);
    }

    [Fact]
    public void Blocks_of_a_snapshot_share_their_bytes_with_the_store_and_outlive_it()
    {
        using var store = Filled();
        var name = store.Tsdb.Snapshot(skipHead: true, default);
        var snapshot = Path.Combine(store.Options.Path, "snapshots", name);
        var blocks = Directory.GetDirectories(Path.Combine(snapshot, "blocks"));
        Assert.Equal(store.Tsdb.Status().Blocks.Select(block => block.Id).Order(), blocks.Select(Path.GetFileName).Order());
        store.Tsdb.DeleteSeries([], long.MinValue, long.MaxValue, default);
        store.Tsdb.CleanTombstones(default);
        Assert.Empty(store.Tsdb.Status().Blocks);
        using var copy = new TestStore(directory: snapshot);
        copy.AssertFilled(20, T0, T0 + (4 * Hour), Step);
    }

    [Fact]
    public void Deletions_are_in_a_snapshot_and_later_ones_are_not()
    {
        using var store = Filled();
        LabelMatcher[] first = [new(MatchType.Equal, "i", "1")];
        LabelMatcher[] second = [new(MatchType.Equal, "i", "2")];
        store.Tsdb.DeleteSeries(first, long.MinValue, long.MaxValue, default);
        var name = store.Tsdb.Snapshot(skipHead: false, default);
        store.Tsdb.DeleteSeries(second, long.MinValue, long.MaxValue, default);
        using var copy = new TestStore(directory: Path.Combine(store.Options.Path, "snapshots", name));
        using var querier = copy.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Assert.Equal(19, querier.Select([], false, default).Count);
        Assert.Empty(querier.Select(first, false, default));
        Assert.Single(querier.Select(second, false, default));
    }

    [Fact]
    public void Snapshot_of_an_empty_store_is_an_empty_store()
    {
        using var store = new TestStore();
        var name = store.Tsdb.Snapshot(skipHead: false, default);
        using var copy = new TestStore(directory: Path.Combine(store.Options.Path, "snapshots", name));
        Assert.Equal(0, copy.Tsdb.Status().HeadSeries);
        Assert.Empty(copy.Tsdb.Status().Blocks);
    }

    [Fact]
    public void Snapshot_given_up_half_way_leaves_nothing()
    {
        using var store = Filled();
        Assert.Throws<OperationCanceledException>(() => store.Tsdb.Snapshot(skipHead: false, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Options.Path, "snapshots")));
    }

    [Fact]
    public void Which_metrics_are_read_is_in_a_snapshot()
    {
        using var store = Filled();
        using (var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue))
        {
            querier.Select([new LabelMatcher(MatchType.Equal, "__name__", "m")], true, new SelectHints(SampleReading.Last, 0, 300_000), default);
        }
        var month = TimeSpan.FromDays(30);
        Assert.Equal(0, store.Tsdb.UnreadMetrics(month, 10, default).Count);
        var name = store.Tsdb.Snapshot(skipHead: true, default);
        using var copy = new TestStore(directory: Path.Combine(store.Options.Path, "snapshots", name));
        Assert.Equal(0, copy.Tsdb.UnreadMetrics(month, 10, default).Count);
    }

    [Fact]
    public void Snapshot_that_a_crash_interrupted_cannot_be_opened_and_is_removed_at_the_next_start()
    {
        using var store = Filled();
        var name = store.Tsdb.Snapshot(skipHead: false, default);
        var whole = Path.Combine(store.Options.Path, "snapshots", name);
        // What a kill leaves: everything that was copied until then, under its other name.
        var interrupted = whole + "0.tmp";
        var layout = DataDirectory.BeginUnfinished(interrupted);
        foreach (var block in Directory.GetDirectories(Path.Combine(whole, "blocks")).Take(2))
        {
            Directory.CreateDirectory(Path.Combine(layout.Blocks, Path.GetFileName(block)));
            foreach (var file in Directory.GetFiles(block))
            {
                File.Copy(file, Path.Combine(layout.Blocks, Path.GetFileName(block), Path.GetFileName(file)));
            }
        }
        var moved = Path.Combine(store.Options.Path, "moved");
        Directory.Move(interrupted, moved);
        Assert.Contains("interrupted", Assert.Throws<TsdbOpenException>(() => new TestStore(directory: moved)).Message, StringComparison.Ordinal);
        Directory.Move(moved, interrupted);

        store.Reopen();
        Assert.Equal([whole], Directory.GetFileSystemEntries(Path.Combine(store.Options.Path, "snapshots")));
        Assert.Contains(interrupted, Assert.Single(store.Tsdb.Status().Repairs), StringComparison.Ordinal);
        using var copy = new TestStore(directory: whole);
        copy.AssertFilled(20, T0, T0 + (7 * Hour), Step);
    }

    internal static void SetHelp(TestStore store)
    {
        using var appender = store.Tsdb.OpenAppender();
        appender.SetMetadata("m", new MetricMetadata(MetricType.Counter, "Help.", ""));
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    /// <summary>Twenty series over seven hours, of which two blocks are cut.</summary>
    private static TestStore Filled()
    {
        var store = new TestStore(options => options.CompactionShare = 1);
        store.Fill(20, T0, T0 + (7 * Hour), Step);
        store.Tsdb.RunMaintenance();
        Assert.Equal(2, store.Tsdb.Status().Blocks.Count);
        return store;
    }
}
