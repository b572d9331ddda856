using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Query;

/// <summary>A batch is seen whole or not at all, also where a part of it came into a block after the querier was opened.</summary>
public sealed class CutMeanwhileTests
{
    private const int Series = 4;
    private const long Minute = 60_000;

    [Fact]
    public void Batch_in_order_of_which_a_part_was_cut_since_is_seen_whole()
    {
        using var store = new TestStore();
        Append(store, T0 + Hour);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Append(store, T0 + (119 * Minute), T0 + (3 * Hour));
        CutOne(store);
        Assert.Equal([T0 + Hour, T0 + (119 * Minute), T0 + (3 * Hour)], Seen(querier));
    }

    [Fact]
    public void Batch_with_late_samples_that_were_cut_with_their_range_since_is_seen_whole()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 4 * Hour);
        Append(store, T0 + (119 * Minute));
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Append(store, T0, T0 + (3 * Hour));
        CutOne(store);
        Assert.Equal([T0, T0 + (119 * Minute), T0 + (3 * Hour)], Seen(querier));
    }

    [Fact]
    public void Batch_with_late_samples_that_became_a_block_of_their_own_since_is_seen_whole_also_where_it_was_compacted()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 8 * Hour);
        Append(store, T0);
        Append(store, T0 + (3 * Hour));
        CutOne(store);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        using var later = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Append(store, T0 + Minute, T0 + (5 * Hour));
        store.Tsdb.RunMaintenance();
        Assert.Equal(3, store.Tsdb.Status().Blocks.Count);
        long[] expected = [T0, T0 + Minute, T0 + (3 * Hour), T0 + (5 * Hour)];
        Assert.Equal(expected, Seen(querier));
        store.Tsdb.RunCompaction();
        Assert.True(store.Tsdb.Status().Blocks.Count < 3);
        Assert.Equal(expected, Seen(later));
    }

    [Fact]
    public void What_was_cut_without_anything_new_is_seen_as_it_was_when_the_querier_was_opened()
    {
        using var store = new TestStore();
        Append(store, T0 + Hour);
        Append(store, T0 + (3 * Hour));
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        CutOne(store);
        Append(store, T0 + (4 * Hour));
        Assert.Equal([T0 + Hour, T0 + (3 * Hour)], Seen(querier));
    }

    private static void CutOne(TestStore store)
    {
        Assert.Empty(store.Tsdb.Status().Blocks);
        store.Tsdb.RunMaintenance();
        Assert.Single(store.Tsdb.Status().Blocks);
    }

    /// <summary>One batch with the times for each series.</summary>
    private static void Append(TestStore store, params long[] times)
    {
        using var appender = store.Tsdb.OpenAppender();
        for (var i = 0; i < Series; i++)
        {
            var reference = default(SeriesRef);
            foreach (var time in times)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", i), time, ValueAt(i, time)));
            }
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    /// <summary>The times of the samples, which every series has to have alike.</summary>
    private static List<long> Seen(IQuerier querier)
    {
        List<long>? seen = null;
        var rows = new SampleColumns();
        var found = querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", "m")], false, default);
        Assert.Equal(Series, found.Count);
        foreach (var series in found)
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            List<long> times = [.. rows.Timestamps];
            Assert.Equal(seen ??= times, times);
        }
        return seen!;
    }
}
