using CsCheck;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Prometheus;

namespace Touchline.Tsdb.Tests.Prometheus;

public sealed class PrometheusBlockTests : IDisposable
{
    private const string Name = "01HF7YAT00QJ3E5FZB2G7V3N8K";

    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-prometheus-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Whatever_is_written_is_read_again() => Histograms.Series.Array[40].Sample(histograms =>
    {
        var random = new Random(3);
        var expected = new SortedDictionary<Labels, SampleColumns>();
        for (var i = 0; i < 200; i++)
        {
            var rows = i % 5 == 0 ? histograms[i / 5] : Floats(random, 1 + random.Next(500));
            expected.Add(Labels.Of("__name__", $"m{i % 7}", "i", $"{i}", "text", i % 3 == 0 ? "" : "grün 🟢"), rows);
        }
        Write(expected);
        AssertHolds(expected, []);
        Directory.Delete(Path.Combine(_folder, Name), recursive: true);
    }, iter: 10, threads: 1);

    [Fact]
    public void Series_come_in_our_order_where_it_is_not_that_of_UTF_8()
    {
        var rows = Floats(new Random(1), 3);
        // U+1F7E2 has surrogates, which are less than U+FF5E as UTF-16 and more as UTF-8.
        var expected = new SortedDictionary<Labels, SampleColumns>
        {
            [Labels.Of("__name__", "m", "a", "\uff5e")] = rows,
            [Labels.Of("__name__", "m", "a", "🟢")] = rows,
            [Labels.Of("__name__", "m", "a", "z")] = rows,
            [Labels.Of("__name__", "m", "\uff5e", "1", "🟢", "2")] = rows,
        };
        Write(expected);
        AssertHolds(expected, []);
    }

    [Fact]
    public void Damaged_chunk_costs_itself()
    {
        var rows = Floats(new Random(1), 300);
        Write(new() { [Labels.Of("__name__", "m")] = rows });
        var path = Path.Combine(_folder, Name, "chunks", "000001");
        var bytes = File.ReadAllBytes(path);
        bytes[20] ^= 1;
        File.WriteAllBytes(path, bytes);
        var damage = new List<string>();
        using var block = PrometheusBlock.Open(Path.Combine(_folder, Name), damage.Add);
        var read = new SampleColumns();
        block.Read(Assert.Single(block.SeriesInOrder(default)), long.MinValue, long.MaxValue, read);
        Assert.Equal(rows.Timestamps[120..].ToArray(), read.Timestamps.ToArray());
        Assert.Contains(path, Assert.Single(damage), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_series_costs_itself()
    {
        var all = new SortedDictionary<Labels, SampleColumns>();
        for (var i = 0; i < 20; i++)
        {
            all.Add(Labels.Of("__name__", "m", "i", $"{i:00}"), Floats(new Random(i), 5));
        }
        Write(all);
        var path = Path.Combine(_folder, Name, "index");
        var bytes = File.ReadAllBytes(path);
        var series = (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(^52..)[8..]);
        bytes[((series + 15) / 16 * 16) + 3] ^= 1;
        File.WriteAllBytes(path, bytes);
        all.Remove(all.Keys.First());
        AssertHolds(all, ["hold no readable series"]);
    }

    [Fact]
    public void Deleted_samples_do_not_come_back()
    {
        var rows = Floats(new Random(1), 10);
        Write(new() { [Labels.Of("__name__", "m")] = rows, [Labels.Of("__name__", "n")] = rows });
        using (var block = PrometheusBlock.Open(Path.Combine(_folder, Name), _ => { }))
        {
            var first = block.SeriesInOrder(default)[0];
            var stones = new ByteBuffer();
            stones.WriteBigUInt32(PrometheusFiles.TombstonesMagic);
            stones.WriteByte(1);
            stones.WriteUvarint(first.Reference);
            stones.WriteGoVarint(rows.Timestamps[2]);
            stones.WriteGoVarint(rows.Timestamps[4]);
            stones.WriteBigUInt32(Crc32C.Of(stones.Written[5..]));
            File.WriteAllBytes(Path.Combine(_folder, Name, "tombstones"), stones.Written.ToArray());
        }
        var living = new SampleColumns();
        for (var i = 0; i < 10; i++)
        {
            if (i is < 2 or > 4)
            {
                living.AddRow(rows, i);
            }
        }
        AssertHolds(new() { [Labels.Of("__name__", "m")] = living, [Labels.Of("__name__", "n")] = rows }, []);
    }

    [Fact]
    public void Damage_anywhere_is_told_and_never_crashes()
    {
        var all = new SortedDictionary<Labels, SampleColumns>();
        for (var i = 0; i < 5; i++)
        {
            all.Add(Labels.Of("__name__", "m", "i", $"{i}"), Floats(new Random(i), 130));
        }
        Write(all);
        var block = Path.Combine(_folder, Name);
        var files = new[] { "index", "chunks/000001", "meta.json", "tombstones" }.Select(file => Path.Combine(block, file)).ToArray();
        var whole = files.Select(File.ReadAllBytes).ToArray();
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, 1 << 20], Gen.Byte[1, 255], Gen.Bool).Sample((file, at, noise, cut) =>
        {
            var bytes = (byte[])whole[file].Clone();
            bytes[at % bytes.Length] ^= noise;
            File.WriteAllBytes(files[file], cut ? bytes[..(at % bytes.Length)] : bytes);
            try
            {
                using var opened = PrometheusBlock.Open(block, _ => { });
                foreach (var series in opened.SeriesInOrder(default))
                {
                    opened.Read(series, long.MinValue, long.MaxValue, new SampleColumns());
                }
            }
            catch (CorruptDataException e)
            {
                Assert.Contains(block, e.Message, StringComparison.Ordinal);
            }
            finally
            {
                File.WriteAllBytes(files[file], whole[file]);
            }
        }, iter: 1500, threads: 1);
    }

    [Fact]
    public void Chunks_go_on_in_the_next_segment()
    {
        var all = new SortedDictionary<Labels, SampleColumns>();
        for (var i = 0; i < 30; i++)
        {
            all.Add(Labels.Of("__name__", "m", "i", $"{i:00}"), Floats(new Random(i), 200));
        }
        Write(all, maxSegmentBytes: 5000);
        Assert.True(Directory.GetFiles(Path.Combine(_folder, Name, "chunks")).Length > 3);
        AssertHolds(all, []);
    }

    private static SampleColumns Floats(Random random, int count)
    {
        var rows = new SampleColumns();
        var time = 1_700_000_000_000;
        for (var i = 0; i < count; i++)
        {
            rows.Add(time += random.Next(1, 30_000), random.Next(3) == 0 ? random.NextDouble() : i);
        }
        return rows;
    }

    private void Write(SortedDictionary<Labels, SampleColumns> all, long maxSegmentBytes = long.MaxValue)
    {
        using var writer = new PrometheusBlockWriter(_folder, Name, maxSegmentBytes);
        foreach (var (labels, rows) in all)
        {
            writer.Add(labels, rows);
        }
        writer.Finish(0, long.MaxValue);
    }

    private void AssertHolds(SortedDictionary<Labels, SampleColumns> expected, string[] damageParts)
    {
        var damage = new List<string>();
        using var block = PrometheusBlock.Open(Path.Combine(_folder, Name), damage.Add);
        var found = block.SeriesInOrder(default);
        Assert.Equal(expected.Keys, found.Select(series => block.LabelsOf(series)));
        foreach (var series in found)
        {
            var rows = new SampleColumns();
            block.Read(series, long.MinValue, long.MaxValue, rows);
            HistogramChunkTests.AssertSame(expected[block.LabelsOf(series)], rows);
        }
        Assert.Equal(damageParts.Length, damage.Count);
        Assert.All(damage.Zip(damageParts), pair => Assert.Contains(pair.Second, pair.First, StringComparison.Ordinal));
    }
}
