using Touchline.Storage;
using Touchline.Tsdb.Retention;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Query;

/// <summary>What the store holds for a moment while it reads a series counts as what the query holds.</summary>
public sealed class MeteredReadTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Columns_of_aggregates_are_metered_while_they_are_read_and_let_go()
    {
        using var store = new TestStore(options =>
        {
            options.RetentionTimeMs = 0;
            options.RetentionPolicies = [new SeriesRetention { Matchers = [], Downsampling = [new Downsampling(Minute, 5 * Minute)] }];
        });
        store.Fill(1, T0, T0 + (12 * Hour), 15_000);
        store.Tsdb.RunMaintenance();
        store.Tsdb.RunCompaction();
        var (rows, peak) = Read(store, new SelectHints(SampleReading.Counter, Hour, Hour), T0, T0 + (10 * Hour));
        Assert.InRange(rows, 200, 400);
        Assert.True(peak > rows * 1.3, $"{peak} for {rows} rows");
    }

    [Fact]
    public void Late_samples_are_metered_twice_while_they_are_put_in_order()
    {
        using var store = new TestStore(options => options.OutOfOrderTimeWindowMs = Hour);
        store.Fill(1, T0 + Hour, T0 + (2 * Hour), 15_000);
        using (var appender = store.Tsdb.OpenAppender())
        {
            var reference = default(SeriesRef);
            for (var time = T0 + (2 * Hour) - 1; time > T0 + Hour; time -= 15_000)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", 0), time, 1));
            }
            appender.Commit();
        }
        var (rows, peak) = Read(store, default, T0, T0 + (2 * Hour));
        Assert.Equal(480, rows);
        Assert.True(peak >= 480 + 240, $"{peak}");
    }

    private static (int Rows, long Peak) Read(TestStore store, SelectHints hints, long from, long to)
    {
        using var querier = store.Tsdb.OpenQuerier(from, to);
        var meter = new CountingMeter();
        var columns = new SampleColumns(meter);
        Assert.Single(querier.Select([new Model.LabelMatcher(MatchType.Equal, "__name__", "m")], true, hints, default)).Read(from, to, columns);
        var rows = columns.Count;
        columns.Clear();
        Assert.Equal(0, meter.Held);
        return (rows, meter.Peak);
    }
}
