using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests;

public sealed class RefusalTests
{
    [Fact]
    public void Every_refusal_has_its_reason_and_is_counted()
    {
        using var store = new TestStore();
        store.Time.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(T0 + (1000 * Hour)));
        var now = T0 + (1000 * Hour);
        using var appender = store.Tsdb.OpenAppender();
        var series = default(SeriesRef);
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, SeriesLabels("m", 0), now, 1));
        appender.Commit();

        Assert.Equal(AppendStatus.Duplicate, appender.Append(ref series, null, now, 1));
        Assert.Equal(AppendStatus.DuplicateTimestamp, appender.Append(ref series, null, now, 2));
        Assert.Equal(AppendStatus.OutOfOrder, appender.Append(ref series, null, now - 1, 2));
        Assert.Equal(AppendStatus.TooOld, appender.Append(ref series, null, now - (2 * Hour), 2));
        Assert.Equal(AppendStatus.TooFarInFuture, appender.Append(ref series, null, now + 600_001, 2));
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, now + 600_000, 2));
        AssertNoSeries(AppendStatus.TooOld, SeriesLabels("old", 0), now - (2 * Hour));
        AssertNoSeries(AppendStatus.TooFarInFuture, SeriesLabels("new", 0), now + Hour);
        AssertNoSeries(AppendStatus.InvalidLabels, Labels.Of("job", "no name"), now);
        AssertNoSeries(AppendStatus.InvalidLabels, Labels.Of("__name__", "m", "a", new string('x', 65_537)), now);
        AssertNoSeries(AppendStatus.InvalidLabels, Labels.Of("__name__", "m", new string('x', 5000), "a"), now);
        AssertNoSeries(AppendStatus.InvalidLabels, Labels.Of("__name__", "m", "a", "\ud800"), now);
        // As a column of aggregates is called in a block.
        AssertNoSeries(AppendStatus.InvalidLabels, Labels.Of("__name__", "m", "\uffff", "5m/sum"), now);
        Assert.Equal(AppendStatus.Stored, Append(Labels.Of("__name__", "m", "a", "emoji \ud83d\ude00 and \ufffd"), now));
        appender.Commit();

        var refused = store.Tsdb.Status().SamplesRefused;
        Assert.Equal(1, refused["duplicate"]);
        Assert.Equal(1, refused["duplicate_timestamp"]);
        Assert.Equal(1, refused["out_of_order"]);
        Assert.Equal(2, refused["too_old"]);
        Assert.Equal(2, refused["too_far_in_future"]);
        Assert.Equal(5, refused["invalid_labels"]);
        Assert.Equal(0, refused["storage_unavailable"]);
        Assert.Equal(3, store.Tsdb.Status().SamplesAppended);
        Assert.Equal(2, store.Tsdb.Status().HeadSeries);

        AppendStatus Append(Labels labels, long time)
        {
            var none = default(SeriesRef);
            return appender.Append(ref none, labels, time, 1);
        }

        void AssertNoSeries(AppendStatus expected, Labels labels, long time)
        {
            var none = default(SeriesRef);
            Assert.Equal(expected, appender.Append(ref none, labels, time, 1));
            Assert.True(none.IsNone);
        }
    }

    [Fact]
    public void A_batch_sees_its_own_samples()
    {
        using var store = new TestStore();
        using var appender = store.Tsdb.OpenAppender();
        var series = default(SeriesRef);
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, SeriesLabels("m", 0), T0, 1));
        Assert.Equal(AppendStatus.Duplicate, appender.Append(ref series, null, T0, 1));
        Assert.Equal(AppendStatus.DuplicateTimestamp, appender.Append(ref series, null, T0, 2));
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, T0 + 10, 3));
        Assert.Equal(AppendStatus.OutOfOrder, appender.Append(ref series, null, T0 + 5, 4));
        Assert.Equal(AppendStatus.DuplicateTimestamp, appender.AppendHistogram(ref series, null, T0 + 10, new NativeHistogram { Sum = 3 }));
        appender.Rollback();
        Assert.Equal(AppendStatus.Stored, appender.Append(ref series, null, T0, 5));
        appender.Commit();
        Assert.Equal(1, store.Tsdb.Status().SamplesAppended);
    }

    [Fact]
    public void One_batch_brings_hours_of_one_series_after_those_of_another()
    {
        using var store = new TestStore();
        using (var appender = store.Tsdb.OpenAppender())
        {
            for (var i = 0; i < 3; i++)
            {
                var series = default(SeriesRef);
                for (var time = T0; time <= T0 + (9 * Hour); time += 60_000)
                {
                    Assert.Equal(AppendStatus.Stored, appender.Append(ref series, SeriesLabels("m", i), time, ValueAt(i, time)));
                }
            }
            appender.Commit();
        }
        store.AssertFilled(3, T0, T0 + (9 * Hour) + 60_000, 60_000);
        store.Reopen();
        store.Tsdb.RunMaintenance();
        Assert.Equal(4, store.Tsdb.Status().Blocks.Count);
        store.AssertFilled(3, T0, T0 + (9 * Hour) + 60_000, 60_000);
    }

    [Fact]
    public void Times_beyond_reason_are_too_old_also_for_a_series_without_samples()
    {
        using var store = new TestStore();
        using var appender = store.Tsdb.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, SeriesLabels("m", 0), T0, 1);
        appender.Rollback();
        Assert.False(series.IsNone);
        Assert.Equal(AppendStatus.TooOld, appender.Append(ref series, null, long.MinValue, 1));
        Assert.Equal(AppendStatus.TooOld, appender.Append(ref series, null, -(1L << 60), 1));
        Assert.Equal(AppendStatus.TooFarInFuture, appender.Append(ref series, null, long.MaxValue, 1));
    }

    [Fact]
    public void Two_batches_with_the_same_time_leave_the_first_committed_value()
    {
        using var store = new TestStore();
        using var first = store.Tsdb.OpenAppender();
        using var second = store.Tsdb.OpenAppender();
        var a = default(SeriesRef);
        var b = default(SeriesRef);
        Assert.Equal(AppendStatus.Stored, first.Append(ref a, SeriesLabels("m", 0), T0, 1));
        Assert.Equal(AppendStatus.Stored, second.Append(ref b, SeriesLabels("m", 0), T0, 2));
        Assert.Equal(a, b);
        second.Commit();
        first.Commit();
        Assert.Equal(1, store.Tsdb.Status().SamplesRefused["duplicate_timestamp"]);
        AssertTwo();
        store.Reopen();
        AssertTwo();

        void AssertTwo()
        {
            using var querier = store.Tsdb.OpenQuerier(T0, T0);
            var rows = new SampleColumns();
            Assert.Single(querier.Select([], false, default)).Read(T0, T0, rows);
            Assert.Equal([2.0], rows.Values.ToArray());
        }
    }

    [Fact]
    public void Long_exemplars_and_oversized_metadata_are_refused()
    {
        using var store = new TestStore();
        using var appender = store.Tsdb.OpenAppender();
        var series = default(SeriesRef);
        appender.Append(ref series, SeriesLabels("m", 0), T0, 1);
        Assert.Equal(AppendStatus.InvalidLabels, appender.AppendExemplar(series, new Exemplar(Labels.Of("trace_id", new string('a', 121)), 1, T0)));
        Assert.Equal(AppendStatus.Stored, appender.AppendExemplar(series, new Exemplar(Labels.Of("trace_id", new string('a', 120)), 1, T0)));
        appender.SetMetadata("m", new MetricMetadata(MetricType.Gauge, new string('h', 20_000), ""));
        appender.Commit();
        using var querier = store.Tsdb.OpenQuerier(T0, T0);
        Assert.Empty(querier.Metadata());
        Assert.Equal(1, store.Tsdb.Status().Exemplars);
    }

    [Fact]
    public void Heaviest_names_and_pairs_are_named()
    {
        using var store = new TestStore();
        store.Fill(9, T0, T0 + 1, 1, "many");
        store.Fill(2, T0, T0 + 1, 1, "few");
        var heavy = store.Tsdb.Cardinality(1);
        Assert.Equal(11, heavy.Series);
        Assert.Equal(2 + 9 + 3, heavy.LabelPairs);
        Assert.Equal(new NamedCount("many", 9), Assert.Single(heavy.SeriesCountByMetricName));
        Assert.Equal(new NamedCount("i", 9), Assert.Single(heavy.LabelValueCountByLabelName));
        Assert.Equal(new NamedCount("__name__", (9 * 4) + (2 * 3)), Assert.Single(heavy.MemoryInBytesByLabelName));
        Assert.Equal(new NamedCount("__name__=many", 9), Assert.Single(heavy.SeriesCountByLabelValuePair));
        Assert.Equal(["many", "few"], store.Tsdb.Cardinality(10).SeriesCountByMetricName.Select(entry => entry.Name));
    }
}
