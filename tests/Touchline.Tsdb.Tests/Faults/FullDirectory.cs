using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Touchline.Model;
using Touchline.Storage;

namespace Touchline.Tsdb.Tests.Faults;

/// <summary>
/// A data directory with a file of every kind: blocks of two levels with tombstones, a checkpoint, segments of the log behind it, all
/// of them with floats, histograms and deletions. Kept in memory, and put back before each damage.
/// </summary>
internal sealed class FullDirectory : IDisposable
{
    public const int Series = 6;

    private const long Step = 300_000;
    private const long T0 = TestStore.T0;
    private const long End = T0 + (15 * TestStore.Hour);
    private const long DeletedFrom = T0 + (5 * TestStore.Hour);
    private const long DeletedTo = DeletedFrom + (4 * Step);

    private readonly string _root = Directory.CreateTempSubdirectory("touchline-damage-").FullName;
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeMilliseconds(End));

    public FullDirectory()
    {
        using (var store = Open())
        {
            Fill(store, T0, End - (6 * TestStore.Hour));
            store.RunMaintenance();
            store.RunCompaction();
            Fill(store, End - (6 * TestStore.Hour), End - (2 * TestStore.Hour));
            store.RunMaintenance();
            store.DeleteSeries([new LabelMatcher(Model.MatchType.Equal, "i", "2")], DeletedFrom, DeletedTo, default);
            Fill(store, End - (2 * TestStore.Hour), End - TestStore.Hour);
        }
        using (var store = Open())
        {
            Fill(store, End - TestStore.Hour, End);
            store.DeleteSeries([new LabelMatcher(Model.MatchType.Equal, "i", "1")], End - (3 * Step), End - (2 * Step), default);
        }
        foreach (var path in Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories))
        {
            _files[Path.GetRelativePath(_root, path)] = File.ReadAllBytes(path);
        }
    }

    /// <summary>Every file that has something to lose, relative to the directory. Who has the lock is noted for people only.</summary>
    public IReadOnlyList<string> Files => [.. _files.Keys.Where(path => !path.StartsWith("lock", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public byte[] Contents(string file) => _files[file];

    public string PathOf(string file) => Path.Combine(_root, file);

    /// <summary>Puts every file back as it was, and nothing else.</summary>
    public void Restore()
    {
        Directory.Delete(_root, recursive: true);
        foreach (var (path, bytes) in _files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(path))!);
            File.WriteAllBytes(PathOf(path), bytes);
        }
    }

    public TsdbStore Open() => TsdbStore.Open(new TsdbOptions { Path = _root, RetentionTimeMs = 0 }, _time, NullLogger.Instance);

    /// <summary>What a store serves, each sample held against what was written. Fails where one is wrong or comes twice, or where one is served that was deleted.</summary>
    /// <param name="store">The store.</param>
    /// <param name="forgetful">Whether it may serve what was deleted; such samples are left out of the answer.</param>
    public static (HashSet<(int Series, long Time)> Samples, IReadOnlyList<string> Complaints) Read(TsdbStore store, bool forgetful = false)
    {
        using var querier = store.OpenQuerier(long.MinValue, long.MaxValue);
        var samples = new HashSet<(int, long)>();
        var rows = new SampleColumns();
        foreach (var series in querier.Select([new LabelMatcher(Model.MatchType.Equal, "__name__", "m")], true, default))
        {
            var i = int.Parse(series.Labels["i"], System.Globalization.CultureInfo.InvariantCulture);
            Assert.Equal(LabelsOf(i), series.Labels);
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            for (var row = 0; row < rows.Count; row++)
            {
                var time = rows.Timestamps[row];
                Assert.True(row == 0 || time > rows.Timestamps[row - 1], $"series {i} has {time} twice");
                Assert.True(forgetful || !IsDeleted(i, time), $"series {i} at {time} was deleted and is served");
                if (!IsDeleted(i, time))
                {
                    samples.Add((i, time));
                }
                if (i < Series - 1)
                {
                    Assert.Equal(ValueAt(i, time), rows.Values[row]);
                }
                else
                {
                    Assert.Equal(HistogramAt(time).Sum, rows.Histograms[row]!.Sum);
                    Assert.Equal(HistogramAt(time).PositiveBuckets, rows.Histograms[row]!.PositiveBuckets);
                }
            }
        }
        var status = store.Status();
        return (samples, [.. status.Damage, .. status.Repairs, .. querier.Warnings]);
    }

    /// <summary>Writes one step behind everything, which a store must take whatever was lost before.</summary>
    public static void WriteLater(TsdbStore store) => Fill(store, End, End + Step);

    public static IEnumerable<(int Series, long Time)> Later => Enumerable.Range(0, Series).Select(i => (i, End));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static bool IsDeleted(int series, long time) =>
        (series == 2 && time is >= DeletedFrom and <= DeletedTo) || (series == 1 && time is >= End - (3 * Step) and <= End - (2 * Step));

    private static void Fill(TsdbStore store, long from, long to)
    {
        using var appender = store.OpenAppender();
        for (var time = from; time < to; time += Step)
        {
            for (var i = 0; i < Series; i++)
            {
                var reference = default(SeriesRef);
                Assert.Equal(
                    AppendStatus.Stored,
                    i < Series - 1
                        ? appender.Append(ref reference, LabelsOf(i), time, ValueAt(i, time))
                        : appender.AppendHistogram(ref reference, LabelsOf(i), time, HistogramAt(time)));
            }
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
    }

    private static Labels LabelsOf(int i) => TestStore.SeriesLabels("m", i);

    private static double ValueAt(int series, long time) => series switch
    {
        0 => TestStore.ValueAt(0, time),
        1 => time / 1000 % 7919,
        2 => Math.Sqrt(time),
        3 => 42,
        _ => Math.Round(Math.Sin(time), 2),
    };

    private static NativeHistogram HistogramAt(long time) => new()
    {
        Schema = 2,
        Count = 3 + (time / Step % 100),
        Sum = time / Step * 0.5,
        PositiveSpans = [new BucketSpan(0, 2)],
        PositiveBuckets = [3, time / Step % 100],
    };
}
