using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;
using static Touchline.Tsdb.Tests.TestStore;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Wal;

public sealed class ParallelReplayTests
{
    private const long Step = 15_000;

    /// <summary>More than any number of memories has pages.</summary>
    private const int Series = 16 * SeriesPage.Size;

    [Fact]
    public void Series_of_every_memory_come_back_with_their_chunks_their_late_samples_and_without_what_was_deleted()
    {
        using var store = new TestStore(options => options.OutOfOrderTimeWindowMs = Hour);
        var later = T0 + (4 * Step);
        store.Fill(Series, T0, later, Step);
        store.Tsdb.DeleteSeries([new LabelMatcher(MatchType.Equal, "group", "1")], T0 + Step, T0 + Step, default);
        store.Fill(Series, later, later + (2 * Step), Step);
        AppendLate(store, T0 - 5000);
        store.Reopen();
        Assert.Empty(store.Tsdb.Status().Damage);
        Assert.Equal(Series, store.Tsdb.Status().HeadSeries);
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        foreach (var series in querier.Select([], false, default))
        {
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            var number = int.Parse(series.Labels["i"], System.Globalization.CultureInfo.InvariantCulture);
            long[] times = [T0 - 5000, .. Enumerable.Range(0, 6).Select(step => T0 + (step * Step)).Where(time => number % 3 != 1 || time != T0 + Step)];
            Assert.Equal(times, rows.Timestamps.ToArray());
            Assert.Equal(times.Select(time => ValueAt(number, time)), rows.Values.ToArray());
        }
    }

    [Fact]
    public void Sample_before_the_labels_of_its_reference_is_lost_and_counted_not_given_to_another()
    {
        var lost = Record([], (7, T0, 1));
        var found = Record([(7, Labels.Of("__name__", "b"))], (7, T0 + 1, 2));
        var head = Replayed(out var damage, lost, found);
        Assert.Contains("1 samples belong to series whose labels", Assert.Single(damage));
        Assert.Equal([(T0 + 1, 2.0)], SamplesOf(head, Labels.Of("__name__", "b")));
    }

    [Fact]
    public void Reference_that_was_given_twice_means_the_series_of_its_time()
    {
        var (first, second) = (Labels.Of("__name__", "a"), Labels.Of("__name__", "b"));
        var head = Replayed(out var damage, Record([(7, first)], (7, T0, 1)), Record([], (7, T0 + 1, 2)), Record([(7, second)], (7, T0 + 2, 3)));
        Assert.Empty(damage);
        Assert.Equal([(T0, 1.0), (T0 + 1, 2.0)], SamplesOf(head, first));
        Assert.Equal([(T0 + 2, 3.0)], SamplesOf(head, second));
    }

    [Fact]
    public void Labels_are_the_same_whichever_way_they_come_in()
    {
        Labels[] sets =
        [
            Labels.Of("__name__", "up", "job", "api"), Labels.Of("__name__", "up", "job", "apí"), Labels.Of("__name__", "up", "job", "apí", "zone", "東"),
            Labels.Of("__name__", "up", "job", "api", "zone", "東"), Labels.Of("__name__", "down", "job", "api"),
        ];
        var head = new MetricHead(Hour);
        var references = sets.Select(labels => head.GetOrCreate(labels).Reference).ToArray();
        var replay = new WalReplay(head);
        for (uint i = 0; i < sets.Length; i++)
        {
            BatchRecord.Read(Record([(100 + i, sets[i])], (100 + i, T0, i)).AsSpan(WalFormat.RecordHeaderLength), replay);
        }
        Assert.Equal(sets.Length, head.SeriesCount);
        for (var i = 0; i < sets.Length; i++)
        {
            Assert.Equal(references[i], head.Find(sets[i])!.Value.Reference);
            Assert.Equal([(T0, (double)i)], SamplesOf(head, sets[i]));
        }
    }

    [Theory]
    [InlineData("job", "api")]
    [InlineData("__name__", "")]
    public void Labels_that_no_writer_has_make_the_record_unreadable(string name, string value)
    {
        var record = new ByteBuffer();
        record.WriteVarint(1);
        record.WriteVarint(1);
        record.WriteVarint(1);
        record.WriteString(name);
        record.WriteString(value);
        Assert.Throws<CorruptDataException>(() => BatchRecord.ReadSeries(record.Written, new WalReplay(new MetricHead(Hour))));
    }

    private static void AppendLate(TestStore store, long time)
    {
        using var appender = store.Tsdb.OpenAppender();
        for (var i = 0; i < Series; i++)
        {
            SeriesRef reference = default;
            Assert.Equal(AppendStatus.Stored, appender.Append(ref reference, SeriesLabels("m", i), time, ValueAt(i, time)));
        }
        Assert.Equal(CommitStatus.Committed, appender.Commit());
    }

    private static byte[] Record(List<(uint Reference, Labels Labels)> series, params (uint Reference, long Time, double Value)[] samples)
    {
        var table = new SeriesTable(new HeadMemory(Hour, null));
        var record = new ByteBuffer();
        BatchRecord.Write(record, series, [], [.. samples.Select(sample => new PendingSample(table.Create(sample.Reference), sample.Time, sample.Value, null))], []);
        return record.Written.ToArray();
    }

    private static MetricHead Replayed(out List<string> damage, params byte[][] records)
    {
        var directory = Directory.CreateTempSubdirectory("touchline-replay-");
        try
        {
            File.WriteAllBytes(Path.Combine(directory.FullName, WalFormat.SegmentName(1)), [.. WalFormat.FileHeader(), .. records.SelectMany(record => record)]);
            var head = new MetricHead(Hour);
            var recovery = new WalRecovery(
                directory.FullName, new WalReplay(head), new Tsdb.Loading.LoadProgress(), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            recovery.Run(_ => { }, default);
            damage = recovery.Damage;
            return head;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static List<(long, double)> SamplesOf(MetricHead head, Labels labels)
    {
        var rows = new SampleColumns();
        head.Find(labels)!.Value.ChunksWithin(long.MinValue, long.MaxValue).ForEach(chunk => chunk.Read(long.MinValue, long.MaxValue, rows));
        return [.. Enumerable.Range(0, rows.Count).Select(row => (rows.Timestamps[row], rows.Values[row]))];
    }
}
