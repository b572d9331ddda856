using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Exchange;

namespace Touchline.Tsdb.Tests.Exchange;

public sealed class SampleImportTests : IDisposable
{
    private const long Hour = TestStore.Hour;
    private const long T0 = TestStore.T0;

    private readonly string _target = Directory.CreateTempSubdirectory("touchline-samples-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(T0 + (1000 * Hour)));

    private string Blocks => Path.Combine(_target, "blocks");

    public void Dispose() => Directory.Delete(_target, recursive: true);

    [Fact]
    public void Samples_in_any_order_are_served_in_theirs()
    {
        var random = new Random(5);
        var times = Enumerable.Range(0, 5000).Select(i => T0 + (i * 7000L)).ToArray();
        random.Shuffle(times);
        var report = Import(times.Select(time => (Series((int)(time % 3)), time, (double)time)));
        Assert.Equal(5000, report.Samples);
        Assert.Equal(times.Order(), Enumerable.Range(0, 3).SelectMany(i => Read(Series(i)).Select(row => row.Time)).Order());
        Assert.All(Read(Series(1)), row => Assert.Equal(row.Time, row.Value));
    }

    [Fact]
    public void Nothing_is_visible_before_the_end_and_nothing_stays_without_it()
    {
        using (var import = Open(memoryBytes: 1000))
        {
            for (var i = 0; i < 1000; i++)
            {
                import.Add(Series(i % 10), T0 + (i * 1000L), i);
            }
            Assert.Empty(Directory.GetDirectories(Blocks));
        }
        Assert.Empty(Read(Series(0)));
        using (Open())
        {
            // Opening it again takes away what was left.
        }
        Assert.Equal(["blocks", "wal"], Directory.GetDirectories(_target).Select(Path.GetFileName).Where(name => name != "head").Order());
    }

    [Fact]
    public void Memory_that_is_full_is_written_out_and_all_of_it_is_there_in_the_end()
    {
        var report = Import(Enumerable.Range(0, 20_000).Select(i => (Series(i % 10), T0 + (i * 1000L), (double)i)), memoryBytes: 20_000);
        Assert.True(report.BlocksWritten.Count > 5);
        Assert.Equal(20_000, Enumerable.Range(0, 10).Sum(i => Read(Series(i)).Count));
    }

    [Fact]
    public void Same_samples_again_are_left_out()
    {
        var samples = Enumerable.Range(0, 100).Select(i => (Series(0), T0 + (i * 1000L), (double)i)).ToList();
        Import(samples);
        var again = Import(samples.Append((Series(0), T0 + 200_000, 7)));
        Assert.Equal((1L, 100L), (again.Samples, again.Duplicates));
        Assert.Equal(101, Read(Series(0)).Count);
    }

    [Fact]
    public void Years_of_samples_make_few_blocks()
    {
        var report = Import(Enumerable.Range(0, 3650).Select(day => (Series(0), T0 - (day * 24 * Hour), 1.0)));
        Assert.InRange(report.BlocksWritten.Count, 2, 70);
        Assert.Equal(3650, Read(Series(0)).Count);
    }

    private static Labels Series(int number) => Labels.Of("__name__", "m", "i", $"{number}");

    [Fact]
    public void Exemplars_starts_and_metadata_come_with_their_samples()
    {
        var exemplar = new Exemplar(Labels.Of("trace_id", "1f"), 0.5, T0 + 1500);
        using (var import = Open(memoryBytes: 2000))
        {
            import.SetMetadata("m", new MetricMetadata(MetricType.Counter, "What it counts.", "things"));
            for (var i = 0; i < 1000; i++)
            {
                import.Add(Series(0), T0 + (i * 60_000L), i);
                import.AddCreated(Series(0), T0 + (i * 60_000L), T0 - (i < 500 ? 2000 : 1000));
                if (i == 0)
                {
                    import.AddExemplar(Series(0), exemplar);
                }
            }
            import.Finish();
        }
        using var store = TsdbStore.Open(new TsdbOptions { Path = _target, RetentionTimeMs = 0 }, _time, NullLogger.Instance);
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        Assert.Equal(new MetricMetadata(MetricType.Counter, "What it counts.", "things"), querier.Metadata()["m"]);
        Assert.Equal([T0 - 2000, T0 - 1000], Assert.Single(querier.Select([], false, default)).CreatedTimes());
        var found = Assert.Single(store.SelectExemplars([[]], long.MinValue, long.MaxValue, default));
        Assert.Equal([exemplar], found.Exemplars);
    }

    [Fact]
    public void What_comes_beside_a_sample_is_kept_where_memory_is_full_just_then()
    {
        const int Points = 4000;
        using (var import = Open(memoryBytes: 3000))
        {
            for (var i = 0; i < Points; i++)
            {
                var time = T0 + (i * 1000L);
                import.Add(Series(0), time, i);
                import.AddExemplar(Series(0), new Exemplar(Labels.Of("n", $"{i}"), i, time));
                import.Add(Series(1), time, i);
                // Behind all samples of the point, as created lines are.
                import.AddCreated(Series(0), time, T0 - (i * 1000L));
            }
            Assert.True(import.Finish().BlocksWritten.Count > 100);
        }
        using var store = TsdbStore.Open(new TsdbOptions { Path = _target, RetentionTimeMs = 0 }, _time, NullLogger.Instance);
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var created = querier.Select([new LabelMatcher(Model.MatchType.Equal, "i", "0")], false, default).Single().CreatedTimes();
        Assert.Equal(Points, created.Count);
        Assert.Equal(Points, store.SelectExemplars([[]], long.MinValue, long.MaxValue, default).Single().Exemplars.Count);
    }

    [Fact]
    public void Same_samples_later_in_the_same_text_are_left_out_though_memory_was_full_in_between()
    {
        var samples = Enumerable.Range(0, 5000).Select(i => (Series(i % 3), T0 + (i * 1000L), (double)i)).ToList();
        var report = Import(samples.Concat(samples.Select(sample => (sample.Item1, sample.Item2, -1.0))), memoryBytes: 5000);
        Assert.Equal((5000L, 5000L), (report.Samples, report.Duplicates));
        Assert.All(Enumerable.Range(0, 3).SelectMany(i => Read(Series(i))), row => Assert.Equal((row.Time - T0) / 1000, row.Value));
    }

    [Fact]
    public void Import_that_is_over_leaves_what_the_next_has_staged()
    {
        using var first = Open();
        first.Add(Series(0), T0, 1);
        first.Finish();
        using (var second = Open(memoryBytes: 1000))
        {
            for (var i = 1; i < 1000; i++)
            {
                second.Add(Series(0), T0 + (i * 1000L), i);
            }
            first.Dispose();
            second.Finish();
        }
        Assert.Equal(1000, Read(Series(0)).Count);
    }

    [Fact]
    public void Samples_of_times_far_ahead_make_blocks_of_their_times_only()
    {
        var report = Import([(Series(0), T0, 1), (Series(0), T0 + (2000 * Hour), 2), (Series(0), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds(), 3)]);
        Assert.Equal(3, report.BlocksWritten.Count);
        Assert.Equal([1, 2, 3], Read(Series(0)).Select(row => row.Value));
        Assert.False(SampleImport.IsValid(DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() + 1));
    }

    private SampleImport Open(long memoryBytes = 1 << 20) => SampleImport.Open(new SampleImportOptions { Target = _target, MemoryBytes = memoryBytes }, _time);

    private ImportReport Import(IEnumerable<(Labels Labels, long Time, double Value)> samples, long memoryBytes = 1 << 20)
    {
        using var import = Open(memoryBytes);
        foreach (var (labels, time, value) in samples)
        {
            import.Add(labels, time, value);
        }
        return import.Finish();
    }

    private List<(long Time, double Value)> Read(Labels labels)
    {
        using var store = TsdbStore.Open(new TsdbOptions { Path = _target, RetentionTimeMs = 0 }, _time, NullLogger.Instance);
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        querier.Select([], false, default).FirstOrDefault(series => series.Labels.Equals(labels))?.Read(long.MinValue, long.MaxValue, rows);
        return [.. Enumerable.Range(0, rows.Count).Select(row => (rows.Timestamps[row], rows.Values[row]))];
    }
}
