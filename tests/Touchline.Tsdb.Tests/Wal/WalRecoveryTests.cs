using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Wal;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Wal;

public sealed class WalRecoveryTests
{
    private const long Step = 15_000;

    [Fact]
    public void Torn_tail_is_cut_off_and_said_and_the_rest_is_there()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (20 * Step), Step);
        store.Reopen(() => Shorten(Segment(store), 5));
        store.AssertFilled(5, T0, T0 + (19 * Step), Step);
        Assert.Contains("cut off", Assert.Single(store.Tsdb.Status().Repairs));
        Assert.Empty(store.Tsdb.Status().Damage);
        // What was cut off can be written again, and is there after the next start.
        store.Fill(5, T0 + (19 * Step), T0 + (25 * Step), Step);
        store.Reopen();
        store.AssertFilled(5, T0, T0 + (25 * Step), Step);
        Assert.Empty(store.Tsdb.Status().Repairs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(WalFormat.FileHeaderLength)]
    [InlineData(WalFormat.FileHeaderLength + 5)]
    public void Torn_tail_is_no_damage_where_the_next_start_was_killed_before_its_first_record(int bytesOfNextSegment)
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (20 * Step), Step);
        store.Reopen(() =>
        {
            Shorten(Segment(store), 5);
            File.WriteAllBytes(Path.Combine(store.WalDirectory, "00000002.wal"), [.. WalFormat.FileHeader().Concat(new byte[5]).Take(bytesOfNextSegment)]);
        });
        Assert.Empty(store.Tsdb.Status().Damage);
        Assert.Contains(store.Tsdb.Status().Repairs, repair => repair.StartsWith(Segment(store), StringComparison.Ordinal));
        store.AssertFilled(5, T0, T0 + (19 * Step), Step);
        store.Fill(5, T0 + (19 * Step), T0 + (25 * Step), Step);
        store.Reopen();
        store.AssertFilled(5, T0, T0 + (25 * Step), Step);
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Torn_end_of_a_segment_is_damage_where_the_same_process_went_on_to_the_next()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (20 * Step), Step);
        store.Reopen(() =>
        {
            var bytes = File.ReadAllBytes(Segment(store));
            Shorten(Segment(store), 5);
            // The record behind the probe, as the first of a segment.
            File.WriteAllBytes(
                Path.Combine(store.WalDirectory, "00000002.wal"), [.. WalFormat.FileHeader(), .. bytes.AsSpan(WalFormat.FileHeaderLength + WalFormat.RecordHeaderLength)]);
        });
        Assert.Contains(store.Tsdb.Status().Damage, damage => damage.StartsWith(Segment(store), StringComparison.Ordinal));
    }

    [Fact]
    public void Tail_of_zeros_as_a_power_loss_leaves_it_is_cut_off()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (20 * Step), Step);
        store.Reopen(() =>
        {
            using var file = new FileStream(Segment(store), FileMode.Append);
            file.Write(new byte[4096]);
        });
        store.AssertFilled(5, T0, T0 + (20 * Step), Step);
        Assert.Single(store.Tsdb.Status().Repairs);
    }

    [Fact]
    public void Segment_of_which_only_the_name_was_written_is_removed()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (20 * Step), Step);
        store.Reopen(() => File.WriteAllBytes(Path.Combine(store.WalDirectory, "00000099.wal"), [(byte)'T']));
        store.AssertFilled(5, T0, T0 + (20 * Step), Step);
        Assert.Single(store.Tsdb.Status().Repairs);
    }

    [Fact]
    public void Damaged_record_costs_itself_and_is_named()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (20 * Step), Step);
        store.Reopen(() => Flip(Segment(store), new FileInfo(Segment(store)).Length / 2));
        Assert.Contains(".wal", Assert.Single(store.Tsdb.Status().Damage));
        Assert.Empty(store.Tsdb.Status().Repairs);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        foreach (var series in querier.Select([], false, default))
        {
            var rows = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, rows);
            Assert.Equal(19, rows.Count);
        }
    }

    [Fact]
    public void Any_flipped_byte_of_the_log_is_found_and_no_wrong_sample_is_served()
    {
        using var store = new TestStore();
        store.Fill(3, T0, T0 + (8 * Step), Step);
        store.Tsdb.Dispose();
        var whole = File.ReadAllBytes(Segment(store));
        for (var at = 0; at < whole.Length; at += 3)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= (byte)(1 << (at % 8));
            foreach (var file in Directory.GetFiles(store.WalDirectory))
            {
                File.Delete(file);
            }
            File.WriteAllBytes(Path.Combine(store.WalDirectory, "00000001.wal"), damaged);
            store.Reopen();
            var status = store.Tsdb.Status();
            Assert.NotEmpty(status.Damage.Concat(status.Repairs));
            AssertOnlyRightSamples(store);
            store.Tsdb.Dispose();
        }
    }

    [Fact]
    public void Series_whose_labels_were_damaged_is_written_anew_and_never_mixed_up_with_another()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (10 * Step), Step);
        store.Reopen(() => Flip(Segment(store), WalFormat.FileHeaderLength + WalFormat.RecordHeaderLength + 20));
        Assert.Contains(store.Tsdb.Status().Damage, damage => damage.Contains("labels"));
        Assert.Equal(0, store.Tsdb.Status().HeadSeries);
        store.Fill(4, T0, T0 + (10 * Step), Step, "other");
        store.Fill(5, T0 + (10 * Step), T0 + (20 * Step), Step);
        store.Reopen();
        store.AssertFilled(4, T0, T0 + (10 * Step), Step, "other");
        store.AssertFilled(5, T0 + (10 * Step), T0 + (20 * Step), Step);
    }

    [Fact]
    public void Log_of_a_newer_version_is_named_and_left_alone()
    {
        using var store = new TestStore();
        store.Fill(5, T0, T0 + (10 * Step), Step);
        store.Reopen(() =>
        {
            var bytes = File.ReadAllBytes(Segment(store));
            bytes[4] = 9;
            File.WriteAllBytes(Segment(store), bytes);
        });
        Assert.Contains("version 9", Assert.Single(store.Tsdb.Status().Damage));
    }

    [Fact]
    public void Metadata_histograms_and_exemplars_survive_restart_and_checkpoint()
    {
        using var store = new TestStore();
        var late = T0 + (3 * Hour) + 60_000;
        var histogram = new NativeHistogram { Schema = 2, Count = 3, Sum = 1.5, PositiveSpans = [new(0, 1)], PositiveBuckets = [3] };
        using (var appender = store.Tsdb.OpenAppender())
        {
            var series = default(SeriesRef);
            appender.AppendHistogram(ref series, SeriesLabels("h", 0), T0, histogram);
            appender.AppendExemplar(series, new Exemplar(Labels.Of("trace_id", "x"), 0.5, T0));
            appender.SetMetadata("h", new MetricMetadata(MetricType.Histogram, "How long", "seconds"));
            appender.Commit();
            appender.AppendHistogram(ref series, null, late, histogram);
            appender.Commit();
        }
        store.Reopen();
        Assert.Equal(1, store.Tsdb.Status().Exemplars);
        AssertThere([T0, late]);
        store.Tsdb.RunMaintenance();
        Assert.Single(store.Tsdb.Status().Blocks);
        AssertThere([T0, late]);
        store.Reopen();
        AssertThere([T0, late]);

        // The newest histogram is still recognised when it is sent again.
        using var again = store.Tsdb.OpenAppender();
        var reference = default(SeriesRef);
        Assert.Equal(AppendStatus.Duplicate, again.AppendHistogram(ref reference, SeriesLabels("h", 0), late, histogram));
        Assert.Equal(AppendStatus.DuplicateTimestamp, again.AppendHistogram(ref reference, null, late, histogram with { Sum = 2 }));

        void AssertThere(long[] times)
        {
            using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
            Assert.Equal(new MetricMetadata(MetricType.Histogram, "How long", "seconds"), querier.Metadata()["h"]);
            var rows = new SampleColumns();
            Assert.Single(querier.Select([], false, default)).Read(long.MinValue, long.MaxValue, rows);
            Assert.Equal(times, rows.Timestamps.ToArray());
            Conformance.HistogramAssert.Same(histogram, rows.Histograms[^1]);
        }
    }

    [Fact]
    public void Checkpoint_replaces_the_segments_before_it()
    {
        using var store = new TestStore();
        store.Fill(10, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.wal"));
        store.Fill(10, T0 + (4 * Hour), T0 + (5 * Hour), Step);
        store.Reopen();
        store.AssertFilled(10, T0, T0 + (5 * Hour), Step);
        store.Fill(10, T0 + (5 * Hour), T0 + (7 * Hour), Step);
        store.Tsdb.RunMaintenance();
        Assert.Single(Directory.GetFiles(store.WalDirectory, "*.checkpoint"));
        store.Reopen();
        store.AssertFilled(10, T0, T0 + (7 * Hour), Step);
        Assert.Equal(2, store.Tsdb.Status().Blocks.Count);
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Fact]
    public void Chunks_of_a_checkpoint_come_back_however_far_behind_the_newest_sample_they_are()
    {
        using var store = new TestStore();
        store.Fill(3, T0, T0 + (4 * Hour) - 5000, 5000);
        store.Tsdb.RunMaintenance();
        Assert.True(store.Tsdb.Status().HeadChunks > 3);
        store.Reopen();
        store.AssertFilled(3, T0, T0 + (4 * Hour) - 5000, 5000);
    }

    [Fact]
    public void Crash_between_checkpoint_and_deletion_of_segments_changes_nothing()
    {
        using var store = new TestStore();
        store.Fill(10, T0, T0 + (4 * Hour), Step);
        var segment = Segment(store);
        var copy = File.ReadAllBytes(segment);
        store.Tsdb.RunMaintenance();
        store.Reopen(() =>
        {
            File.WriteAllBytes(segment, copy);
            File.WriteAllBytes(Path.Combine(store.WalDirectory, "00000007.checkpoint.tmp"), [1, 2, 3]);
        });
        store.AssertFilled(10, T0, T0 + (4 * Hour), Step);
        Assert.False(File.Exists(segment));
        Assert.Empty(Directory.GetFiles(store.WalDirectory, "*.tmp"));
    }

    [Fact]
    public void Crash_between_block_and_checkpoint_shows_no_sample_twice()
    {
        using var store = new TestStore();
        store.Fill(10, T0, T0 + (4 * Hour), Step);
        var wal = Directory.GetFiles(store.WalDirectory).ToDictionary(path => path, File.ReadAllBytes);
        store.Tsdb.RunMaintenance();
        store.Reopen(() =>
        {
            foreach (var path in Directory.GetFiles(store.WalDirectory))
            {
                File.Delete(path);
            }
            foreach (var (path, bytes) in wal)
            {
                File.WriteAllBytes(path, bytes);
            }
        });
        store.AssertFilled(10, T0, T0 + (4 * Hour), Step);
        Assert.Equal(T0 + (2 * Hour), store.Tsdb.Status().HeadMinTimeMs);
    }

    [Fact]
    public void Damaged_checkpoint_is_named_and_the_rest_served()
    {
        using var store = new TestStore();
        store.Fill(10, T0, T0 + (4 * Hour), Step);
        store.Tsdb.RunMaintenance();
        store.Fill(10, T0 + (4 * Hour), T0 + (4 * Hour) + (10 * Step), Step);
        var checkpoint = Directory.GetFiles(store.WalDirectory, "*.checkpoint").Single();
        store.Reopen(() => Flip(checkpoint, new FileInfo(checkpoint).Length / 2));
        Assert.Contains(store.Tsdb.Status().Damage, damage => damage.Contains(checkpoint));
        Assert.Equal(480 * 10, store.Tsdb.Status().Blocks.Sum(block => block.Samples));
        AssertOnlyRightSamples(store);
    }

    [Fact]
    public void Forgotten_series_come_back_when_they_are_written_again()
    {
        using var store = new TestStore();
        store.Fill(30, T0, T0 + 60_000, Step, "gone");
        using var open = store.Tsdb.OpenAppender();
        var reference = default(SeriesRef);
        store.Fill(3, T0 + 60_000, T0 + (4 * Hour), Step, "stays");
        Assert.Equal(AppendStatus.Stored, open.Append(ref reference, SeriesLabels("gone", 7), T0 + (4 * Hour), 1));
        store.Tsdb.RunMaintenance();
        Assert.Equal(3, store.Tsdb.Status().HeadSeries);
        // The batch resolved its series before they were forgotten.
        Assert.Equal(CommitStatus.Committed, open.Commit());
        Assert.Equal(4, store.Tsdb.Status().HeadSeries);
        // An old reference of a series that is gone asks for the labels again.
        var unknown = new SeriesRef(1);
        Assert.Equal(AppendStatus.InvalidLabels, open.Append(ref unknown, null, T0 + (4 * Hour), 1));
        store.Reopen();
        Assert.Equal(4, store.Tsdb.Status().HeadSeries);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        var name = new LabelMatcher(Model.MatchType.Equal, "__name__", "gone");
        Assert.Equal(30, querier.Select([name], false, default).Count);
        var seven = Assert.Single(querier.Select([name, new LabelMatcher(Model.MatchType.Equal, "i", "7")], false, default));
        seven.Read(long.MinValue, long.MaxValue, rows);
        Assert.Equal([T0, T0 + Step, T0 + (2 * Step), T0 + (3 * Step), T0 + (4 * Hour)], rows.Timestamps.ToArray());
    }

    private static string Segment(TestStore store) => Directory.GetFiles(store.WalDirectory, "*.wal").Order().First();

    private static void Shorten(string path, int bytes)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(file.Length - bytes);
    }

    internal static void Flip(string path, long offset)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Position = offset;
        var value = file.ReadByte();
        file.Position = offset;
        file.WriteByte((byte)(value ^ 0x10));
    }

    internal static void AssertOnlyRightSamples(TestStore store)
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        foreach (var series in querier.Select([], false, default))
        {
            var i = int.Parse(series.Labels["i"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(SeriesLabels("m", i), series.Labels);
            var rows = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, rows);
            for (var row = 0; row < rows.Count; row++)
            {
                Assert.True(row == 0 || rows.Timestamps[row] > rows.Timestamps[row - 1]);
                Assert.Equal(ValueAt(i, rows.Timestamps[row]), rows.Values[row]);
            }
        }
    }
}
