using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Tests.Wal;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Compaction;

public sealed class CompactorTests
{
    private const long Step = 60_000;

    [Fact]
    public void Blocks_become_one_of_the_next_level_and_no_sample_changes()
    {
        using var store = Filled(hours: 8);
        Assert.Equal(3, store.Tsdb.Status().Blocks.Count);
        store.Tsdb.RunCompaction();
        var status = store.Tsdb.Status();
        var block = Assert.Single(status.Blocks);
        Assert.Equal((T0, T0 + (6 * Hour), 20, 20 * 360), (block.MinTimeMs, block.MaxTimeMs, block.Series, block.Samples));
        Assert.Equal(1, status.Compactions);
        store.AssertFilled(20, T0, T0 + (8 * Hour), Step);
        Assert.Single(Directory.GetDirectories(store.BlocksDirectory));
        store.Reopen();
        store.AssertFilled(20, T0, T0 + (8 * Hour), Step);
        var meta = Meta(Assert.Single(Directory.GetDirectories(store.BlocksDirectory)));
        Assert.Equal((2, 3, 3), (meta.CompactionLevel, meta.Sources.Count, meta.Replaces!.Count));
    }

    [Fact]
    public void Crash_between_new_block_and_deletion_of_its_sources_leaves_nothing_twice()
    {
        using var store = Filled(hours: 8);
        var before = Directory.GetDirectories(store.BlocksDirectory);
        var kept = Directory.CreateTempSubdirectory("touchline-sources-");
        foreach (var block in before)
        {
            Copy(block, Path.Combine(kept.FullName, Path.GetFileName(block)));
        }
        store.Tsdb.RunCompaction();
        var merged = Assert.Single(Directory.GetDirectories(store.BlocksDirectory));
        store.Reopen(() =>
        {
            foreach (var block in kept.GetDirectories())
            {
                Copy(block.FullName, Path.Combine(store.BlocksDirectory, block.Name));
            }
        });
        Assert.Equal([merged], Directory.GetDirectories(store.BlocksDirectory));
        Assert.Equal(3, store.Tsdb.Status().Repairs.Count);
        store.AssertFilled(20, T0, T0 + (8 * Hour), Step);
        kept.Delete(recursive: true);
    }

    [Fact]
    public void Sources_stay_where_what_replaces_them_is_damaged()
    {
        using var store = Filled(hours: 8);
        var kept = Directory.CreateTempSubdirectory("touchline-sources-");
        foreach (var block in Directory.GetDirectories(store.BlocksDirectory))
        {
            Copy(block, Path.Combine(kept.FullName, Path.GetFileName(block)));
        }
        store.Tsdb.RunCompaction();
        var merged = Assert.Single(Directory.GetDirectories(store.BlocksDirectory));
        store.Reopen(() =>
        {
            foreach (var block in kept.GetDirectories())
            {
                Copy(block.FullName, Path.Combine(store.BlocksDirectory, block.Name));
            }
            WalRecoveryTests.Flip(Path.Combine(merged, "index"), 40);
        });
        Assert.Equal(3, store.Tsdb.Status().Blocks.Count);
        Assert.Contains(merged, Assert.Single(store.Tsdb.Status().Damage));
        store.AssertFilled(20, T0, T0 + (8 * Hour), Step);
        kept.Delete(recursive: true);
    }

    [Fact]
    public void Damaged_source_is_not_merged_and_keeps_what_is_left_of_it()
    {
        using var store = Filled(hours: 8);
        var damaged = Directory.GetDirectories(store.BlocksDirectory).Order().First();
        store.Reopen(() => WalRecoveryTests.Flip(Path.Combine(damaged, "chunks"), 60));
        store.Tsdb.RunCompaction();
        store.Tsdb.RunCompaction();
        Assert.Equal(3, store.Tsdb.Status().Blocks.Count);
        Assert.Equal(3, Directory.GetDirectories(store.BlocksDirectory).Length);
        Assert.Contains(store.Tsdb.Status().Damage, damage => damage.Contains(damaged, StringComparison.Ordinal));
        WalRecoveryTests.AssertOnlyRightSamples(store);
    }

    [Fact]
    public void Query_that_began_before_reads_on_and_one_that_begins_after_sees_the_same()
    {
        using var store = Filled(hours: 8);
        using var before = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var selected = before.Select([], true, default);
        store.Tsdb.RunCompaction();
        using var after = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Assert.Equal(Read(selected), Read(after.Select([], true, default)));
        // Asked anew, the old one does not read twice what was merged meanwhile.
        Assert.Equal(Read(selected), Read(before.Select([], true, default)));
    }

    [Fact]
    public void Overlapping_blocks_become_one_and_the_earlier_block_wins_a_tie()
    {
        using var store = new TestStore();
        store.Tsdb.Dispose();
        Write(store, "01HF7YAT00AAAAAAAAAAAAAAAA", T0, T0 + (2 * Hour), (T0, 1), (T0 + 1000, 2), (T0 + 3000, 3));
        Write(store, "01HF7YAT00BBBBBBBBBBBBBBBB", T0, T0 + (2 * Hour), (T0 + 1000, 20), (T0 + 2000, 21), (T0 + 3000, 22), (T0 + 4000, 23));
        store.Reopen();
        List<(long, double)> expected = [(T0, 1), (T0 + 1000, 2), (T0 + 2000, 21), (T0 + 3000, 3), (T0 + 4000, 23)];
        Assert.Equal(expected, All(store));
        store.Tsdb.RunCompaction();
        Assert.Single(store.Tsdb.Status().Blocks);
        Assert.Equal(expected, All(store));
    }

    [Fact]
    public void Retention_takes_compacted_blocks_as_a_whole_once_their_newest_sample_is_too_old()
    {
        using var store = Filled(hours: 8, options => options.RetentionTimeMs = 240 * Hour);
        store.Tsdb.RunCompaction();
        store.Fill(1, T0 + (216 * Hour), T0 + (246 * Hour) - Step, Step, "later");
        store.Tsdb.RunMaintenance();
        Assert.Contains(store.Tsdb.Status().Blocks, block => block.MinTimeMs == T0);
        store.Fill(1, T0 + (246 * Hour), T0 + (246 * Hour) + 1, Step, "later");
        store.Tsdb.RunMaintenance();
        Assert.DoesNotContain(store.Tsdb.Status().Blocks, block => block.MinTimeMs == T0);
    }

    [Fact]
    public void Clock_that_jumps_back_gives_a_merged_block_no_name_that_breaks_order()
    {
        using var store = Filled(hours: 8);
        store.Time.AdjustTime(DateTimeOffset.FromUnixTimeMilliseconds(T0 - (1000 * Hour)));
        store.Tsdb.RunCompaction();
        Assert.Single(store.Tsdb.Status().Blocks);
        store.AssertFilled(20, T0, T0 + (8 * Hour), Step);
        store.Reopen();
        store.AssertFilled(20, T0, T0 + (8 * Hour), Step);
    }

    private static TestStore Filled(int hours, Action<TsdbOptions>? configure = null)
    {
        var store = new TestStore(options =>
        {
            options.CompactionShare = 1;
            configure?.Invoke(options);
        });
        store.Fill(20, T0, T0 + (hours * Hour), Step);
        store.Tsdb.RunMaintenance();
        return store;
    }

    private static BlockMeta Meta(string block) => BlockMeta.FromJson(File.ReadAllBytes(Path.Combine(block, "meta.json")));

    private static void Write(TestStore store, string ulid, long minTime, long maxTime, params (long Time, double Value)[] samples)
    {
        using var writer = new BlockWriter(store.BlocksDirectory, ulid);
        var rows = new SampleColumns();
        foreach (var (time, value) in samples)
        {
            rows.Add(time, value);
        }
        writer.Add(Labels.Of("__name__", "m"), rows);
        writer.Finish(minTime, maxTime);
    }

    private static List<(long, double)> All(TestStore store)
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        Assert.Single(querier.Select([], false, default)).Read(long.MinValue, long.MaxValue, rows);
        return [.. Enumerable.Range(0, rows.Count).Select(row => (rows.Timestamps[row], rows.Values[row]))];
    }

    private static string Read(IReadOnlyList<ISeries> selected)
    {
        var text = new System.Text.StringBuilder();
        var rows = new SampleColumns();
        foreach (var series in selected)
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            text.Append(series.Labels).Append(' ').AppendJoin(',', rows.Timestamps.ToArray()).Append(' ').AppendJoin(',', rows.Values.ToArray()).Append('\n');
        }
        return text.ToString();
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
