using Microsoft.Extensions.Logging.Abstractions;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Cardinality;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Query;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Head;

/// <summary>A batch is seen whole or not at all, however many follow it.</summary>
public sealed class CommitPinTests
{
    private const long Minute = 60_000;

    [Fact]
    public void A_querier_sees_what_was_committed_when_it_was_opened_however_many_batches_came_since()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        Append(store, "a", 3, T0 + (30 * Minute));
        Append(store, "b", 3, T0 + (30 * Minute));
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        for (var batch = 1; batch <= 200; batch++)
        {
            Append(store, "a", 3, T0 + (batch * 1000), T0 + (30 * Minute) + (batch * 1000));
        }
        Assert.Equal([1, 1, 1], Counts(querier, "a"));
        for (var batch = 1; batch <= 200; batch++)
        {
            Append(store, "b", 3, T0 + (batch * 1000), T0 + (30 * Minute) + (batch * 1000));
        }
        Assert.Equal([1, 1, 1], Counts(querier, "a"));
        Assert.Equal([1, 1, 1], Counts(querier, "b"));
        using var after = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        Assert.Equal([401, 401, 401], Counts(after, "b"));
    }

    [Fact]
    public void A_reader_of_whom_more_would_have_to_be_kept_than_there_is_room_for_moves_on_to_a_later_commit()
    {
        var head = new MetricHead(2 * Hour) { Pins = new CommitPins(maxKept: 4) };
        HeadSeries[] series = [.. Enumerable.Range(0, 5).Select(i => head.GetOrCreate(SeriesLabels("m", i)))];
        Commit(head, series, T0);
        using var directory = new TestStore();
        using var catalog = new BlockCatalog(directory.BlocksDirectory, _ => { }, NullLogger.Instance);
        using var querier = new TsdbQuerier(head, catalog, new MetricReads(TimeProvider.System, 0, []), long.MinValue, long.MaxValue, _ => { });
        Commit(head, series[..4], T0 + 1);
        Commit(head, series[..4], T0 + 2);
        Assert.Equal([1, 1, 1, 1, 1], Counts(querier, "m"));
        Commit(head, series, T0 + 3);
        Commit(head, series, T0 + 4);
        Assert.Equal([5, 5, 5, 5, 3], Counts(querier, "m"));
        // With nobody left to look at the past, there is room again.
        querier.Dispose();
        using var next = new TsdbQuerier(head, catalog, new MetricReads(TimeProvider.System, 0, []), long.MinValue, long.MaxValue, _ => { });
        Commit(head, series[..4], T0 + 5);
        Commit(head, series[..4], T0 + 6);
        Assert.Equal([5, 5, 5, 5, 3], Counts(next, "m"));
    }

    [Fact]
    public async Task Batches_that_come_as_fast_as_they_can_are_each_seen_whole()
    {
        const int Series = 20;
        const int Batches = 2000;
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        Append(store, "m", Series, T0 + (50 * Minute));
        var writer = Task.Run(() =>
        {
            for (var batch = 1; batch <= Batches; batch++)
            {
                Append(store, "m", Series, T0 + batch, T0 + (50 * Minute) + batch);
            }
        }, TestContext.Current.CancellationToken);
        var uneven = 0;
        while (!writer.IsCompleted)
        {
            using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
            var counts = Counts(querier, "m");
            uneven += counts.Distinct().Count() - 1;
            uneven += Counts(querier, "m").SequenceEqual(counts) ? 0 : 1;
        }
        await writer;
        Assert.Equal(0, uneven);
    }

    private static void Commit(MetricHead head, HeadSeries[] series, long time)
    {
        head.BeginCommit();
        foreach (var one in series)
        {
            head.Append(one, time, 1);
        }
        head.EndCommit();
    }

    private static void Append(TestStore store, string metric, int series, params long[] times)
    {
        using var appender = store.Tsdb.OpenAppender();
        for (var i = 0; i < series; i++)
        {
            var reference = default(SeriesRef);
            foreach (var time in times)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels(metric, i), time, ValueAt(i, time)));
            }
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    private static List<int> Counts(IQuerier querier, string metric)
    {
        var counts = new List<int>();
        var rows = new SampleColumns();
        foreach (var series in querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", metric)], false, default))
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            counts.Add(rows.Count);
        }
        return counts;
    }
}
