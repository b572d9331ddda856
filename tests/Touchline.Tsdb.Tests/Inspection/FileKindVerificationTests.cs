using Touchline.Model;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Inspection;
using Touchline.Tsdb.Tests.Aggregates;
using Touchline.Tsdb.Wal;
using static Touchline.Tsdb.Tests.TestStore;

namespace Touchline.Tsdb.Tests.Inspection;

/// <summary>Damage to each kind of file beside index, chunks and meta.json, some of it under a checksum that holds.</summary>
public sealed class FileKindVerificationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("touchline-verify-").FullName;

    public FileKindVerificationTests() => Directory.CreateDirectory(Path.Combine(_folder, "wal"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Records_that_say_what_cannot_be_are_named_with_their_place()
    {
        var good = Record(WalRecordType.Batch, payload =>
        {
            payload.WriteVarint(1);
            payload.WriteVarint(7);
            BatchRecord.WriteLabels(payload, SeriesLabels("m", 1));
            payload.WriteVarint(0);
            Sample(payload, 7);
        });
        Assert.Empty(FindingsOf("00000001.wal", good));
        AssertFinding("00000001.wal", "the labels of series 0 are not valid", good, Record(WalRecordType.Batch, payload =>
        {
            payload.WriteVarint(1);
            payload.WriteVarint(0);
            BatchRecord.WriteLabels(payload, SeriesLabels("m", 1));
            payload.WriteVarint(0);
            payload.WriteVarint(0);
            payload.WriteVarint(0);
        }));
        AssertFinding("00000001.wal", "", good, Record(WalRecordType.Batch, payload => payload.WriteVarint(1000)));
        AssertFinding("00000001.wal", "a record has the type 99", good, Record((WalRecordType)99, payload => payload.WriteVarint(0)));
        AssertFinding("00000001.wal", "", good, Record(WalRecordType.Deletion, payload => payload.WriteVarint(3)));
        var orphan = Assert.Single(FindingsOf("00000001.wal", good, Record(WalRecordType.Batch, payload =>
        {
            payload.WriteVarint(0);
            payload.WriteVarint(0);
            Sample(payload, 8);
        })));
        Assert.StartsWith("1 samples belong to series whose labels", orphan.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Chunks_of_a_checkpoint_are_decoded()
    {
        var end = Record(WalRecordType.CheckpointEnd, _ => { });
        Assert.Empty(FindingsOf("00000001.checkpoint", Chunks(3), end));
        AssertFinding("00000001.checkpoint", "", Chunks(4), end);
        AssertFinding("00000001.checkpoint", "a chunk holds other samples than its header says", Chunks(2), end);
        Assert.Contains(FindingsOf("00000001.checkpoint", Chunks(3)), finding => finding.Problem.StartsWith("the checkpoint has no end", StringComparison.Ordinal));

        byte[] Chunks(int count) => Record(WalRecordType.SeriesChunks, payload =>
        {
            var bytes = Encoded();
            payload.WriteVarint(1);
            BatchRecord.WriteLabels(payload, SeriesLabels("m", 1));
            payload.WriteVarint(1);
            payload.WriteByte((byte)ChunkEncoding.Head);
            payload.WriteByte((byte)ChunkKind.Float);
            payload.WriteVarint((ulong)count);
            payload.WriteZigZag(T0);
            payload.WriteVarint(30_000);
            payload.WriteVarint((ulong)bytes.Length);
            payload.WriteBytes(bytes);
            payload.WriteUInt64(0);
        });
    }

    [Fact]
    public void Damaged_chunk_in_a_file_of_the_head_is_named_and_the_others_are_counted()
    {
        var head = Path.Combine(_folder, "head");
        var archive = new ChunkArchive(head, _ => { });
        var bytes = Encoded();
        for (var i = 0; i < 200_000 && Directory.GetFiles(head).Length == 0; i++)
        {
            archive.Add(0, ChunkKind.Float, T0, T0 + 30_000, T0 + (2 * Hour), 3, bytes.Length, out var room);
            bytes.CopyTo(room);
        }
        var path = Assert.Single(Directory.GetFiles(head));
        var whole = Verify();
        Assert.Empty(whole.Findings);
        Assert.InRange(whole.HeadChunks, 100, 200_000);
        var second = (ChunkArchive.HeaderLength + bytes.Length + 7) & ~7;
        foreach (var at in (int[])[second, second + 20, second + 33, second + ChunkArchive.HeaderLength])
        {
            Flip(path, at);
            var report = Verify();
            var finding = Assert.Single(report.Findings);
            Assert.Equal((path, (long?)second), (finding.File, finding.Offset));
            Assert.Equal(whole.HeadChunks - 1, report.HeadChunks);
            Flip(path, at);
        }
        GC.KeepAlive(archive);
    }

    [Fact]
    public void Every_flipped_byte_of_metric_reads_and_tombstones_is_found()
    {
        using var store = new TestStore(options => options.RetentionTimeMs = 0);
        store.Fill(3, T0, T0 + (4 * Hour), 60_000);
        store.Tsdb.RunMaintenance();
        store.Tsdb.DeleteSeries([], T0, T0 + Hour, CancellationToken.None);
        using (var querier = store.Tsdb.OpenQuerier(long.MinValue, long.MaxValue))
        {
            querier.Select([], true, new Touchline.Storage.SelectHints(Touchline.Storage.SampleReading.Last, 0, 300_000), CancellationToken.None);
        }
        store.Tsdb.Dispose();
        Assert.Empty(DataVerification.Run(store.Options.Path, _ => { }, default).Findings);
        string[] files = [Path.Combine(store.Options.Path, "metric-reads"), .. Directory.GetFiles(store.BlocksDirectory, "tombstones", SearchOption.AllDirectories)];
        Assert.True(files.Length > 1);
        foreach (var file in files)
        {
            for (var at = 0; at < new FileInfo(file).Length; at++)
            {
                Flip(file, at);
                Assert.Contains(DataVerification.Run(store.Options.Path, _ => { }, default).Findings, finding => finding.File == file && finding.Cost.Length > 0);
                Flip(file, at);
            }
        }
    }

    [Fact]
    public void Journal_of_imports_that_cannot_be_read_is_named()
    {
        var path = Path.Combine(_folder, "prometheus-imports.json");
        File.WriteAllText(path, "{ \"version\": ");
        Assert.Equal(path, Assert.Single(Verify().Findings).File);
    }

    [Fact]
    public void Columns_of_aggregates_must_fit_to_each_other()
    {
        var problems = new List<string>();
        var verification = new AggregateVerification((_, problem) => problems.Add(problem));
        var labels = SeriesLabels("m", 1);
        verification.Add(labels, [5]);
        verification.Add(AggregateLabel.Add(labels, Hour, AggregateColumn.Last), [10, 20]);
        verification.Add(AggregateLabel.Add(labels, Hour, AggregateColumn.Sum), [10, 20]);
        verification.Add(AggregateLabel.Add(labels, 300_000, AggregateColumn.Last), [10]);
        verification.End();
        Assert.Empty(problems);
        Assert.Equal(Hour, verification.CoarsestMs);

        verification.Add(AggregateLabel.Add(labels, Hour, AggregateColumn.Last), [10, 20]);
        verification.Add(AggregateLabel.Add(labels, Hour, AggregateColumn.Sum), [10, 21]);
        verification.Add(Labels.FromSorted([.. labels, new Label(AggregateLabel.Name, "1h/median")]), [10]);
        verification.Add(AggregateLabel.Add(labels, 300_000, AggregateColumn.HistogramCount), [10]);
        verification.End();
        Assert.Equal(
            [
                "the column sum of its aggregates has rows that the column last has not",
                "a column of aggregates is called 1h/median, which this version does not know",
                "the column histogram_count of its aggregates has rows that the column histogram has not",
            ],
            problems);
    }

    [Fact]
    public void Blocks_of_aggregates_are_whole_and_their_columns_are_no_series_to_the_analysis()
    {
        using var aged = new AgedStore();
        aged.Store.Tsdb.Dispose();
        Assert.Empty(DataVerification.Run(aged.Store.Options.Path, _ => { }, default).Findings);
        var counted = 0;
        foreach (var directory in Directory.GetDirectories(aged.Store.BlocksDirectory))
        {
            var block = Block.Open(directory, (_, _) => { });
            if (block.Meta.ResolutionMs > 0)
            {
                var symbols = new SymbolPages(block.Index.SymbolCount);
                var series = Enumerable.Range(0, block.Index.SeriesCount)
                    .Select(i => AggregateLabel.TryRemove(block.Index.LabelsOf((uint)i, symbols), out var without, out _, out _) ? without : block.Index.LabelsOf((uint)i, symbols))
                    .ToHashSet();
                var cardinality = new BlockCardinality(block);
                Assert.InRange(series.Count, 1, block.Index.SeriesCount - 1);
                Assert.Equal(series.Count, cardinality.Series);
                Assert.Equal(series.Sum(labels => labels.Count), cardinality.PostingsEntries);
                Assert.All(cardinality.Labels(100), label => Assert.DoesNotContain(AggregateLabel.Name, label.Name, StringComparison.Ordinal));
                Assert.Equal(series.Count, cardinality.Metrics(1000).Sum(metric => metric.Count));
                counted++;
            }
            block.Release();
        }
        Assert.True(counted > 0);
    }

    private static byte[] Encoded()
    {
        var state = default(HeadCodecState);
        var bytes = new byte[3 * HeadCodec.MaxSampleLength];
        var length = 0;
        foreach (var (time, value) in new[] { (T0, 1.5), (T0 + 15_000, 2.5), (T0 + 30_000, 4.5) })
        {
            length += HeadCodec.Encode(ref state, bytes.AsSpan(length), time, value);
        }
        return bytes[..length];
    }

    /// <summary>One sample bit for bit, at a time of its own, and no exemplars.</summary>
    private static void Sample(ByteBuffer payload, long reference)
    {
        payload.WriteVarint(1);
        payload.WriteVarint((PrefixVarint.ZigZag(reference - 1) << 3) | 2 | 4);
        payload.WriteZigZag(T0);
        payload.WriteDouble(1.5);
        payload.WriteVarint(0);
    }

    private static byte[] Record(WalRecordType type, Action<ByteBuffer> payload)
    {
        var record = new ByteBuffer();
        record.Reserve(WalFormat.RecordHeaderLength);
        payload(record);
        WalFormat.Seal(record, type);
        return record.Written.ToArray();
    }

    private static void Flip(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = at;
        var flipped = (byte)(file.ReadByte() ^ 0x11);
        file.Position = at;
        file.WriteByte(flipped);
    }

    private IReadOnlyList<VerifyFinding> FindingsOf(string name, params byte[][] records)
    {
        File.WriteAllBytes(Path.Combine(_folder, "wal", name), [.. WalFormat.FileHeader(), .. records.SelectMany(record => record)]);
        return Verify().Findings;
    }

    /// <summary>That the last of two records is found fault with, or the first where the last is an end.</summary>
    private void AssertFinding(string name, string problem, params byte[][] records)
    {
        var bad = records[^1].Length > WalFormat.RecordHeaderLength ? records.Length - 1 : 0;
        var offset = WalFormat.FileHeaderLength + records[..bad].Sum(record => record.Length);
        var finding = Assert.Single(FindingsOf(name, records));
        Assert.Equal((Path.Combine(_folder, "wal", name), (long?)offset), (finding.File, finding.Offset));
        Assert.StartsWith(problem, finding.Problem, StringComparison.Ordinal);
        Assert.NotEmpty(finding.Cost);
    }

    private VerifyReport Verify() => DataVerification.Run(_folder, _ => { }, default);
}
