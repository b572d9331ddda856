using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Query;

public sealed class CancellationTests
{
    [Fact]
    public void A_cancelled_selection_decodes_nothing_more()
    {
        using var store = new TestStore();
        store.Fill(3, T0, T0 + (6 * Hour), 60_000);
        store.Tsdb.RunMaintenance();
        using var giveUp = new CancellationTokenSource();
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var selected = querier.Select([], true, giveUp.Token);
        var rows = new SampleColumns();
        selected[0].Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal(360, rows.Count);

        giveUp.Cancel();

        rows.Clear();
        Assert.ThrowsAny<OperationCanceledException>(() => selected[1].Read(long.MinValue, long.MaxValue, rows));
        Assert.Equal(0, rows.Count);
        Assert.ThrowsAny<OperationCanceledException>(() => querier.Select([], true, giveUp.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => querier.LabelNames([], giveUp.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => querier.LabelValues("i", [], giveUp.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => querier.LabelValues("i", [new LabelMatcher(MatchType.Equal, "group", "1")], giveUp.Token));
        // Another selection of the same querier has its own token, and leaves those before theirs.
        querier.Select([], true, CancellationToken.None)[1].Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal(360, rows.Count);
        Assert.ThrowsAny<OperationCanceledException>(() => selected[1].Read(long.MinValue, long.MaxValue, rows));
    }

    [Fact]
    public async Task A_reader_that_takes_its_time_keeps_neither_batches_nor_blocks_from_being_written()
    {
        using var store = new TestStore();
        store.Fill(10, T0, T0 + (2 * Hour), 60_000);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var selected = querier.Select([], true, default);
        var rows = new SampleColumns();
        selected[0].Read(long.MinValue, long.MaxValue, rows);

        // Another thread, as a lock that the reader held would let its own thread pass.
        var writing = Task.Run(() =>
        {
            store.Fill(10, T0 + (2 * Hour), T0 + (6 * Hour), 60_000);
            store.Tsdb.RunMaintenance();
        }, TestContext.Current.CancellationToken);
        await writing.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

        Assert.NotEmpty(store.Tsdb.Status().Blocks);
        foreach (var series in selected)
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            Assert.Equal(120, rows.Count);
        }
    }
}
