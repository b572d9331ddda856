using CsCheck;
using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Tests.Chunks;

namespace Touchline.Tsdb.Tests.Blocks;

public sealed class BlockIndexTests
{
    private static readonly Gen<string> Value = Gen.Frequency(
        (5, Gen.Int[0, 30].Select(i => $"10.1.0.{i}:9100")),
        (2, AdversarialSamples.OneOf("ü", "😀", "\u07ff", "\uffff", "z", "Z", " ", "long " + new string('x', 300))),
        (1, Gen.String[Gen.Char.AlphaNumeric, 1, 40]));

    private static readonly Gen<Labels> Series =
        Gen.Select(Gen.Int[0, 5], AdversarialSamples.OneOf("a", "job", "instance", "Z", "é"), Value, AdversarialSamples.OneOf("b", "pod", "zone"), Value, Gen.Int[0, 3])
            .Select((name, first, firstValue, second, secondValue, how) => how switch
            {
                0 => Labels.Of("__name__", $"metric_{name}"),
                1 => Labels.Of("__name__", $"metric_{name}", first, firstValue),
                _ => Labels.Of("__name__", $"metric_{name}", first, firstValue, second, secondValue),
            });

    [Fact]
    public void Everything_that_was_written_is_found_again() =>
        Gen.Select(Series.Array[1, 150], Gen.Int[1, 5].Array[150], Gen.Int[0, 3].Array[150]).Sample((series, lengths, columns) =>
        {
            Labels[] sorted = [.. series.Distinct().Order()];
            var path = Path.GetTempFileName();
            try
            {
                var chunks = Write(path, sorted, lengths, columns);
                using var index = BlockIndex.Open(path);
                Check(index, sorted, chunks);
            }
            finally
            {
                File.Delete(path);
            }
        }, iter: 100);

    [Fact]
    public void Hundred_thousand_series_cost_a_few_bytes_each()
    {
        var writer = new IndexWriter();
        var times = writer.AddTimes(new TimeMeta(0, 100, 8, 10, 10));
        for (var i = 0; i < 100_000; i++)
        {
            writer.Add(
                Labels.Of("__name__", $"metric_{i / 1000:d3}", "instance", $"10.0.0.{i / 10 % 100:d3}:9100", "job", "node", "mode", $"{i % 10}"),
                [new ChunkMeta(0, 100, 18 + (i * 200L), 200, times, 0, 10, false)]);
        }
        var file = new MemoryStream();
        Assert.InRange(writer.WriteTo(file) / 100_000.0, 4, 12);
    }

    [Fact]
    public void Postings_of_any_shape_come_back() =>
        Gen.Int[1, 5000].Array[0, 300].Sample(gaps =>
        {
            var series = new uint[gaps.Length];
            var last = 0U;
            for (var i = 0; i < gaps.Length; i++)
            {
                series[i] = last += (uint)gaps[i];
            }
            var buffer = new ByteBuffer();
            PostingsCodec.Write(series, buffer);
            var reader = new ByteReader(buffer.Written);
            Assert.Equal(series, PostingsCodec.Read(ref reader, 2_000_000));
            Assert.Equal(0, reader.Remaining);
            if (series.Length > 0)
            {
                Assert.Throws<CorruptDataException>(() =>
                {
                    var again = new ByteReader(buffer.Written);
                    PostingsCodec.Read(ref again, (int)series[^1]);
                });
            }
        }, iter: 2000);

    private static List<ChunkMeta[]> Write(string path, Labels[] sorted, int[] lengths, int[] columns)
    {
        var writer = new IndexWriter();
        var offset = (long)BlockFiles.HeaderLength;
        var known = new List<TimeMeta>();
        var all = new List<ChunkMeta[]>();
        for (var i = 0; i < sorted.Length; i++)
        {
            if (known.Count == 0 || columns[i] == 0)
            {
                known.Add(new TimeMeta(1000 * i, (1000 * i) + 500, offset, 20 + i, 50));
                writer.AddTimes(known[^1]);
                offset += 20 + i;
            }
            var chunks = new ChunkMeta[lengths[i]];
            var number = (uint)(columns[i] * 7919 % known.Count);
            for (var j = 0; j < chunks.Length; j++)
            {
                var times = known[(int)number];
                chunks[j] = j % 2 == 0
                    ? new ChunkMeta(times.MinTime, times.MaxTime, offset, 100 + j, number, 0, times.Count, j == 2)
                    : new ChunkMeta(times.MinTime + 5, times.MaxTime - 7, offset, 100 + j, number, 3, 40, true);
                offset += 100 + j;
            }
            writer.Add(sorted[i], chunks);
            all.Add(chunks);
        }
        using var file = File.Create(path);
        writer.WriteTo(file);
        return all;
    }

    private static void Check(BlockIndex index, Labels[] sorted, List<ChunkMeta[]> chunks)
    {
        Assert.Equal(sorted.Length, index.SeriesCount);
        var cache = new SymbolPages(index.SymbolCount);
        var bounded = new SymbolCache(index);
        var found = new List<ChunkMeta>();
        for (uint i = 0; i < sorted.Length; i++)
        {
            Assert.Equal(sorted[i], index.LabelsOf(i, cache));
            Assert.Equal(sorted[i], index.LabelsOf(i, bounded));
            found.Clear();
            index.ChunksOf(i, long.MinValue, long.MaxValue, found);
            Assert.Equal(chunks[(int)i], found);
        }
        Assert.Equal(sorted.SelectMany(labels => labels.Select(label => label.Name)).Distinct().Order(StringComparer.Ordinal), index.LabelNames());
        foreach (var group in sorted.SelectMany((labels, i) => labels.Select(label => (label.Name, label.Value, Series: (uint)i))).GroupBy(one => one.Name))
        {
            var values = group.GroupBy(one => one.Value).OrderBy(one => one.Key, StringComparer.Ordinal).ToList();
            Assert.Equal(values.Select(one => one.Key), index.ValuesOf(group.Key).Select(value => value.Value));
            foreach (var value in values)
            {
                Assert.Equal(value.Select(one => one.Series), index.SeriesWith(group.Key, value.Key));
            }
            Assert.Empty(index.SeriesWith(group.Key, "no such value"));
        }
        Assert.Empty(index.SeriesWith("no such name", "a"));
    }
}
