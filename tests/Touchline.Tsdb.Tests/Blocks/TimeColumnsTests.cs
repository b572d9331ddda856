using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Tests.Chunks;

namespace Touchline.Tsdb.Tests.Blocks;

/// <summary>Which series share columns of times, and that all come back whatever they share.</summary>
public sealed class TimeColumnsTests : IDisposable
{
    private const long T0 = 1_700_006_400_000;
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("touchline-times-");

    [Fact]
    public void Series_of_a_scrape_share_a_column_also_where_they_begin_later_or_end_earlier()
    {
        var scrape = Jittered(1, 480);
        var columns = Write([scrape, scrape, scrape[100..], scrape[..300], Jittered(2, 480), scrape]);
        Assert.Equal([0, 0, 0, 0, 1, 0], columns.Select(one => Assert.Single(one)));
    }

    [Fact]
    public void Series_with_a_gap_have_a_column_of_their_own_that_others_with_the_gap_share()
    {
        var scrape = Jittered(1, 480);
        long[] gap = [.. scrape[..200], .. scrape[210..]];
        Assert.Equal([0, 1, 1], Write([scrape, gap, gap]).Select(one => Assert.Single(one)));
    }

    [Fact]
    public void Long_series_are_cut_where_the_columns_that_they_share_are()
    {
        var scrape = Jittered(1, 5000);
        var columns = Write([scrape, scrape[1000..], scrape[..2000], scrape]);
        Assert.Equal([[0, 1, 2], [0, 1, 2], [0, 1], [0, 1, 2]], columns);
    }

    [Fact]
    public void Clocks_that_agree_for_a_while_only_are_told_apart()
    {
        var scrape = Jittered(1, 400);
        long[] other = [.. scrape[..399], scrape[399] + 1];
        long[] early = [scrape[0] - 1, .. scrape[1..]];
        long[] inside = [.. scrape[..150], scrape[150] + 1, .. scrape[151..]];
        Assert.Equal([0, 1, 2, 3], Write([scrape, other, early, inside]).Select(one => Assert.Single(one)));
    }

    [Fact]
    public void Shared_columns_cost_next_to_nothing()
    {
        var scrape = Jittered(1, 1200);
        Write([scrape]);
        var one = new FileInfo(Path.Combine(_directory.GetDirectories().Single().FullName, "chunks")).Length;
        _directory.GetDirectories().Single().Delete(recursive: true);
        Write([.. Enumerable.Repeat(scrape, 101)]);
        var more = new FileInfo(Path.Combine(_directory.GetDirectories().Single().FullName, "chunks")).Length;
        // A chunk of whole numbers that grow by one is a few bytes.
        Assert.InRange((more - one) / 100.0, 5, 20);
    }

    public void Dispose() => _directory.Delete(recursive: true);

    /// <summary>Writes a series for each list of times, and answers which columns each refers to, after reading all of them back.</summary>
    private List<int[]> Write(long[][] series)
    {
        string path;
        using (var writer = new BlockWriter(_directory.FullName, Ulid.New(DateTimeOffset.UnixEpoch)))
        {
            for (var i = 0; i < series.Length; i++)
            {
                writer.Add(LabelsOf(i), Rows(series[i]));
            }
            path = writer.Finish(T0, T0 + 1);
        }
        var block = Block.Open(path, (_, damage) => Assert.Fail(damage));
        var columns = new List<int[]>();
        for (uint i = 0; i < series.Length; i++)
        {
            Assert.Equal(LabelsOf((int)i), block.Index.LabelsOf(i, new SymbolCache(block.Index)));
            var chunks = new List<ChunkMeta>();
            block.Index.ChunksOf(i, long.MinValue, long.MaxValue, chunks);
            var rows = new SampleColumns();
            chunks.ForEach(chunk => Assert.Null(block.Read(chunk, long.MinValue, long.MaxValue, rows)));
            AdversarialSamples.AssertSame(Rows(series[i]), 0, series[i].Length, rows);
            foreach (var chunk in chunks)
            {
                rows.Clear();
                block.Read(chunk, chunk.MinTime, chunk.MaxTime, rows);
                Assert.Equal(chunk.Count, rows.Count);
                Assert.Equal((chunk.MinTime, chunk.MaxTime), (rows.Timestamps[0], rows.Timestamps[^1]));
            }
            columns.Add([.. chunks.Select(chunk => (int)chunk.Times)]);
        }
        block.Release();
        return columns;
    }

    private static Labels LabelsOf(int series) => Labels.Of("__name__", "m", "i", $"{series:d3}");

    private static SampleColumns Rows(long[] times)
    {
        var rows = new SampleColumns();
        for (var i = 0; i < times.Length; i++)
        {
            rows.Add(times[i], i);
        }
        return rows;
    }

    private static long[] Jittered(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => T0 + (seed * 1000) + (i * 15_000L) + random.Next(5))];
    }
}
