using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.OutOfOrder;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.OutOfOrder;

/// <summary>Late samples of a batch are seen all at once, and with those of it that are not late.</summary>
public sealed class LateVisibilityTests
{
    private const long Minute = 60_000;

    [Fact]
    public void While_a_commit_adds_late_samples_readers_see_none_of_them_however_they_are_kept()
    {
        const int Commits = 300;
        var head = new MetricHead(2 * Hour);
        HeadSeries[] series = [head.GetOrCreate(SeriesLabels("m", 0)), head.GetOrCreate(SeriesLabels("m", 1))];
        for (var commit = 0; commit < Commits; commit++)
        {
            // Three a commit: buffers of 4 to 64 fill up, become runs, and runs become longer ones, at all places within a commit.
            head.BeginCommit();
            foreach (var one in series)
            {
                for (var i = 0; i < 3; i++)
                {
                    Assert.All(series, s => Assert.Equal(3 * commit, Count(head, s, commit, isExact: true)));
                    head.AppendLate(one, T0 + (commit * 3) + i, 1, null);
                }
            }
            Assert.All(series, s => Assert.Equal(3 * commit, Count(head, s, commit, isExact: true)));
            head.EndCommit();
            Assert.All(series, s => Assert.Equal(3 * (commit + 1), Count(head, s, commit + 1, isExact: true)));
            Assert.Equal(commit + 1, head.Committed);
        }
        _ = Count(head, series[0], Commits - 2, isExact: false);
    }

    [Fact]
    public void A_querier_opened_before_a_batch_sees_neither_its_late_samples_nor_the_others()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        Append(store, 4, T0 + (10 * Minute));
        using var before = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Append(store, 4, T0, T0 + (20 * Minute));
        using var after = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Assert.Equal([1, 1, 1, 1], Counts(before));
        Assert.Equal([3, 3, 3, 3], Counts(after));
    }

    [Fact]
    public async Task Queriers_opened_while_batches_are_committed_see_each_of_them_whole()
    {
        const int Rounds = 400;
        const int Series = 50;
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        Append(store, Series, T0 + (50 * Minute));
        using var begin = new Barrier(2);
        // One batch a look: a series that was in two since the look began could not tell them apart.
        var writer = Task.Run(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                begin.SignalAndWait();
                Append(store, Series, T0 + (round * 100), T0 + (51 * Minute) + round);
            }
        }, TestContext.Current.CancellationToken);
        var uneven = 0;
        for (var round = 0; round < Rounds; round++)
        {
            begin.SignalAndWait();
            using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
            var counts = Counts(querier);
            uneven += counts.Distinct().Count() - 1;
        }
        await writer;
        Assert.Equal(0, uneven);
    }

    private static int Count(MetricHead head, HeadSeries series, long commit, bool isExact)
    {
        var rows = new SampleColumns();
        var exact = true;
        var reader = new CommitPin(new CommitPins());
        reader.MoveOn(() => commit, keepsAll: false);
        foreach (var view in head.OutOfOrder.Within(series.Reference, long.MinValue, long.MaxValue, reader, ref exact) ?? [])
        {
            view.Read(long.MinValue, long.MaxValue, rows);
        }
        Assert.Equal(isExact, exact);
        return rows.Count;
    }

    /// <summary>One batch with the times for each series.</summary>
    private static void Append(TestStore store, int series, params long[] times)
    {
        using var appender = store.Tsdb.OpenAppender();
        for (var i = 0; i < series; i++)
        {
            var reference = default(SeriesRef);
            foreach (var time in times)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", i), time, ValueAt(i, time)));
            }
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    private static List<int> Counts(IQuerier querier)
    {
        var counts = new List<int>();
        var rows = new SampleColumns();
        foreach (var series in querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", "m")], false, default))
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            counts.Add(rows.Count);
        }
        return counts;
    }
}
