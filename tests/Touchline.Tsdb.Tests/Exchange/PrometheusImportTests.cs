using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Exchange;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;
using Touchline.Tsdb.Tests.Prometheus;
using MatchType = Touchline.Model.MatchType;

namespace Touchline.Tsdb.Tests.Exchange;

public sealed class PrometheusImportTests : IDisposable
{
    private const long Hour = TestStore.Hour;
    private const long T0 = TestStore.T0;

    private static readonly Labels A = Labels.Of("__name__", "m", "i", "a");
    private static readonly Labels B = Labels.Of("__name__", "m", "i", "b");

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-import-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(T0 + (9 * Hour)));

    private string Source => Path.Combine(_folder, "prometheus");

    private string Target => Path.Combine(_folder, "touchline");

    private string Wal => Path.Combine(Source, "wal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Blocks_and_log_become_one_series()
    {
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8M", T0 + (2 * Hour), T0 + (8 * Hour));
        WriteLog(T0 + (7 * Hour), T0 + (9 * Hour)); // One hour of it is in the block already.
        var report = Import();
        Assert.Equal((2, 0, 2 * 9 * 60L), (report.BlocksRead, report.BlocksKnown, report.Samples));
        Assert.Empty(report.Damage);
        AssertHolds(T0, T0 + (9 * Hour));
    }

    [Fact]
    public void Second_import_brings_only_what_is_new()
    {
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        WriteLog(T0 + (2 * Hour), T0 + (4 * Hour));
        Import();
        Assert.Equal((0, 1, 0L), Import() is var same ? (same.BlocksRead, same.BlocksKnown, same.Samples) : default);
        WriteLog(T0 + (2 * Hour), T0 + (5 * Hour));
        var grown = Import();
        Assert.Equal((2 * 60L, 2 * 2 * 60L), (grown.Samples, grown.Duplicates));
        AssertHolds(T0, T0 + (5 * Hour));
    }

    [Fact]
    public void Import_that_was_interrupted_goes_on()
    {
        for (var i = 0; i < 5; i++)
        {
            WriteBlock($"01HF7YAT00QJ3E5FZB2G7V3N8{i}", T0 + (2 * i * Hour), T0 + (2 * (i + 1) * Hour));
        }
        var reports = 0;
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Import(_ =>
        {
            if (++reports == 3)
            {
                stop.Cancel();
            }
        }, stop.Token));
        var rest = Import();
        Assert.InRange(rest.BlocksKnown, 1, 4);
        Assert.Equal(5, rest.BlocksKnown + rest.BlocksRead);
        Assert.Equal(0, rest.Duplicates);
        AssertHolds(T0, T0 + (10 * Hour));
    }

    [Fact]
    public void Block_that_was_finished_but_not_noted_is_not_written_again()
    {
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        Import();
        var journal = Path.Combine(Target, ImportJournal.FileName);
        // As the first version wrote it, which had no checksum.
        File.WriteAllText(journal, File.ReadAllText(journal)
            .Replace("\"isComplete\": true", "\"isComplete\": false", StringComparison.Ordinal).Replace("\"version\": 2", "\"version\": 1", StringComparison.Ordinal));
        Assert.Equal((0L, 0L), Import() is var report ? (report.Samples, report.Duplicates) : default);
        Assert.Single(Directory.GetDirectories(Path.Combine(Target, "blocks")));
    }

    [Fact]
    public void Any_flipped_bit_of_the_journal_is_found()
    {
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        Import();
        var journal = Path.Combine(Target, ImportJournal.FileName);
        var bytes = File.ReadAllBytes(journal);
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = (byte[])bytes.Clone();
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(journal, flipped);
            Assert.Throws<CorruptDataException>(() => ImportJournal.Open(Target));
        }
        File.WriteAllBytes(journal, bytes);
        Assert.Equal((0, 1), Import() is var again ? (again.BlocksRead, again.BlocksKnown) : default);
    }

    [Fact]
    public void Damaged_block_is_named_and_the_rest_comes_in()
    {
        var damaged = WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8M", T0 + (2 * Hour), T0 + (4 * Hour));
        File.WriteAllBytes(Path.Combine(damaged, "index"), new byte[100]);
        var report = Import();
        Assert.Contains(Path.Combine(damaged, "index"), Assert.Single(report.Damage), StringComparison.Ordinal);
        AssertHolds(T0 + (2 * Hour), T0 + (4 * Hour));
    }

    [Theory]
    [InlineData(0, long.MaxValue)]
    [InlineData(long.MinValue, long.MaxValue)]
    [InlineData(long.MinValue, long.MinValue + 1)]
    public void Block_of_impossible_times_is_named_and_the_rest_comes_in(long minTime, long maxTime)
    {
        var damaged = WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8M", T0 + (2 * Hour), T0 + (4 * Hour));
        var meta = Path.Combine(damaged, "meta.json");
        File.WriteAllText(meta, File.ReadAllText(meta).Replace($"{T0 + (2 * Hour)}", $"{maxTime}", StringComparison.Ordinal).Replace($"{T0}", $"{minTime}", StringComparison.Ordinal));
        Assert.Contains("are no range", Assert.Single(Import().Damage), StringComparison.Ordinal);
        AssertHolds(T0 + (2 * Hour), T0 + (4 * Hour));
    }

    [Fact]
    public void Log_stands_in_for_a_damaged_block()
    {
        var damaged = WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        File.WriteAllText(Path.Combine(damaged, "meta.json"), "{");
        WriteLog(T0 + Hour, T0 + (3 * Hour));
        Assert.Single(Import().Damage);
        AssertHolds(T0 + Hour, T0 + (3 * Hour));
    }

    [Fact]
    public void Samples_that_came_out_of_order_are_taken_from_their_own_log()
    {
        new LogFile().Add(LogFile.Series((1, A))).Add(LogFile.Samples((1, T0, 1), (1, T0 + 60_000, 2), (1, T0 + 30_000, 99))).Save(Wal, 0);
        new LogFile().Add(LogFile.Samples((1, T0 + 40_000, 3), (1, T0 + 20_000, 4), (1, T0, 77))).Save(Path.Combine(Source, "wbl"), 0);
        Import();
        Assert.Equal([(T0, 1.0), (T0 + 20_000, 4.0), (T0 + 40_000, 3.0), (T0 + 60_000, 2.0)], Read(A));
    }

    [Fact]
    public void Deleted_samples_of_the_log_stay_deleted()
    {
        new LogFile().Add(LogFile.Series((1, A), (2, B))).Add(LogFile.Samples((1, T0, 1), (2, T0, 1), (1, T0 + 1000, 2), (1, T0 + 2000, 3)))
            .Add(LogFile.Deleted(1, T0, T0 + 1500)).Save(Wal, 0);
        Import();
        Assert.Equal([(T0 + 2000, 3.0)], Read(A));
        Assert.Equal([(T0, 1.0)], Read(B));
    }

    [Fact]
    public void Checkpoint_replaces_the_segments_before_it()
    {
        new LogFile().Add(LogFile.Series((1, B))).Add(LogFile.Samples((1, T0, 99))).Save(Wal, 4);
        new LogFile().Add(LogFile.Series((1, A))).Add(LogFile.Samples((1, T0, 1))).Save(Path.Combine(Wal, "checkpoint.00000004"), 0);
        new LogFile().Add(LogFile.Series((9, A))).Add(LogFile.Samples((9, T0 + 1000, 2))).Save(Wal, 5, fillPage: false);
        Import();
        Assert.Equal([(T0, 1.0), (T0 + 1000, 2.0)], Read(A));
        Assert.Empty(Read(B));
    }

    [Fact]
    public void Memory_bounds_the_windows_that_a_log_is_read_in()
    {
        WriteLog(T0, T0 + (6 * Hour));
        var report = Import(memoryBytes: 600);
        Assert.True(report.BlocksWritten.Count > 4);
        AssertHolds(T0, T0 + (6 * Hour));
    }

    [Fact]
    public void Samples_without_labels_are_counted_as_damage()
    {
        new LogFile().Add(LogFile.Series((1, A))).Add(LogFile.Samples((1, T0, 1), (2, T0, 1), (2, T0 + 1000, 1))).Save(Wal, 0);
        Assert.Contains("2 samples", Assert.Single(Import().Damage), StringComparison.Ordinal);
    }

    /// <summary>A server that ran beside the Prometheus has its newest samples in its log: they must survive the import and the next start.</summary>
    [Fact]
    public void What_the_log_of_the_target_holds_survives()
    {
        var own = Labels.Of("__name__", "own");
        using (var store = OpenTarget())
        {
            using var appender = store.OpenAppender();
            SeriesRef series = default;
            for (var time = T0 + (7 * Hour); time < T0 + (9 * Hour); time += 60_000)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref series, own, time, 5));
            }
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (8 * Hour));
        WriteLog(T0 + (8 * Hour), T0 + (9 * Hour));
        Import();
        AssertHolds(T0, T0 + (9 * Hour));
        Assert.Equal(120, Read(own).Count);
        using var after = OpenTarget();
        using var later = after.OpenAppender();
        SeriesRef next = default;
        Assert.Equal(AppendStatus.Stored, later.Append(ref next, own, T0 + (9 * Hour), 6));
    }

    [Fact]
    public void Metadata_of_the_log_comes_along()
    {
        new LogFile().Add(LogFile.Series((1, A))).Add(LogFile.Samples((1, T0, 1))).Add(LogFile.Metadata(1, 2, "How warm.", "celsius")).Save(Wal, 0);
        Import();
        using var store = OpenTarget();
        using var querier = store.OpenQuerier(0, 0);
        Assert.Equal(new MetricMetadata(MetricType.Gauge, "How warm.", "celsius"), querier.Metadata()["m"]);
    }

    [Fact]
    public void Samples_that_say_since_when_they_count_are_read()
    {
        new LogFile().Add(LogFile.Series((1, A), (2, B)))
            .Add([14, 0, 0, 0, 0, 0, 0, 0, 1])
            .Add(LogFile.StartedSamples(
                (2, T0, T0 - 100, 1), (1, T0, T0 - 100, 2), (2, T0 + 1000, 0, 3), (1, T0 + 1000, T0 + 500, 4), (1, T0 + 2000, T0 + 500, 5)))
            .Save(Wal, 0);
        Assert.Empty(Import().Damage);
        using var store = OpenTarget();
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var read = querier.Select([], true, default).Select(series =>
        {
            var rows = new SampleColumns();
            series.Read(long.MinValue, long.MaxValue, rows);
            return (series.Labels, Times: rows.Timestamps.ToArray(), Values: rows.Values.ToArray(), Created: series.CreatedTimes());
        }).ToList();
        Assert.Equal([A, B], read.Select(series => series.Labels));
        Assert.Equal([T0, T0 + 1000, T0 + 2000], read[0].Times);
        Assert.Equal([2, 4, 5], read[0].Values);
        Assert.Equal([T0 - 100, T0 + 500], read[0].Created);
        Assert.Equal([T0, T0 + 1000], read[1].Times);
        Assert.Equal([1, 3], read[1].Values);
        Assert.Equal([T0 - 100], read[1].Created);
    }

    [Fact]
    public void Exemplars_of_the_log_come_along()
    {
        Exemplar[] exemplars = [new(Labels.Of("trace_id", "1f"), 0.5, T0 + 100), new(Labels.Of("trace_id", "2f"), 0.7, T0 + 900)];
        new LogFile().Add(LogFile.Series((1, A), (2, B))).Add(LogFile.Samples((1, T0, 1), (2, T0, 1), (1, T0 + 1000, 2)))
            .Add(LogFile.Exemplars(1, exemplars)).Save(Wal, 0);
        Import();
        using var store = OpenTarget();
        var found = Assert.Single(store.SelectExemplars([[new LabelMatcher(MatchType.Equal, "__name__", "m")]], long.MinValue, long.MaxValue, default));
        Assert.Equal(A, found.Labels);
        Assert.Equal(exemplars, found.Exemplars);
    }

    [Fact]
    public void Directory_of_a_running_server_is_refused()
    {
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        using var store = OpenTarget();
        var refused = Assert.Throws<ExchangeException>(() => Import());
        Assert.Contains("stop it, import, and start it again", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_data_directory_is_refused()
    {
        Directory.CreateDirectory(Source);
        Assert.Contains("holds neither blocks nor a log", Assert.Throws<ExchangeException>(() => Import()).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
        var block = WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + Hour);
        var single = new PrometheusImportOptions { Source = block, Target = Target };
        Assert.Contains("is a single block", Assert.Throws<ExchangeException>(() => PrometheusImport.Run(single, _time, _ => { }, default)).Message, StringComparison.Ordinal);
    }

    private static double ValueAt(long time) => time / 60_000 % 100;

    private ImportReport Import(Action<ExchangeProgress>? progress = null, CancellationToken cancellationToken = default, long memoryBytes = 1 << 20) =>
        PrometheusImport.Run(new PrometheusImportOptions { Source = Source, Target = Target, MemoryBytes = memoryBytes }, _time, progress ?? (_ => { }), cancellationToken);

    private TsdbStore OpenTarget() => TsdbStore.Open(new TsdbOptions { Path = Target, RetentionTimeMs = 0 }, _time, NullLogger.Instance);

    [Fact]
    public void Series_with_the_label_of_aggregates_is_left_out_and_named()
    {
        Directory.CreateDirectory(Source);
        var rows = new SampleColumns();
        rows.Add(T0, 1);
        using (var writer = new PrometheusBlockWriter(Source, "01HF7YAT00QJ3E5FZB2G7V3N8K"))
        {
            writer.Add(A, rows);
            writer.Add(Labels.Of([.. A, new Label("\uffff", "5m/sum")]), rows);
            writer.Finish(T0, T0 + 1);
        }
        var report = Import();
        Assert.Equal(1, report.Samples);
        Assert.Contains("is left out: the label name U+FFFF is Touchline's own", Assert.Single(report.Damage), StringComparison.Ordinal);
    }

    private string WriteBlock(string ulid, long from, long to)
    {
        Directory.CreateDirectory(Source);
        using var writer = new PrometheusBlockWriter(Source, ulid);
        foreach (var labels in (Labels[])[A, B])
        {
            var rows = new SampleColumns();
            for (var time = from; time < to; time += 60_000)
            {
                rows.Add(time, ValueAt(time));
            }
            writer.Add(labels, rows);
        }
        return writer.Finish(from, to);
    }

    private void WriteLog(long from, long to)
    {
        var file = new LogFile(LogCompression.Snappy).Add(LogFile.Series((1, A), (2, B)));
        for (var time = from; time < to; time += 60_000)
        {
            file.Add(LogFile.Samples((1, time, ValueAt(time)), (2, time, ValueAt(time))));
        }
        file.Save(Wal, 0, fillPage: false);
    }

    private List<(long, double)> Read(Labels labels)
    {
        using var store = OpenTarget();
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        querier.Select([], false, default).FirstOrDefault(series => series.Labels.Equals(labels))?.Read(long.MinValue, long.MaxValue, rows);
        Assert.Empty(querier.Warnings);
        return [.. Enumerable.Range(0, rows.Count).Select(row => (rows.Timestamps[row], rows.Values[row]))];
    }

    private void AssertHolds(long from, long to)
    {
        var expected = new List<(long, double)>();
        for (var time = from; time < to; time += 60_000)
        {
            expected.Add((time, ValueAt(time)));
        }
        Assert.Equal(expected, Read(A));
        Assert.Equal(expected, Read(B));
    }
}
