using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Tsdb.Exchange;
using Touchline.Tsdb.Prometheus;
using Touchline.Tsdb.Tests.Prometheus;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Faults;

/// <summary>Data that are brought in or out while the disk is full: the room grows page by page, so that each write is the one that fails at some point.</summary>
public sealed class ImportDiskFullTests : IDisposable
{
    private const long Step = 15_000;
    private const int Series = 40;

    private static readonly MetricMetadata Metadata = new(MetricType.Gauge, "How warm.", "celsius");

    private readonly SmallDisk _disk = new(8192);
    private readonly string _source = Directory.CreateTempSubdirectory("touchline-import-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(T0 + (9 * Hour)));

    private string Target => Path.Combine(_disk.Path, "data");

    public void Dispose()
    {
        _disk.Dispose();
        Directory.Delete(_source, recursive: true);
    }

    [Fact]
    public void Data_of_Prometheus_that_find_no_room_come_in_once_when_there_is()
    {
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + (2 * Hour));
        WriteBlock("01HF7YAT00QJ3E5FZB2G7V3N8M", T0 + (2 * Hour), T0 + (4 * Hour));
        WriteLog(T0 + (4 * Hour), T0 + (5 * Hour));
        var options = new PrometheusImportOptions { Source = _source, Target = Target, MemoryBytes = 20_000 };
        var blocks = 0;
        var failures = FailuresUntilDone(() => PrometheusImport.Run(options, _time, _ => { }, default), () =>
        {
            var finished = Blocks().Count;
            Assert.True(finished >= blocks, "a finished block is gone");
            blocks = finished;
        });
        Assert.True(failures > 4, $"only {failures} attempts failed");
        AssertWhole(T0 + (5 * Hour));
        var again = PrometheusImport.Run(options, _time, _ => { }, default);
        Assert.Equal((0L, 0L, 2), (again.Samples, again.Duplicates, again.BlocksKnown));
    }

    [Fact]
    public void Text_that_finds_no_room_leaves_nothing_behind_and_comes_in_once_when_there_is()
    {
        const int Flushes = 4;
        var failures = FailuresUntilDone(
            () =>
            {
                using var import = SampleImport.Open(new SampleImportOptions { Target = Target, MemoryBytes = 60_000 }, _time);
                import.SetMetadata("m", Metadata);
                for (var time = T0; time < T0 + (5 * Hour); time += Step)
                {
                    for (var i = 0; i < Series; i++)
                    {
                        import.Add(SeriesLabels("m", i), time, ValueAt(i, time));
                    }
                }
                Assert.True(import.Finish().BlocksWritten.Count is 0 or > Flushes);
            },
            () =>
            {
                Assert.False(Directory.Exists(Path.Combine(Target, "import.tmp")));
                if (Blocks().Count > 0)
                {
                    AssertSamples(T0 + (5 * Hour)); // Only type, help and unit found no room.
                }
            });
        Assert.True(failures > 10, $"only {failures} attempts failed");
        AssertWhole(T0 + (5 * Hour));
    }

    [Fact]
    public void Blocks_for_Prometheus_that_find_no_room_leave_nothing_half_written()
    {
        using (var store = new TestStore(directory: Path.Combine(_source, "data")))
        {
            store.Fill(Series, T0, T0 + (5 * Hour), Step);
        }
        var options = new PrometheusExportOptions { Source = Path.Combine(_source, "data"), Target = Path.Combine(_disk.Path, "prometheus") };
        ExportReport? report = null;
        var failures = 0;
        for (var free = 0; report is null; free += 16 * 4096, failures++)
        {
            Assert.True(free < 4_000_000, "it never succeeded");
            _disk.FillUpTo(free);
            try
            {
                report = PrometheusExport.Run(options, _time, _ => { }, default);
            }
            catch (IOException e)
            {
                Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
                foreach (var entry in Directory.GetDirectories(options.Target).Where(entry => Path.GetFileName(entry) != "wal"))
                {
                    Assert.True(Tsdb.Blocks.Ulid.IsValid(Path.GetFileName(entry)), entry);
                    Directory.Delete(entry, recursive: true);
                }
            }
        }
        Assert.True(failures > 2, $"only {failures} attempts failed");
        Assert.Equal(Series * 5 * Hour / Step, report.Samples);
    }

    /// <summary>Answers how often it failed.</summary>
    private int FailuresUntilDone(Action import, Action assertWhatIsThere)
    {
        for (var (free, failures) = (0, 0); free < 4_000_000; free += 4096, failures++)
        {
            _disk.FillUpTo(free);
            try
            {
                import();
                return failures;
            }
            catch (Exception e) when (e is IOException or ExchangeException)
            {
                Assert.Contains("No space left", e.Message, StringComparison.Ordinal);
            }
            if (Directory.Exists(Target))
            {
                assertWhatIsThere();
                Assert.Empty(Directory.GetFileSystemEntries(Target, "*.tmp", SearchOption.AllDirectories));
            }
        }
        Assert.Fail("it never succeeded");
        return 0;
    }

    private List<string> Blocks() => Directory.Exists(Path.Combine(Target, "blocks"))
        ? [.. Directory.GetDirectories(Path.Combine(Target, "blocks")).Where(block => Tsdb.Blocks.Ulid.IsValid(Path.GetFileName(block)))]
        : [];

    private void AssertWhole(long to)
    {
        _disk.MakeRoom();
        AssertSamples(to);
        using var store = TsdbStore.Open(new TsdbOptions { Path = Target, RetentionTimeMs = 0 }, _time, NullLogger.Instance);
        Assert.Empty(store.Status().Damage);
        Assert.Empty(store.Status().Repairs);
        Assert.Equal(Series * (to - T0) / Step, store.Status().Blocks.Sum(block => block.Samples));
        using var querier = store.OpenQuerier(0, 0);
        Assert.Equal(Metadata, querier.Metadata()["m"]);
    }

    private void AssertSamples(long to)
    {
        using var store = new TestStore(options => options.RetentionTimeMs = 0, Target);
        store.AssertFilled(Series, T0, to, Step);
    }

    private void WriteBlock(string ulid, long from, long to)
    {
        using var writer = new PrometheusBlockWriter(_source, ulid);
        foreach (var i in Enumerable.Range(0, Series).OrderBy(i => SeriesLabels("m", i)))
        {
            var rows = new Storage.SampleColumns();
            for (var time = from; time < to; time += Step)
            {
                rows.Add(time, ValueAt(i, time));
            }
            writer.Add(SeriesLabels("m", i), rows);
        }
        writer.Finish(from, to);
    }

    private void WriteLog(long from, long to)
    {
        var file = new LogFile(LogCompression.Snappy);
        for (var i = 0; i < Series; i++)
        {
            file.Add(LogFile.Series(((ulong)i + 1, SeriesLabels("m", i))));
        }
        file.Add(LogFile.Metadata(1, 2, Metadata.Help, Metadata.Unit));
        for (var time = from; time < to; time += Step)
        {
            file.Add(LogFile.Samples([.. Enumerable.Range(0, Series).Select(i => ((ulong)i + 1, time, ValueAt(i, time)))]));
        }
        file.Save(Path.Combine(_source, "wal"), 0, fillPage: false);
    }
}
