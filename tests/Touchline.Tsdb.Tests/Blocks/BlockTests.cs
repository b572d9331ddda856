using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Tests.Wal;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Blocks;

public sealed class BlockTests
{
    private const long Step = 15_000;

    [Theory]
    [InlineData("meta.json")]
    [InlineData("index")]
    [InlineData("chunks")]
    public void Any_flipped_byte_of_a_block_is_found_named_and_the_rest_served(string name)
    {
        using var store = new TestStore();
        store.Fill(4, T0, T0 + (6 * Hour), 120_000);
        store.Tsdb.RunMaintenance();
        Assert.Equal(2, store.Tsdb.Status().Blocks.Count);
        var path = Path.Combine(store.BlocksDirectory, store.Tsdb.Status().Blocks.MinBy(block => block.MinTimeMs)!.Id, name);
        store.Tsdb.Dispose();
        var whole = File.ReadAllBytes(path);
        for (var at = 0; at < whole.Length; at += Math.Max(1, whole.Length / 97))
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(path, damaged);
            store.Reopen();
            WalRecoveryTests.AssertOnlyRightSamples(store);
            var damage = store.Tsdb.Status().Damage;
            Assert.Contains(damage, entry => entry.Contains(path));
            // The other block and the head are whole.
            using (var querier = store.Tsdb.OpenQuerier(T0 + (2 * Hour), T0 + (6 * Hour)))
            {
                var rows = new SampleColumns();
                foreach (var series in querier.Select([], false, default))
                {
                    rows.Clear();
                    series.Read(long.MinValue, long.MaxValue, rows);
                    Assert.Equal(120, rows.Count);
                }
            }
            store.Tsdb.Dispose();
        }
    }

    [Fact]
    public void Damaged_chunk_costs_its_samples_and_the_answer_carries_a_warning()
    {
        using var store = new TestStore();
        store.Fill(4, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        var chunks = Path.Combine(Directory.GetDirectories(store.BlocksDirectory).Single(), "chunks");
        store.Reopen(() => WalRecoveryTests.Flip(chunks, 60));
        Assert.Empty(store.Tsdb.Status().Damage);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var counts = new List<int>();
        foreach (var series in querier.Select([], true, default))
        {
            var rows = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, rows);
            counts.Add(rows.Count);
        }
        Assert.Equal([480, 960, 960, 960], counts.Order());
        Assert.Contains(chunks, Assert.Single(querier.Warnings));
        Assert.Contains(chunks, Assert.Single(store.Tsdb.Status().Damage));
    }

    [Theory]
    [InlineData("meta.json")]
    [InlineData("index")]
    [InlineData("chunks")]
    public void Block_without_one_of_its_files_is_left_out_and_named(string name)
    {
        using var store = new TestStore();
        store.Fill(4, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        var path = Path.Combine(Directory.GetDirectories(store.BlocksDirectory).Single(), name);
        store.Reopen(() => File.Delete(path));
        Assert.Contains(path, Assert.Single(store.Tsdb.Status().Damage));
        Assert.Empty(store.Tsdb.Status().Blocks);
        store.AssertFilled(4, T0 + (2 * Hour), T0 + (4 * Hour), Step);
    }

    [Fact]
    public void Half_written_and_half_deleted_blocks_are_removed_at_start()
    {
        using var store = new TestStore();
        store.Fill(4, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        var block = Directory.GetDirectories(store.BlocksDirectory).Single();
        store.Reopen(() =>
        {
            Directory.CreateDirectory(block + "0.tmp");
            File.WriteAllText(Path.Combine(block + "0.tmp", "chunks"), "half");
            Directory.CreateDirectory(block + "1.deleting");
        });
        Assert.Equal([block], Directory.GetDirectories(store.BlocksDirectory));
        Assert.Equal(2, store.Tsdb.Status().Repairs.Count);
        store.AssertFilled(4, T0, T0 + (4 * Hour), Step);
    }

    [Fact]
    public void Every_query_of_a_block_answers_as_the_head_did()
    {
        using var store = new TestStore();
        store.Fill(30, T0, T0 + (4 * Hour), Step);
        LabelMatcher[][] queries =
        [
            [new(MatchType.Equal, "group", "1")], [new(MatchType.NotEqual, "group", "1")], [new(MatchType.RegexMatch, "i", "1.|2")],
            [new(MatchType.RegexNoMatch, "i", "1.*")], [new(MatchType.Equal, "absent", "")], [new(MatchType.Equal, "i", "none")], [],
        ];
        var before = queries.Select(Answer).ToList();
        store.Tsdb.RunMaintenance();
        Assert.Single(store.Tsdb.Status().Blocks);
        Assert.Equal(before, queries.Select(Answer));

        string Answer(LabelMatcher[] matchers)
        {
            using var querier = store.Tsdb.OpenQuerier(T0, T0 + (2 * Hour) - 1);
            var series = querier.Select(matchers, true, default).Select(one =>
            {
                var rows = new SampleColumns();
                one.Read(T0 + Hour, T0 + Hour + 60_000, rows);
                return $"{one.Labels} {string.Join(',', rows.Timestamps.ToArray())} {string.Join(',', rows.Values.ToArray())}";
            });
            return string.Join('\n', series.Concat(querier.LabelNames(matchers, default)).Concat(querier.LabelValues("i", matchers, default)));
        }
    }

    [Fact]
    public void Retention_by_time_deletes_whole_blocks_and_waits_for_readers()
    {
        using var store = new TestStore(options => options.RetentionTimeMs = 4 * Hour);
        store.Fill(4, T0, T0 + (5 * Hour) + Step, Step);
        store.Tsdb.RunMaintenance();
        Assert.Equal(2, store.Tsdb.Status().Blocks.Count);
        using (var querier = store.Tsdb.OpenQuerier(T0, T0 + Hour))
        {
            var series = querier.Select([], true, default);
            store.Fill(4, T0 + (5 * Hour) + Step, T0 + (6 * Hour) + Step, Step);
            store.Tsdb.RunMaintenance();
            Assert.Equal(T0 + (2 * Hour), store.Tsdb.Status().Blocks.Min(block => block.MinTimeMs));
            // The reader goes on with the retired block; a new one no longer sees it.
            var rows = new SampleColumns();
            series[0].Read(long.MinValue, long.MaxValue, rows);
            Assert.Equal(241, rows.Count);
            Assert.Single(Directory.GetDirectories(store.BlocksDirectory, "*.deleting"));
            using var later = store.Tsdb.OpenQuerier(T0, T0 + Hour);
            Assert.Empty(later.Select([], true, default));
        }
        Assert.Empty(Directory.GetDirectories(store.BlocksDirectory, "*.deleting"));
        store.Reopen();
        store.AssertFilled(4, T0 + (2 * Hour), T0 + (6 * Hour) + Step, Step);
    }

    [Fact]
    public void Retention_by_time_does_not_trust_a_clock_that_is_ahead()
    {
        using var store = new TestStore(options => options.RetentionTimeMs = 6 * Hour);
        store.Fill(4, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        store.Time.Advance(TimeSpan.FromDays(60));
        store.Tsdb.RunMaintenance();
        store.AssertFilled(4, T0, T0 + (4 * Hour), Step);
    }

    [Fact]
    public void Retention_by_size_deletes_the_oldest_blocks()
    {
        using var store = new TestStore(options => options.RetentionTimeMs = 0);
        store.Fill(40, T0, T0 + (9 * Hour) + Step, Step);
        store.Tsdb.RunMaintenance();
        var status = store.Tsdb.Status();
        Assert.Equal(4, status.Blocks.Count);
        store.Options.RetentionSizeBytes = status.WalBytes + status.BlockBytes - 1;
        store.Reopen();
        store.Tsdb.RunMaintenance();
        Assert.Equal(T0 + (2 * Hour), store.Tsdb.Status().Blocks.Min(block => block.MinTimeMs));
        Assert.Equal(3, store.Tsdb.Status().Blocks.Count);
    }

    [Fact]
    public void Timer_of_the_clock_runs_maintenance()
    {
        using var store = new TestStore();
        store.Fill(4, T0, T0 + (4 * Hour), Step);
        Assert.Empty(store.Tsdb.Status().Blocks);
        store.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(store.Tsdb.Status().Blocks);
    }

    [Fact]
    public void Readers_see_every_sample_once_while_blocks_are_cut()
    {
        using var store = new TestStore();
        var stop = false;
        Exception? failure = null;
        var readers = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            try
            {
                var rows = new SampleColumns();
                while (!Volatile.Read(ref stop))
                {
                    using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
                    foreach (var series in querier.Select([new LabelMatcher(MatchType.Equal, "group", "1")], true, default))
                    {
                        rows.Clear();
                        series.Read(long.MinValue, long.MaxValue, rows);
                        for (var row = 0; row < rows.Count; row++)
                        {
                            Assert.Equal(T0 + (row * 60_000), rows.Timestamps[row]);
                        }
                    }
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        })).ToList();
        readers.ForEach(reader => reader.Start());
        for (var hour = 0; hour < 24; hour++)
        {
            store.Fill(12, T0 + (hour * Hour), T0 + ((hour + 1) * Hour), 60_000);
            store.Tsdb.RunMaintenance();
        }
        Volatile.Write(ref stop, true);
        readers.ForEach(reader => reader.Join());
        Assert.Null(failure);
        Assert.InRange(store.Tsdb.Status().Blocks.Count, 10, 12);
        store.AssertFilled(12, T0, T0 + (24 * Hour), 60_000);
    }

    [Fact]
    public void Blocks_that_overlap_give_every_sample_once()
    {
        using var store = new TestStore();
        store.Fill(4, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        var block = Directory.GetDirectories(store.BlocksDirectory).Single();
        store.Reopen(() =>
        {
            var copy = Path.Combine(store.BlocksDirectory, Ulid.New(store.Time.GetUtcNow()));
            Directory.CreateDirectory(copy);
            foreach (var file in Directory.GetFiles(block))
            {
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
            }
        });
        Assert.Equal(2, store.Tsdb.Status().Blocks.Count);
        store.AssertFilled(4, T0, T0 + (4 * Hour), Step);
    }

    [Fact]
    public void Reading_for_counting_gives_the_same_times_and_staleness_markers()
    {
        using var store = new TestStore();
        using (var appender = store.Tsdb.OpenAppender())
        {
            var (floats, ending, mixed) = (default(SeriesRef), default(SeriesRef), default(SeriesRef));
            for (var i = 0; i < 960; i++)
            {
                var time = T0 + (i * Step);
                appender.Append(ref floats, Labels.Of("__name__", "floats"), time, i * 0.1);
                if (i % 100 < 90)
                {
                    appender.Append(ref ending, Labels.Of("__name__", "ending"), time, i % 100 == 89 ? StaleMarker.Value : i);
                }
                if (i % 200 < 100)
                {
                    appender.Append(ref mixed, Labels.Of("__name__", "mixed"), time, i);
                }
                else
                {
                    appender.AppendHistogram(ref mixed, Labels.Of("__name__", "mixed"), time, new NativeHistogram { Count = i, ZeroCount = i });
                }
            }
            appender.Commit();
        }
        store.Tsdb.RunMaintenance();
        Assert.Single(store.Tsdb.Status().Blocks);
        using var querier = store.Tsdb.OpenQuerier(T0 + Step, T0 + (3 * Hour));
        var whole = querier.Select([], true, default);
        var counted = querier.Select([], true, new SelectHints(SampleReading.Count, Step, 3 * Hour), default);
        var countedOnce = querier.Select([], true, new SelectHints(SampleReading.Count, 0, 3 * Hour), default);
        var found = querier.Select([], true, new SelectHints(SampleReading.Presence, Step, 3 * Hour), default);
        var foundOnce = querier.Select([], true, new SelectHints(SampleReading.Presence, 0, 3 * Hour), default);
        for (var i = 0; i < whole.Count; i++)
        {
            // Columns are reused, and what was in them before must not be taken for values.
            var (all, times) = (new SampleColumns(), new SampleColumns());
            times.Extend(2000, out _, out var garbage);
            garbage.Fill(StaleMarker.Value);
            times.Clear();
            whole[i].Read(T0, T0 + (2 * Hour) + 100_000, all);
            counted[i].Read(T0, T0 + (2 * Hour) + 100_000, times);
            Assert.Equal(all.Timestamps.ToArray(), times.Timestamps.ToArray());
            Assert.Equal(all.Values.ToArray().Select(StaleMarker.Is), times.Values.ToArray().Select(StaleMarker.Is));
            Assert.Equal(all.Histograms.ToArray().Select(one => one?.Count), times.Histograms.ToArray().Select(one => one?.Count));
            times.Clear();
            countedOnce[i].Read(T0, T0 + (2 * Hour) + 100_000, times);
            Assert.Equal(all.Count - all.Values.ToArray().Count(StaleMarker.Is), CountOf(times));
            times.Clear();
            found[i].Read(T0, T0 + (2 * Hour) + 100_000, times);
            Assert.Equal(all.Timestamps.ToArray(), times.Timestamps.ToArray());
            Assert.Equal(all.Values.ToArray().Select(StaleMarker.Is), times.Values.ToArray().Select(StaleMarker.Is));
            times.Clear();
            foundOnce[i].Read(T0, T0 + (2 * Hour) + 100_000, times);
            Assert.Equal(all.Timestamps[^1], times.Timestamps[^1]);
            Assert.Equal(StaleMarker.Is(all.Values[^1]), StaleMarker.Is(times.Values[^1]));
            Assert.True(times.Counts.IsEmpty);
        }
    }

    [Fact]
    public void Counting_once_looks_into_chunks_only_where_it_must()
    {
        using var store = new TestStore();
        using (var appender = store.Tsdb.OpenAppender())
        {
            var series = default(SeriesRef);
            for (var i = 0; i < 960; i++)
            {
                appender.Append(ref series, Labels.Of("__name__", "floats"), T0 + (i * Step), i == 900 ? StaleMarker.Value : i);
            }
            appender.Commit();
        }
        store.Tsdb.RunMaintenance();
        using var querier = store.Tsdb.OpenQuerier(T0, T0 + (4 * Hour));
        var rows = new SampleColumns();
        querier.Select([], true, new SelectHints(SampleReading.Count, 0, 4 * Hour), default)[0].Read(T0, T0 + (4 * Hour), rows);
        Assert.Equal(959, CountOf(rows));
        Assert.InRange(rows.Count, 2, 300);
    }

    private static long CountOf(SampleColumns rows)
    {
        var count = 0L;
        for (var row = 0; row < rows.Count; row++)
        {
            var isMarker = StaleMarker.Is(rows.Values[row]);
            count += isMarker ? 0 : rows.Counts.IsEmpty ? 1 : rows.Counts[row];
        }
        return count;
    }

    [Fact]
    public void Series_that_come_and_go_between_blocks_keep_their_samples()
    {
        using var store = new TestStore();
        static bool Lives(int series, int range) => series % 7 == 0 || ((series * 31) + (range * 17)) % 3 != 0;
        for (var time = T0; time < T0 + (9 * Hour); time += 10 * 60_000)
        {
            using var appender = store.Tsdb.OpenAppender();
            for (var i = 0; i < 40; i++)
            {
                if (Lives(i, (int)((time - T0) / (2 * Hour))))
                {
                    var series = default(SeriesRef);
                    appender.Append(ref series, SeriesLabels("m", i), time, i);
                }
            }
            appender.Commit();
        }
        store.Tsdb.RunMaintenance();
        Assert.InRange(store.Tsdb.Status().Blocks.Count, 1, 4);
        using var querier = store.Tsdb.OpenQuerier(T0, T0 + (9 * Hour));
        var selected = querier.Select([], true, default);
        Assert.Equal(selected.Select(one => one.Labels).Order(), selected.Select(one => one.Labels));
        for (var i = 0; i < 40; i++)
        {
            var rows = new SampleColumns();
            Assert.Single(selected, one => one.Labels.Equals(SeriesLabels("m", i))).Read(T0, T0 + (9 * Hour), rows);
            var expected = Enumerable.Range(0, 54).Where(step => Lives(i, step / 12)).Select(step => T0 + (step * 10 * 60_000L));
            Assert.Equal(expected, rows.Timestamps.ToArray());
            Assert.All(rows.Values.ToArray(), value => Assert.Equal(i, value));
        }
    }

    [Fact]
    public void Names_of_blocks_sort_by_age()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(T0);
        var (older, newer) = (Ulid.New(now), Ulid.New(now.AddMilliseconds(1)));
        Assert.True(string.CompareOrdinal(older, newer) < 0);
        Assert.True(Ulid.IsValid(older));
        Assert.False(Ulid.IsValid(older + ".tmp"));
        Assert.NotEqual(older, Ulid.New(now));
    }
}
