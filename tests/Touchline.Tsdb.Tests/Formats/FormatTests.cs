using Touchline.Conformance;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Tests.Formats;

/// <summary>The formats of docs/formats/ against files written earlier: today's code writes the same and reads them.</summary>
public sealed class FormatTests
{
    private const long T0 = 1_700_006_400_000;

    private static readonly NativeHistogram Histogram = new()
    {
        CounterResetHint = CounterResetHint.NotCounterReset,
        Schema = 3,
        ZeroThreshold = 1e-128,
        ZeroCount = 2,
        Count = 12,
        Sum = 18.4,
        PositiveSpans = [new(-3, 2), new(1, 1)],
        PositiveBuckets = [1, 4, 2],
        NegativeSpans = [new(0, 1)],
        NegativeBuckets = [3],
    };

    private static readonly double[] Mixed =
        [1, 1, 2.5, 2.75, StaleMarker.Value, StaleMarker.Value, 0.1, Math.PI, -0.0, double.NaN, double.PositiveInfinity, 1e300, 12, 13, 14];

    [Fact]
    public void Head_chunk_is_as_documented()
    {
        // A run that ends, irregular times for a while, and a run that is still open.
        double[] values = [.. Mixed, 14, 14, 14, .. Enumerable.Range(0, 30).Select(i => i / 4.0), 7, 7, 7, 7];
        var rows = Rows(values, i => (i * 15_000) + (i == 4 || i is > 20 and < 28 ? i : 0));
        var state = default(HeadCodecState);
        var bytes = new byte[1024];
        var used = 0;
        for (var row = 0; row < rows.Count; row++)
        {
            used += HeadCodec.Encode(ref state, bytes.AsSpan(used), rows.Timestamps[row], rows.Values[row]);
        }
        GoldenFile.AssertSame("chunk-head", bytes.AsSpan(0, used));
        var decoded = new SampleColumns();
        HeadCodec.Decode(GoldenFile.Read("chunk-head"), rows.Count, ChunkKind.Float, long.MinValue, long.MaxValue, decoded);
        AssertSame(rows, decoded);
    }

    [Theory]
    [InlineData("constant")]
    [InlineData("counter")]
    [InlineData("decimals")]
    [InlineData("near-decimals")]
    [InlineData("off-decimals")]
    [InlineData("single-precision")]
    [InlineData("random")]
    [InlineData("few")]
    [InlineData("huge")]
    [InlineData("mixed")]
    public void Sealed_chunk_is_as_documented(string kind)
    {
        var values = Enumerable.Range(0, 40).Select(i => kind switch
        {
            "constant" => 17.5,
            "counter" => 1000 + (i * 60.0) + (i % 5 * 3),
            "decimals" => i == 20 ? StaleMarker.Value : (5000 + (i * i % 17)) / 100.0,
            "near-decimals" => (132_000 + (i * 7)) * 0.001,
            "off-decimals" => (132_000 + (i * 7)) / 1000.0 / 1000.0,
            "single-precision" => (float)Math.Sin(i) * 100,
            "random" => BitConverter.UInt64BitsToDouble(0x3fe0_0000_0000_0000 | ((ulong)i * 0x0005_dead_beef_1234 & 0x000f_ffff_ffff_ffff)),
            "few" => i % 3 == 0 ? Math.PI : Math.E,
            "huge" => 1e300 + (i * 1e286),
            _ => Mixed[i % Mixed.Length],
        }).ToArray();
        var rows = Rows(values, i => (i * 15_000) + (i % 7 == 3 ? 2 : 0) + (i > 30 ? 60_000 : 0));
        var buffer = new ByteBuffer();
        SealedChunk.Write(rows, 0, rows.Count, buffer);
        GoldenFile.AssertSame("chunk-sealed-" + kind, buffer.Written);
        var decoded = new SampleColumns();
        SealedChunk.Read(GoldenFile.Read("chunk-sealed-" + kind), rows.Timestamps, long.MinValue, long.MaxValue, decoded);
        AssertSame(rows, decoded);
    }

    [Fact]
    public void Column_of_times_is_as_documented()
    {
        var times = Enumerable.Range(0, 40).Select(i => T0 + (i * 15_000) + (i % 7 == 3 ? 2 : 0) + (i > 30 ? 60_000 : 0)).ToArray();
        var buffer = new ByteBuffer();
        TimeColumn.Write(times, buffer);
        GoldenFile.AssertSame("times", buffer.Written);
        var decoded = new long[times.Length];
        TimeColumn.Read(GoldenFile.Read("times"), decoded);
        Assert.Equal(times, decoded);
    }

    [Fact]
    public void Histogram_chunk_is_as_documented()
    {
        var rows = new SampleColumns();
        rows.Add(T0, Histogram);
        rows.Add(T0 + 15_000, Histogram with { IsFloat = true, Sum = -0.0, Count = 0.3 });
        var buffer = new ByteBuffer();
        SealedChunk.Write(rows, 0, rows.Count, buffer);
        GoldenFile.AssertSame("chunk-sealed-histogram", buffer.Written);
        var decoded = new SampleColumns();
        SealedChunk.Read(GoldenFile.Read("chunk-sealed-histogram"), rows.Timestamps, long.MinValue, long.MaxValue, decoded);
        HistogramAssert.Same(rows.Histograms[0]!, decoded.Histograms[0]);
        HistogramAssert.Same(rows.Histograms[1]!, decoded.Histograms[1]);
    }

    [Fact]
    public void Log_segment_is_as_documented()
    {
        var file = new ByteBuffer();
        file.WriteBytes(WalFormat.FileHeader());
        file.WriteBytes(Batch());
        GoldenFile.AssertSame("wal-segment", file.Written);
        AssertLog("00000001.wal", GoldenFile.Read("wal-segment"));
    }

    [Fact]
    public void Log_segment_of_the_first_form_is_still_read() => AssertLog("00000001.wal", GoldenFile.Read("wal-segment-first-form"));

    [Fact]
    public void Checkpoint_is_as_documented()
    {
        var head = new MetricHead(7_200_000);
        var replay = new WalReplay(head);
        BatchRecord.Read(Batch().AsSpan(WalFormat.RecordHeaderLength), replay);
        var directory = Directory.CreateTempSubdirectory("touchline-golden-");
        try
        {
            Checkpoint.Write(directory.FullName, 2, head, new Lock(), () => { }, default);
            GoldenFile.AssertSame("wal-checkpoint", File.ReadAllBytes(Path.Combine(directory.FullName, "00000002.checkpoint")));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
        AssertLog("00000002.checkpoint", GoldenFile.Read("wal-checkpoint"));
    }

    [Fact]
    public void Index_is_as_documented()
    {
        var writer = new IndexWriter();
        var shared = writer.AddTimes(new TimeMeta(T0, T0 + 90_000, 8, 20, 7));
        ChunkMeta[] first = [new(T0, T0 + 90_000, 28, 100, shared, 0, 7, true)];
        var extras = new SeriesExtras();
        extras.AddExemplars([new Exemplar(Labels.Of("trace_id", "00c0ffee", "who", "Zoë"), 0.5, T0 + 5), new Exemplar(Labels.Empty, 1, T0 + 4)]);
        extras.AddCreated(T0 - 1000);
        extras.AddCreated(T0 + 30_000);
        writer.Add(Labels.Of("__name__", "a", "job", "api"), first, extras);
        var own = writer.AddTimes(new TimeMeta(T0 + 5, T0 + 6, 128, 10, 2));
        writer.Add(Labels.Of("__name__", "a", "job", "apß"), [new ChunkMeta(T0 + 5, T0 + 6, 138, 20, own, 0, 2, false)]);
        ChunkMeta[] third = [new(T0, T0 + 45_000, 158, 20, shared, 0, 4, false), new(T0 + 60_000, T0 + 90_000, 178, 9, shared, 4, 3, false)];
        writer.Add(Labels.Of("__name__", "b", "job", "api"), third);
        var file = new MemoryStream();
        writer.WriteTo(file);
        GoldenFile.AssertSame("index", file.ToArray());

        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, GoldenFile.Read("index"));
            using var index = BlockIndex.Open(path);
            Assert.Equal(["__name__", "job"], index.LabelNames());
            Assert.Equal([0u, 2], index.SeriesWith("job", "api"));
            Assert.Equal([1u], index.SeriesWith("job", "apß"));
            Assert.Equal(Labels.Of("__name__", "b", "job", "api"), index.LabelsOf(2, new SymbolPages(index.SymbolCount)));
            var chunks = new List<ChunkMeta>();
            index.ChunksOf(0, T0, long.MaxValue, chunks);
            Assert.Equal(first, chunks);
            chunks.Clear();
            index.ChunksOf(2, T0 + 46_000, long.MaxValue, chunks);
            Assert.Equal(third[1..], chunks);
            Assert.Equal([0u], index.SeriesWithExemplars());
            var read = new SeriesExtras();
            index.ExtrasOf(0, read);
            index.ExtrasOf(1, read);
            Assert.Equal(extras.Exemplars, read.Exemplars);
            Assert.Equal(extras.Created, read.Created);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Meta_is_as_documented()
    {
        var meta = new BlockMeta
        {
            Ulid = "01HF7YAT00QJ3E5FZB2G7V3N8K",
            MinTimeMs = T0,
            MaxTimeMs = T0 + 7_200_000,
            Series = 3,
            Chunks = 4,
            Samples = 5,
            ChunkBytes = 6,
            IndexBytes = 7,
            Sources = ["01HF7YAT00QJ3E5FZB2G7V3N8K"],
        };
        GoldenFile.AssertSame("meta.json", meta.ToJson());
        var read = BlockMeta.FromJson(GoldenFile.Read("meta.json"));
        Assert.Equal(meta.MaxTimeMs, read.MaxTimeMs);
        Assert.Equal(meta.Sources, read.Sources);
    }

    [Fact]
    public void Register_of_blocks_is_as_documented()
    {
        List<RegisteredBlock> blocks = [new("01HF7YAT00QJ3E5FZB2G7V3N8K", T0, T0 + 7_200_000), new("01HF7YAT00QJ3E5FZB2G7V3N8M", -5, -1)];
        GoldenFile.AssertSame("block-register", BlockRegister.ToBytes(blocks).Written);
        Assert.Equal(blocks, BlockRegister.FromBytes(GoldenFile.Read("block-register")));
    }

    [Fact]
    public void Created_times_in_the_log_are_as_documented()
    {
        var record = new ByteBuffer();
        BatchRecord.Write(record, [(7, Labels.Of("__name__", "requests"))], [], [new PendingSample(new SeriesTable(new HeadMemory(7_200_000, null)).Create(7), T0, 1, null)], [], null, [(7, T0 - 1000)]);
        GoldenFile.AssertSame("wal-created", record.Written);
        var head = new MetricHead(7_200_000);
        BatchRecord.Read(GoldenFile.Read("wal-created").AsSpan(WalFormat.RecordHeaderLength), new WalReplay(head));
        Assert.Equal([T0 - 1000], head.Created.Of(7));
    }

    private static byte[] Batch()
    {
        var table = new SeriesTable(new HeadMemory(7_200_000, null));
        var (first, second) = (table.Create(1), table.Create(2));
        var record = new ByteBuffer();
        BatchRecord.Write(
            record,
            [(1, Labels.Of("__name__", "requests", "job", "api")), (2, Labels.Of("__name__", "latency", "city", "Zürich"))],
            [("requests", new MetricMetadata(MetricType.Counter, "Requests so far", "requests"))],
            [new PendingSample(first, T0, 42.5, null), new PendingSample(second, T0, double.NaN, HistogramCodec.ToBytes(Histogram, new ByteBuffer())), new PendingSample(first, T0 + 15_000, 43, null)],
            [(1, new Exemplar(Labels.Of("trace_id", "abc"), 0.5, T0))]);
        return record.Written.ToArray();
    }

    private static void AssertLog(string name, byte[] content)
    {
        var directory = Directory.CreateTempSubdirectory("touchline-golden-");
        try
        {
            Directory.CreateDirectory(Path.Combine(directory.FullName, "wal"));
            File.WriteAllBytes(Path.Combine(directory.FullName, "wal", name), content);
            using var store = new TestStore(directory: directory.FullName);
            Assert.Empty(store.Tsdb.Status().Damage);
            using var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue);
            Assert.Equal("requests", querier.Metadata()["requests"].Unit);
            var series = querier.Select([], true, default);
            Assert.Equal([Labels.Of("__name__", "latency", "city", "Zürich"), Labels.Of("__name__", "requests", "job", "api")], series.Select(one => one.Labels));
            var rows = new SampleColumns();
            series[1].Read(long.MinValue, long.MaxValue, rows);
            Assert.Equal([T0, T0 + 15_000], rows.Timestamps.ToArray());
            Assert.Equal([42.5, 43], rows.Values.ToArray());
            rows.Clear();
            series[0].Read(long.MinValue, long.MaxValue, rows);
            HistogramAssert.Same(Histogram, rows.Histograms[0]);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static SampleColumns Rows(double[] values, Func<int, long> offset)
    {
        var rows = new SampleColumns();
        for (var i = 0; i < values.Length; i++)
        {
            rows.Add(T0 + offset(i), values[i]);
        }
        return rows;
    }

    private static void AssertSame(SampleColumns expected, SampleColumns actual)
    {
        Assert.Equal(expected.Timestamps.ToArray(), actual.Timestamps.ToArray());
        Assert.Equal(expected.Values.ToArray().Select(BitConverter.DoubleToUInt64Bits), actual.Values.ToArray().Select(BitConverter.DoubleToUInt64Bits));
    }
}
