using Touchline.Storage;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Faults;

/// <summary>The files that a running store keeps closed chunks of its head in.</summary>
public sealed class DamagedHeadTests
{
    private const int Series = 40;
    private const int Steps = 24_000;
    private const long Step = 100;

    [Fact]
    public void Flipped_bits_under_a_running_store_are_found_and_named_and_the_next_start_has_every_sample_again()
    {
        using var store = new TestStore();
        var rightCount = Write(store);
        var files = Directory.GetFiles(Path.Combine(store.Options.Path, "head"));
        Assert.NotEmpty(files);
        Assert.Equal(rightCount, CountRight(store));
        Assert.Empty(store.Tsdb.Status().Damage);

        var random = new Random(7);
        foreach (var file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            for (var at = 0L; at < stream.Length; at += 40_000)
            {
                stream.Position = Math.Min(stream.Length - 1, at + random.Next(40_000));
                var before = stream.ReadByte();
                stream.Position--;
                stream.WriteByte((byte)(before ^ (1 << random.Next(8))));
            }
        }
        var served = CountRight(store);
        Assert.InRange(served, 1, rightCount - 1);
        Assert.Contains(store.Tsdb.Status().Damage, damage => damage.Contains(files[0]));
        store.Reopen();
        Assert.Equal(rightCount, CountRight(store));
        Assert.Empty(store.Tsdb.Status().Damage);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_removed_under_a_running_store_cost_nothing_and_are_named(bool withFolder)
    {
        using var store = new TestStore();
        var rightCount = Write(store);
        var folder = Path.Combine(store.Options.Path, "head");
        var files = Directory.GetFiles(folder);
        Assert.NotEmpty(files);
        if (withFolder)
        {
            Directory.Delete(folder, recursive: true);
        }
        else
        {
            Array.ForEach(files, File.Delete);
        }
        Assert.Equal(rightCount, CountRight(store));
        // Later samples close the old ones' range, so that their files are let go.
        using (var appender = store.Tsdb.OpenAppender())
        {
            for (var i = 0; i < Series; i++)
            {
                var (series, time) = (default(SeriesRef), T0 + (4 * Hour));
                Assert.Equal(AppendStatus.Stored, appender.Append(ref series, SeriesLabels("noise", i), time, NoiseAt(i, time)));
            }
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
        store.Tsdb.RunMaintenance();
        Assert.Null(store.Tsdb.Status().MaintenanceFailure);
        Assert.Contains(store.Tsdb.Status().Damage, damage => damage.Contains(files[0], StringComparison.Ordinal));
        Assert.Equal(rightCount + Series, CountRight(store));
        store.Reopen();
        Assert.Empty(store.Tsdb.Status().Damage);
        Assert.Equal(rightCount + Series, CountRight(store));
    }

    /// <summary>Noise, so that chunks are large and some of them go to files.</summary>
    private static long Write(TestStore store)
    {
        using var appender = store.Tsdb.OpenAppender();
        var references = new SeriesRef[Series];
        for (var step = 0; step < Steps; step++)
        {
            for (var i = 0; i < Series; i++)
            {
                Assert.Equal(AppendStatus.Stored, appender.Append(ref references[i], SeriesLabels("noise", i), T0 + (step * Step), NoiseAt(i, T0 + (step * Step))));
            }
            Assert.Equal(CommitStatus.Committed, appender.Commit());
        }
        return (long)Series * Steps;
    }

    private static double NoiseAt(int series, long time) => BitConverter.Int64BitsToDouble(0x3ff0_0000_0000_0000 | ((((time * 6364136223846793005) + series) * 1442695040888963407) & 0xf_ffff_ffff_ffff));

    private static long CountRight(TestStore store)
    {
        using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
        var rows = new SampleColumns();
        var count = 0L;
        foreach (var series in querier.Select([], true, default))
        {
            var i = int.Parse(series.Labels["i"], System.Globalization.CultureInfo.InvariantCulture);
            rows.Clear();
            series.Read(long.MinValue, long.MaxValue, rows);
            for (var row = 0; row < rows.Count; row++)
            {
                if (rows.Values[row] != NoiseAt(i, rows.Timestamps[row]) || (row > 0 && rows.Timestamps[row] <= rows.Timestamps[row - 1]))
                {
                    Assert.Fail($"series {i} has {rows.Values[row]:R} at {rows.Timestamps[row]}");
                }
            }
            count += rows.Count;
        }
        return count;
    }
}
