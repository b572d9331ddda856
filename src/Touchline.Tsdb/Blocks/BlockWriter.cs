using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Writes a block beside the others and gives it its name once every file of it is on disk: a crash leaves a directory that is
/// recognised and removed, never half a block.
/// </summary>
internal sealed class BlockWriter : IDisposable
{
    private readonly string _final;
    private readonly string _temporary;
    private readonly string _ulid;
    private readonly FileStream _chunks;
    private readonly IndexWriter _index = new();
    private readonly ByteBuffer _buffer = new(64 * 1024);
    private readonly List<ChunkMeta> _metas = [];
    private long _offset = BlockFiles.HeaderLength;
    private long _chunkCount;
    private long _sampleCount;
    private bool _finished;

    public BlockWriter(string directory, string ulid)
    {
        _ulid = ulid;
        _final = Path.Combine(directory, ulid);
        _temporary = _final + BlockFiles.TemporaryExtension;
        Directory.CreateDirectory(_temporary);
        _chunks = new FileStream(Path.Combine(_temporary, BlockFiles.Chunks), FileMode.CreateNew, FileAccess.Write, FileShare.None, 256 * 1024);
        _chunks.Write(BlockFiles.ChunksHeader());
    }

    public int SeriesCount => _index.SeriesCount;

    /// <summary>Adds a series with its samples, ascending in time. Series come in the order of their labels.</summary>
    public void Add(Labels labels, SampleColumns rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        _metas.Clear();
        for (var start = 0; start < rows.Count;)
        {
            var count = ChunkLength(rows, start);
            _buffer.Clear();
            SealedChunk.Write(rows, start, count, _buffer);
            _chunks.Write(_buffer.Written);
            _metas.Add(new ChunkMeta(rows.Timestamps[start], rows.Timestamps[start + count - 1], _offset, _buffer.Length));
            _offset += _buffer.Length;
            start += count;
        }
        _chunkCount += _metas.Count;
        _sampleCount += rows.Count;
        _index.Add(labels, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_metas));
    }

    /// <summary>Makes the block durable under its name, and answers its directory.</summary>
    /// <param name="minTimeMs">The first time of its range.</param>
    /// <param name="maxTimeMs">The first time behind its range.</param>
    /// <param name="describe">Adds to the description where the block is not simply cut from the head.</param>
    public string Finish(long minTimeMs, long maxTimeMs, Func<BlockMeta, BlockMeta>? describe = null)
    {
        _chunks.Flush(flushToDisk: true);
        _chunks.Dispose();
        long indexBytes;
        using (var index = new FileStream(Path.Combine(_temporary, BlockFiles.Index), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
        {
            indexBytes = _index.WriteTo(index);
            index.Flush(flushToDisk: true);
        }
        var meta = new BlockMeta
        {
            Ulid = _ulid,
            MinTimeMs = minTimeMs,
            MaxTimeMs = maxTimeMs,
            Series = _index.SeriesCount,
            Chunks = _chunkCount,
            Samples = _sampleCount,
            ChunkBytes = _offset,
            IndexBytes = indexBytes,
            Sources = [_ulid],
        };
        meta = describe?.Invoke(meta) ?? meta;
        using (var file = new FileStream(Path.Combine(_temporary, BlockFiles.Meta), FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
        {
            file.Write(meta.ToJson());
            file.Flush(flushToDisk: true);
        }
        DurableFiles.SyncDirectory(_temporary);
        DurableFiles.Rename(_temporary, _final);
        _finished = true;
        return _final;
    }

    /// <summary>Removes what was written where the block was not finished.</summary>
    public void Dispose()
    {
        try
        {
            _chunks.Dispose();
        }
        finally
        {
            if (!_finished && Directory.Exists(_temporary))
            {
                Directory.Delete(_temporary, recursive: true);
            }
        }
    }

    /// <summary>As many rows of one kind as fit a chunk; what does not fit is shared out evenly.</summary>
    private static int ChunkLength(SampleColumns rows, int start)
    {
        var run = rows.Count - start;
        if (rows.HasHistograms)
        {
            var isHistogram = rows.Histograms[start] is not null;
            for (var i = start; i < rows.Count; i++)
            {
                if (rows.Histograms[i] is not null != isHistogram)
                {
                    run = i - start;
                    break;
                }
            }
        }
        var chunks = (run + SealedChunk.MaxSamples - 1) / SealedChunk.MaxSamples;
        return (run + chunks - 1) / chunks;
    }
}
