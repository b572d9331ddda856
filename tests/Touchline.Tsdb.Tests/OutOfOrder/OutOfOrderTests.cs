using Touchline.Model;
using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.OutOfOrder;

public sealed class OutOfOrderTests
{
    private const long Minute = 60_000;

    [Fact]
    public void Late_samples_within_the_window_are_read_in_order_at_once_and_after_a_restart()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        Append(store, Shuffled(T0, T0 + (50 * Minute), Minute, seed: 1));
        AssertSamples(store, T0, T0 + (50 * Minute), Minute);
        store.Reopen();
        AssertSamples(store, T0, T0 + (50 * Minute), Minute);
        Assert.True(store.Tsdb.Status().OutOfOrder.Bytes > 0);
    }

    [Fact]
    public void Samples_of_one_batch_may_come_in_any_order()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        Append(store, [T0 + (100 * Minute)]);
        using (var appender = store.Tsdb.OpenAppender())
        {
            var series = default(SeriesRef);
            foreach (var time in Shuffled(T0 + (50 * Minute), T0 + (120 * Minute), Minute, seed: 2).Where(t => t != T0 + (100 * Minute)))
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref series, SeriesLabels("m", 0), time, ValueAt(0, time)));
            }
            appender.Commit();
        }
        AssertSamples(store, T0 + (50 * Minute), T0 + (120 * Minute), Minute);
        store.Reopen();
        AssertSamples(store, T0 + (50 * Minute), T0 + (120 * Minute), Minute);
    }

    [Fact]
    public void Late_samples_deleted_from_their_block_while_the_log_still_has_them_are_gone_after_a_crash()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 6 * Hour);
        Append(store, [T0 + Hour, T0 + (4 * Hour), T0 + (6 * Hour)]);
        store.Tsdb.RunMaintenance();
        Append(store, [T0 + (10 * Minute), T0 + (5 * Hour), T0 + (9 * Hour)]);
        // One late sample becomes a block of its own, the other is in one that is cut, and then the log cannot be shortened.
        var blocking = Directory.CreateDirectory(Path.Combine(store.WalDirectory, "00000003.checkpoint.tmp"));
        store.Tsdb.RunMaintenance();
        Assert.NotNull(store.Tsdb.Status().MaintenanceFailure);
        Assert.Equal([T0, T0, T0 + (4 * Hour), T0 + (6 * Hour)], store.Tsdb.Status().Blocks.Select(block => block.MinTimeMs));
        store.Tsdb.DeleteSeries([], T0, T0 + (5 * Hour), default);
        blocking.Delete();

        var killed = Directory.CreateTempSubdirectory("touchline-killed-");
        try
        {
            CopyAll(store.Options.Path, killed.FullName);
            using var next = new TestStore(o => o.OutOfOrderTimeWindowMs = 6 * Hour, killed.FullName);
            Assert.Equal([T0 + (6 * Hour), T0 + (9 * Hour)], TimesOf(next));
        }
        finally
        {
            killed.Delete(recursive: true);
        }

        // With a short log nothing needs to be remembered.
        store.Tsdb.RunMaintenance();
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
        store.Reopen();
        Assert.Equal([T0 + (6 * Hour), T0 + (9 * Hour)], TimesOf(store));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Days_shuffled_within_the_window_survive_blocks_checkpoints_and_restarts(int seed)
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 6 * Hour);
        var random = new Random(seed);
        // Each sample is late by up to five hours, so that it lands in the open range, in one being cut, or in one long cut.
        var times = Enumerable.Range(0, 30 * 60).Select(i => T0 + (i * Minute)).OrderBy(t => t + random.NextInt64(5 * Hour)).ToList();
        foreach (var part in times.Chunk(97))
        {
            Append(store, part);
            if (random.Next(4) == 0)
            {
                store.Tsdb.RunMaintenance();
            }
            if (random.Next(6) == 0)
            {
                store.Reopen();
            }
        }
        AssertSamples(store, T0, T0 + (30 * Hour), Minute);
        store.Tsdb.RunMaintenance();
        store.Reopen();
        AssertSamples(store, T0, T0 + (30 * Hour), Minute);
        Assert.Empty(store.Tsdb.Status().Damage);
        Assert.InRange(store.Tsdb.Status().Blocks.Sum(b => b.Samples), 25 * 60, 30 * 60); // None of them twice.
    }

    [Fact]
    public void What_comes_after_its_block_was_cut_becomes_a_block_beside_it()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 24 * Hour);
        Append(store, Every(T0, T0 + (8 * Hour), 2 * Minute));
        store.Tsdb.RunMaintenance();
        var cut = store.Tsdb.Status().Blocks.Count;
        Append(store, Every(T0 + Minute, T0 + Hour, 2 * Minute));
        Append(store, Every(T0 + (8 * Hour), T0 + (10 * Hour), 2 * Minute));
        store.Tsdb.RunMaintenance();
        var blocks = store.Tsdb.Status().Blocks;
        Assert.Equal(cut + 2, blocks.Count);
        Assert.Equal(2, blocks.Count(b => b.MinTimeMs == T0));
        Assert.Equal(0, store.Tsdb.Status().OutOfOrder.Bytes);
        Check();
        store.Reopen();
        Check();

        void Check()
        {
            var rows = Read(store);
            Assert.Equal(300 + 30, rows.Count);
            AssertAscendingValues(rows);
        }
    }

    [Fact]
    public void A_block_that_is_cut_takes_the_late_samples_of_its_range_with_it()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 24 * Hour);
        Append(store, Every(T0, T0 + (2 * Hour), 2 * Minute));
        Append(store, Every(T0 + Minute, T0 + (2 * Hour), 2 * Minute));
        Append(store, Every(T0 + (2 * Hour), T0 + (4 * Hour), Minute));
        store.Tsdb.RunMaintenance();
        Assert.Equal(120, Assert.Single(store.Tsdb.Status().Blocks).Samples);
        Assert.Equal(0, store.Tsdb.Status().OutOfOrder.Bytes);
        AssertSamples(store, T0, T0 + (4 * Hour), Minute);
    }

    [Fact]
    public void A_time_that_is_there_keeps_its_first_value_and_the_second_is_counted_by_reason()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        Append(store, [T0, T0 + (2 * Minute), T0 + (4 * Minute), T0 + Minute]);
        Append(store, [T0, T0 + Minute, T0 + (2 * Minute)]); // The same again, in order and not.
        Append(store, [T0, T0 + Minute, T0 + (2 * Minute)], offset: 1);
        Assert.Equal(4, Read(store).Count);
        AssertAscendingValues(Read(store));
        var status = store.Tsdb.Status();
        Assert.Equal(3, status.SamplesRefused["duplicate"]);
        Assert.Equal(3, status.SamplesRefused["duplicate_timestamp"]);
        Assert.Equal(4, status.SamplesAppended);
        Assert.Equal(new TypedCount(1, 0), status.OutOfOrder.Appended);
        store.Reopen();
        AssertAscendingValues(Read(store));
        Assert.Equal(4, Read(store).Count);
    }

    [Fact]
    public void What_is_older_than_the_window_is_too_old_and_without_one_it_is_out_of_order()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 10 * Minute);
        Append(store, [T0 + Hour]);
        Assert.Equal(AppendStatus.TooOld, Try(store, "m", T0 + Hour - (10 * Minute) - 1));
        Assert.Equal(AppendStatus.TooOld, Try(store, "never seen", T0 - (2 * Hour)));
        Assert.Equal(AppendStatus.Stored, Try(store, "m", T0 + Hour - (10 * Minute)));
        store.Tsdb.OutOfOrderTimeWindowMs = 0;
        Assert.Equal(AppendStatus.OutOfOrder, Try(store, "m", T0 + Hour - (5 * Minute)));
        Assert.Equal(AppendStatus.TooOld, Try(store, "m", T0 - (3 * Hour)));
        store.Tsdb.OutOfOrderTimeWindowMs = Hour;
        Assert.Equal(AppendStatus.Stored, Try(store, "m", T0 + Hour - (5 * Minute)));
        var status = store.Tsdb.Status();
        Assert.Equal(new TypedCount(2, 0), status.OutOfOrder.Appended);
        Assert.Equal(new TypedCount(2, 0), status.OutOfOrder.TooOld);
        Assert.Equal(new TypedCount(1, 0), status.OutOfOrder.Refused);
        Assert.Equal(new TypedCount(1, 0), status.OutOfOrder.OutOfBounds);
        Assert.Equal(1, status.SamplesRefused["out_of_order"]);
        Assert.Equal(3, status.SamplesRefused["too_old"]);
        Assert.Equal(1, status.HeadSeries);
    }

    [Fact]
    public void A_series_may_consist_of_late_samples_only_and_is_not_forgotten_with_the_head()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 24 * Hour);
        Append(store, Every(T0, T0 + (12 * Hour), 10 * Minute));
        store.Tsdb.RunMaintenance();
        Assert.Equal(AppendStatus.Stored, Try(store, "late", T0 + Hour));
        Assert.Equal([T0 + Hour], Read(store, "late").Timestamps.ToArray());
        using (var querier = store.Tsdb.OpenQuerier(T0 + Hour, T0 + Hour))
        {
            Assert.Contains("late", querier.LabelValues("__name__", [], default));
        }
        store.Reopen();
        Assert.Equal([T0 + Hour], Read(store, "late").Timestamps.ToArray());
        Append(store, Every(T0 + (12 * Hour), T0 + (20 * Hour), 10 * Minute));
        store.Tsdb.RunMaintenance();
        Assert.Equal([T0 + Hour], Read(store, "late").Timestamps.ToArray());
        store.Reopen();
        Assert.Equal([T0 + Hour], Read(store, "late").Timestamps.ToArray());
    }

    [Fact]
    public void A_sample_that_another_batch_overtakes_is_stored_as_late_and_logged_as_that()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = Hour);
        using (var slow = store.Tsdb.OpenAppender())
        using (var fast = store.Tsdb.OpenAppender())
        {
            var (a, b) = (default(SeriesRef), default(SeriesRef));
            Assert.Equal(AppendStatus.Stored, slow.Append(ref a, SeriesLabels("m", 0), T0, ValueAt(0, T0)));
            Assert.Equal(AppendStatus.Stored, fast.Append(ref b, SeriesLabels("m", 0), T0 + Minute, ValueAt(0, T0 + Minute)));
            fast.Commit();
            slow.Commit();
        }
        AssertSamples(store, T0, T0 + (2 * Minute), Minute);
        store.Reopen();
        AssertSamples(store, T0, T0 + (2 * Minute), Minute);
    }

    [Fact]
    public void Deleted_late_samples_stay_deleted_wherever_they_are()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 24 * Hour);
        Append(store, Every(T0, T0 + (6 * Hour), 2 * Minute));
        store.Tsdb.RunMaintenance();
        Append(store, Every(T0 + Minute, T0 + (6 * Hour), 2 * Minute));
        store.Tsdb.DeleteSeries([new LabelMatcher(Model.MatchType.Equal, "__name__", "m")], T0 + Hour, T0 + (5 * Hour) - 1, default);
        Check();
        store.Reopen();
        Check();
        Append(store, [T0 + (8 * Hour), T0 + (12 * Hour)]);
        store.Tsdb.RunMaintenance();
        Check();
        store.Reopen();
        Check();

        void Check() => Assert.Equal(
            [.. Every(T0, T0 + Hour, Minute), .. Every(T0 + (5 * Hour), T0 + (6 * Hour), Minute)],
            Read(store).Timestamps.ToArray().Where(t => t < T0 + (6 * Hour)));
    }

    [Fact]
    public void Histograms_may_be_late_too_among_floats_of_their_series()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 4 * Hour);
        using (var appender = store.Tsdb.OpenAppender())
        {
            var series = default(SeriesRef);
            foreach (var time in Shuffled(T0, T0 + (3 * Hour), Minute, seed: 5))
            {
                var status = time % (2 * Minute) == 0
                    ? appender.AppendHistogram(ref series, SeriesLabels("m", 0), time, HistogramAt(time))
                    : appender.Append(ref series, SeriesLabels("m", 0), time, ValueAt(0, time));
                Assert.Equal(AppendStatus.Stored, status);
                appender.Commit();
            }
            Assert.Equal(AppendStatus.Stored, appender.AppendHistogram(ref series, null, T0, HistogramAt(T0)));
            Assert.Equal(AppendStatus.Stored, appender.AppendHistogram(ref series, null, T0, HistogramAt(T0 + 1)));
            appender.Commit();
        }
        Assert.Equal(1, store.Tsdb.Status().SamplesRefused["duplicate"]);
        Assert.Equal(1, store.Tsdb.Status().SamplesRefused["duplicate_timestamp"]);
        Check();
        store.Reopen();
        Check();
        store.Tsdb.RunMaintenance();
        Check();

        void Check()
        {
            var rows = Read(store);
            Assert.Equal(180, rows.Count);
            for (var row = 0; row < rows.Count; row++)
            {
                var time = T0 + (row * Minute);
                Assert.Equal(time, rows.Timestamps[row]);
                if (time % (2 * Minute) == 0)
                {
                    Assert.Equal(HistogramAt(time).Sum, rows.Histograms[row]!.Sum);
                }
                else
                {
                    Assert.Equal(ValueAt(0, time), rows.Values[row]);
                }
            }
        }
    }

    [Fact]
    public void A_reader_beside_the_writer_sees_every_sample_that_was_there_when_it_looked()
    {
        using var store = new TestStore(o => o.OutOfOrderTimeWindowMs = 4 * Hour);
        var times = Shuffled(T0, T0 + (2 * Hour), 1000, seed: 7);
        var committed = 0;
        var looked = 0;
        var writer = Task.Run(() =>
        {
            using var appender = store.Tsdb.OpenAppender();
            var series = default(SeriesRef);
            foreach (var time in times)
            {
                appender.Append(ref series, SeriesLabels("m", 0), time, ValueAt(0, time));
                appender.Commit();
                Volatile.Write(ref committed, committed + 1);
            }
        }, TestContext.Current.CancellationToken);
        while (!writer.IsCompleted || looked == 0)
        {
            var before = Volatile.Read(ref committed);
            if (before == 0)
            {
                continue;
            }
            var rows = Read(store);
            Assert.InRange(rows.Count, before, times.Count);
            AssertAscendingValues(rows);
            looked++;
        }
        Assert.Equal(times.Count, Read(store).Count);
        Assert.True(writer.IsCompletedSuccessfully);
    }

    private static NativeHistogram HistogramAt(long time) => new()
    {
        Count = 3,
        Sum = time,
        PositiveSpans = [new BucketSpan(0, 2)],
        PositiveBuckets = [1, 2],
    };

    private static List<long> Every(long from, long to, long step) => [.. Enumerable.Range(0, (int)((to - from + step - 1) / step)).Select(i => from + (i * step))];

    private static List<long> Shuffled(long from, long to, long step, int seed)
    {
        var times = Every(from, to, step).ToArray();
        new Random(seed).Shuffle(times);
        return [.. times];
    }

    private static void Append(TestStore store, IEnumerable<long> times, double offset = 0)
    {
        using var appender = store.Tsdb.OpenAppender();
        var series = default(SeriesRef);
        foreach (var time in times)
        {
            var status = appender.Append(ref series, SeriesLabels("m", 0), time, ValueAt(0, time) + offset);
            Assert.Equal(AppendStatus.Stored, status);
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
    }

    private static AppendStatus Try(TestStore store, string name, long time)
    {
        using var appender = store.Tsdb.OpenAppender();
        var series = default(SeriesRef);
        var status = appender.Append(ref series, SeriesLabels(name, 0), time, ValueAt(0, time));
        appender.Commit();
        return status;
    }

    private static SampleColumns Read(TestStore store, string name = "m")
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        var series = querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", name)], true, default);
        Assert.Single(series).Read(long.MinValue, long.MaxValue, rows);
        Assert.Empty(querier.Warnings);
        return rows;
    }

    private static void AssertSamples(TestStore store, long from, long to, long step)
    {
        var rows = Read(store);
        Assert.Equal(Every(from, to, step), rows.Timestamps.ToArray());
        AssertAscendingValues(rows);
    }

    private static void AssertAscendingValues(SampleColumns rows)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            if (rows.Values[row] != ValueAt(0, rows.Timestamps[row]) || (row > 0 && rows.Timestamps[row] <= rows.Timestamps[row - 1]))
            {
                Assert.Fail($"row {row}: {rows.Values[row]} at {rows.Timestamps[row]}");
            }
        }
    }

    private static void CopyAll(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private static long[] TimesOf(TestStore store)
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        foreach (var series in querier.Select([], true, default))
        {
            series.Read(long.MinValue, long.MaxValue, rows);
        }
        return rows.Timestamps.ToArray();
    }
}
