using Touchline.Model;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.OutOfOrder;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// The whole head in one file: it replaces every segment below its number, so that the log stays as long as the head and no
/// longer. Written while samples are appended; what is in it twice is passed over by the replay. Format: docs/formats/wal.md, "Checkpoint".
/// </summary>
internal static class Checkpoint
{
    private const int RecordBytes = 1024 * 1024;
    private const int RecordEntries = 10_000;

    /// <summary>Writes, syncs and renames; a failure leaves nothing behind.</summary>
    /// <param name="commits">Held while a record is filled, a millisecond or so, so that a series' chunks and newest sample belong together.</param>
    /// <param name="syncLog">Called before the checkpoint counts: it may hold one half of a batch, whose other half must be on disk too.</param>
    public static void Write(string directory, int number, MetricHead head, Lock commits, Action syncLog, CancellationToken cancellationToken)
    {
        WriteFile(directory, number, (file, record) =>
        {
            WriteMetadata(file, record, head);
            WriteSeries(file, record, head, commits, cancellationToken);
            WriteExtras(file, record, head);
            OutOfOrderCheckpoint.Write(file, record, head, commits, cancellationToken);
            syncLog();
        });
    }

    /// <summary>Writes a checkpoint without series: the metadata of metrics is all that is not in blocks.</summary>
    public static void WriteMetadata(string directory, int number, MetricHead head) =>
        WriteFile(directory, number, (file, record) => WriteMetadata(file, record, head));

    private static void WriteFile(string directory, int number, Action<FileStream, ByteBuffer> write)
    {
        var final = Path.Combine(directory, WalFormat.CheckpointName(number));
        var temporary = final + WalFormat.TemporaryExtension;
        try
        {
            using var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 0);
            file.Write(WalFormat.FileHeader());
            var record = new ByteBuffer(RecordBytes + 4096);
            write(file, record);
            record.Clear();
            record.Reserve(WalFormat.RecordHeaderLength);
            Write(file, record, WalRecordType.CheckpointEnd);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            // The next attempt has another number: a disk that is full would be filled by one after the other.
            File.Delete(temporary);
            throw;
        }
        DurableFiles.Rename(temporary, final);
    }

    public static void Read(ReadOnlySpan<byte> payload, ILogVisitor into)
    {
        var reader = new ByteReader(payload);
        while (reader.Remaining > 0)
        {
            var reference = (uint)reader.ReadVarint();
            into.Series(reference, ref reader);
            for (var chunks = reader.ReadCount(); chunks > 0; chunks--)
            {
                var encoding = reader.ReadByte();
                var kind = (ChunkKind)reader.ReadByte();
                var count = reader.ReadVarint();
                var minTime = reader.ReadZigZag();
                var maxTime = minTime + (long)reader.ReadVarint();
                var bytes = reader.ReadBytes(reader.ReadCount());
                if (encoding != (byte)ChunkEncoding.Head || kind > ChunkKind.Histogram || count is 0 or > HeadChunk.MaxSamples)
                {
                    throw new CorruptDataException($"chunk encoding {encoding}, kind {(byte)kind}, {count} samples is unknown to this version");
                }
                into.Chunk(reference, kind, minTime, maxTime, (int)count, bytes);
            }
            into.LastBits(reference, reader.ReadUInt64());
        }
    }

    private static void WriteMetadata(FileStream file, ByteBuffer record, MetricHead head)
    {
        List<(string, MetricMetadata)> metadata = [.. head.Metadata.Copy().Select(entry => (entry.Key, entry.Value))];
        if (metadata.Count > 0)
        {
            BatchRecord.Write(record, [], metadata, [], []);
            file.Write(record.Written);
        }
    }

    /// <summary>As batches: exemplars that no block has yet, and since when series count.</summary>
    private static void WriteExtras(FileStream file, ByteBuffer record, MetricHead head)
    {
        var exemplars = head.Exemplars.Within(head.OldestOpenTime, long.MaxValue);
        exemplars.RemoveAll(entry => head.Find(entry.Series) is not { IsLogged: true });
        foreach (var part in exemplars.Chunk(RecordEntries))
        {
            BatchRecord.Write(record, [], [], [], [.. part]);
            file.Write(record.Written);
        }
        foreach (var part in head.Created.Living(head).Chunk(RecordEntries))
        {
            BatchRecord.Write(record, [], [], [], [], null, [.. part]);
            file.Write(record.Written);
        }
    }

    private static void WriteSeries(FileStream file, ByteBuffer record, MetricHead head, Lock commits, CancellationToken cancellationToken)
    {
        var index = head.Index;
        var references = index.AllSeries();
        var walk = new ChunkWalk();
        for (var next = 0; next < references.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            record.Clear();
            record.Reserve(WalFormat.RecordHeaderLength);
            lock (commits)
            {
                for (; next < references.Length && record.Length < RecordBytes; next++)
                {
                    if (head.Find(references[next]) is { IsLogged: true } series)
                    {
                        WriteOne(record, series, index.LabelsOf(references[next]), walk.Within(series, long.MinValue, long.MaxValue));
                    }
                }
            }
            if (record.Length > WalFormat.RecordHeaderLength)
            {
                Write(file, record, WalRecordType.SeriesChunks);
            }
        }
    }

    private static void WriteOne(ByteBuffer record, HeadSeries series, Labels labels, List<HeadChunk> chunks)
    {
        record.WriteVarint(series.Reference);
        BatchRecord.WriteLabels(record, labels);
        record.WriteVarint((ulong)chunks.Count);
        foreach (var chunk in chunks)
        {
            var bytes = chunk.ToBytes();
            record.WriteByte((byte)ChunkEncoding.Head);
            record.WriteByte((byte)chunk.Kind);
            record.WriteVarint((ulong)chunk.Count);
            record.WriteZigZag(chunk.MinTime);
            record.WriteVarint((ulong)(chunk.MaxTime - chunk.MinTime));
            record.WriteVarint((ulong)bytes.Length);
            record.WriteBytes(bytes);
        }
        record.WriteUInt64(series.LastBits);
    }

    private static void Write(FileStream file, ByteBuffer record, WalRecordType type)
    {
        WalFormat.Seal(record, type);
        file.Write(record.Written);
    }
}
