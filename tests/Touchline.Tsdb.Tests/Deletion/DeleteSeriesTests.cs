using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Tests.Wal;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Deletion;

public sealed class DeleteSeriesTests
{
    private const long Step = 60_000;

    private static readonly LabelMatcher[] First = [new(MatchType.Equal, "i", "1")];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Deleted_samples_are_gone_at_once_from_head_and_blocks_and_stay_gone(bool killed)
    {
        using var store = Filled();
        using var before = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        store.Tsdb.DeleteSeries(First, T0 + Hour, T0 + (4 * Hour) + (30 * Step), default);
        AssertLeft(store, T0 + Hour, T0 + (4 * Hour) + (30 * Step));
        if (killed)
        {
            using var other = new TestStore(directory: CopyOf(store));
            AssertLeft(other, T0 + Hour, T0 + (4 * Hour) + (30 * Step));
            Directory.Delete(other.Options.Path, recursive: true);
        }
        store.Reopen();
        AssertLeft(store, T0 + Hour, T0 + (4 * Hour) + (30 * Step));
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Series_deleted_as_a_whole_is_not_selected_any_more_and_can_come_back()
    {
        using var store = Filled();
        store.Tsdb.DeleteSeries(First, long.MinValue, long.MaxValue, default);
        using (var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue))
        {
            Assert.Empty(querier.Select(First, false, default));
            Assert.Equal(4, querier.Select([], false, default).Count);
        }
        using var appender = store.Tsdb.OpenAppender();
        SeriesRef reference = default;
        Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", 1), T0 + (6 * Hour), 7));
        appender.Commit();
        store.Reopen();
        using var again = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        Assert.Single(again.Select(First, false, default)).Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal([T0 + (6 * Hour)], rows.Timestamps.ToArray());
    }

    [Fact]
    public void Samples_that_come_after_a_deletion_are_kept_whatever_its_end_was()
    {
        using var store = Filled();
        store.Tsdb.DeleteSeries(First, T0 + (5 * Hour), long.MaxValue, default);
        store.Fill(5, T0 + (6 * Hour), T0 + (7 * Hour), Step);
        for (var attempt = 0; attempt < 2; attempt++)
        {
            AssertLeft(store, T0 + (5 * Hour), T0 + (6 * Hour) - Step, T0 + (7 * Hour));
            store.Reopen();
        }
        store.Tsdb.RunMaintenance();
        AssertLeft(store, T0 + (5 * Hour), T0 + (6 * Hour) - Step, T0 + (7 * Hour));
    }

    [Fact]
    public void Cleaning_writes_blocks_anew_without_what_was_deleted()
    {
        using var store = Filled();
        store.Tsdb.DeleteSeries(First, T0 + Hour, T0 + (3 * Hour), default);
        Assert.Equal(2, Directory.GetFiles(store.BlocksDirectory, "tombstones", SearchOption.AllDirectories).Length);
        var samples = store.Tsdb.Status().Blocks.Sum(block => block.Samples);
        store.Tsdb.CleanTombstones(default);
        Assert.Empty(Directory.GetFiles(store.BlocksDirectory, "tombstones", SearchOption.AllDirectories));
        Assert.Equal(samples - 121, store.Tsdb.Status().Blocks.Sum(block => block.Samples));
        AssertLeft(store, T0 + Hour, T0 + (3 * Hour));
    }

    [Fact]
    public void Block_of_which_everything_was_deleted_is_gone_after_cleaning()
    {
        using var store = Filled();
        store.Tsdb.DeleteSeries([], T0, T0 + (2 * Hour) - 1, default);
        store.Tsdb.CleanTombstones(default);
        Assert.Equal(T0 + (2 * Hour), Assert.Single(store.Tsdb.Status().Blocks).MinTimeMs);
        store.AssertFilled(5, T0 + (2 * Hour), T0 + (6 * Hour), Step);
    }

    [Fact]
    public void Compaction_applies_tombstones()
    {
        using var store = Filled();
        store.Tsdb.DeleteSeries(First, T0 + Hour, T0 + (3 * Hour), default);
        store.Fill(5, T0 + (6 * Hour), T0 + (9 * Hour), Step);
        store.Tsdb.RunMaintenance();
        store.Tsdb.RunCompaction();
        Assert.Empty(Directory.GetFiles(store.BlocksDirectory, "tombstones", SearchOption.AllDirectories));
        Assert.Single(store.Tsdb.Status().Blocks);
        AssertLeft(store, T0 + Hour, T0 + (3 * Hour), T0 + (9 * Hour));
    }

    [Fact]
    public void Damaged_tombstones_are_found_and_their_block_is_left_out_rather_than_undeleted()
    {
        using var store = Filled();
        store.Tsdb.DeleteSeries(First, T0 + Hour, T0 + (3 * Hour), default);
        var path = Directory.GetFiles(store.BlocksDirectory, "tombstones", SearchOption.AllDirectories).Order().First();
        store.Reopen(() => WalRecoveryTests.Flip(path, 10));
        Assert.Contains(path, Assert.Single(store.Tsdb.Status().Damage));
        Assert.Single(store.Tsdb.Status().Blocks);
    }

    [Fact]
    public void Native_histograms_are_deleted_like_floats()
    {
        using var store = new TestStore();
        using (var appender = store.Tsdb.OpenAppender())
        {
            SeriesRef reference = default;
            for (var i = 0; i < 10; i++)
            {
                appender.AppendHistogram(ref reference, SeriesLabels("h", 0), T0 + (i * Step), new NativeHistogram { Sum = i });
            }
            appender.Commit();
        }
        store.Tsdb.DeleteSeries([], T0 + (2 * Step), T0 + (7 * Step), default);
        store.Reopen();
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        Assert.Single(querier.Select([], false, default)).Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal([0, 1, 8, 9], rows.Histograms.ToArray().Select(histogram => histogram!.Sum));
    }

    /// <summary>Five series over six hours, of which two blocks are cut.</summary>
    private static TestStore Filled()
    {
        var store = new TestStore(options => options.CompactionShare = 1);
        store.Fill(5, T0, T0 + (6 * Hour), Step);
        store.Tsdb.RunMaintenance();
        Assert.Equal(2, store.Tsdb.Status().Blocks.Count);
        return store;
    }

    private static void AssertLeft(TestStore store, long deletedFrom, long deletedTo, long until = T0 + (6 * Hour))
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var selected = querier.Select([], true, default);
        Assert.Equal(5, selected.Count);
        var rows = new SampleColumns();
        foreach (var series in selected)
        {
            var deleted = series.Labels["i"] == "1";
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            var expected = new List<long>();
            for (var time = T0; time < until; time += Step)
            {
                if (!deleted || time < deletedFrom || time > deletedTo)
                {
                    expected.Add(time);
                }
            }
            Assert.Equal(expected, rows.Timestamps.ToArray());
        }
        Assert.Empty(querier.Warnings);
    }

    /// <summary>The directory as a kill would leave it now.</summary>
    private static string CopyOf(TestStore store)
    {
        var copy = Directory.CreateTempSubdirectory("touchline-killed-").FullName;
        foreach (var file in Directory.GetFiles(store.Options.Path, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(store.Options.Path, file);
            if (!relative.StartsWith("lock", StringComparison.Ordinal))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, relative))!);
                File.Copy(file, Path.Combine(copy, relative));
            }
        }
        Directory.CreateDirectory(Path.Combine(copy, "wal"));
        return copy;
    }
}
