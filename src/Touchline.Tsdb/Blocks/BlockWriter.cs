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
    private readonly string _temporary;
    private readonly string _ulid;
    private readonly FileStream _chunks;
    private readonly IndexWriter _index = new();
    private readonly ByteBuffer _buffer = new(64 * 1024);
    private readonly TimeColumns _columns = new();
    private readonly List<TimeSlice> _slices = [];
    private readonly List<(byte[] Record, int Count)> _records = [];
    private readonly List<ChunkMeta> _metas = [];
    private long _offset = BlockFiles.HeaderLength;
    private long _chunkCount;
    private long _sampleCount;
    private bool _finished;

    public BlockWriter(string directory, string ulid)
    {
        _ulid = ulid;
        _temporary = Path.Combine(directory, ulid) + BlockFiles.TemporaryExtension;
        Directory.CreateDirectory(_temporary);
        try
        {
            _chunks = new FileStream(Path.Combine(_temporary, BlockFiles.Chunks), FileMode.CreateNew, FileAccess.Write, FileShare.None, 256 * 1024);
        }
        catch
        {
            Directory.Delete(_temporary, recursive: true);
            throw;
        }
        _chunks.Write(BlockFiles.ChunksHeader());
    }

    public int SeriesCount => _index.SeriesCount;

    /// <summary>Adds a series with its samples, ascending in time. Series come in the order of their labels.</summary>
    /// <param name="extras">What there is to keep beside them.</param>
    public void Add(Labels labels, SampleColumns rows, SeriesExtras? extras = null)
    {
        if (rows.Count == 0)
        {
            return;
        }
        _slices.Clear();
        _columns.Find(rows.Timestamps, _slices);
        if (_slices.Count == 0)
        {
            WriteTimes(rows.Timestamps);
        }
        _metas.Clear();
        var start = 0;
        foreach (var slice in _slices)
        {
            for (var done = 0; done < slice.Count;)
            {
                var count = ChunkLength(rows, start, slice.Count - done);
                WriteChunk(rows, start, new TimeSlice(slice.Times, slice.Skip + done, count));
                done += count;
                start += count;
            }
        }
        _chunkCount += _metas.Count;
        _sampleCount += rows.Count;
        _index.Add(labels, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_metas), extras);
    }

    /// <summary>Makes the block durable under its name, and answers its directory.</summary>
    /// <param name="minTimeMs">The first time of its range.</param>
    /// <param name="maxTimeMs">The first time behind its range.</param>
    /// <param name="describe">Adds to the description where the block is not simply cut from the head.</param>
    public string Finish(long minTimeMs, long maxTimeMs, Func<BlockMeta, BlockMeta>? describe = null) =>
        BlockFiles.GiveName(Complete(minTimeMs, maxTimeMs, describe));

    /// <summary>
    /// As <see cref="Finish"/>, but leaves it without its name, for the catalog to give it: until then a crash takes it away. The directory is the
    /// caller's from here on.
    /// </summary>
    public string Complete(long minTimeMs, long maxTimeMs, Func<BlockMeta, BlockMeta>? describe = null)
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
        _finished = true;
        return _temporary;
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

    /// <summary>Writes times that no series had before, shared out evenly over as few columns as hold them.</summary>
    private void WriteTimes(ReadOnlySpan<long> times)
    {
        _records.Clear();
        var columns = (times.Length + SealedChunk.MaxSamples - 1) / SealedChunk.MaxSamples;
        var each = (times.Length + columns - 1) / columns;
        for (var start = 0; start < times.Length; start += each)
        {
            var part = times[start..Math.Min(times.Length, start + each)];
            _buffer.Clear();
            TimeColumn.Write(part, _buffer);
            _chunks.Write(_buffer.Written);
            _slices.Add(new TimeSlice(_index.AddTimes(new TimeMeta(part[0], part[^1], _offset, _buffer.Length, part.Length)), 0, part.Length));
            _records.Add((_buffer.Written.ToArray(), part.Length));
            _offset += _buffer.Length;
        }
        _columns.Remember(times, _slices[0].Times, _records);
    }

    private void WriteChunk(SampleColumns rows, int start, TimeSlice times)
    {
        _buffer.Clear();
        SealedChunk.Write(rows, start, times.Count, _buffer);
        _chunks.Write(_buffer.Written);
        var hasMarks = (rows.HasHistograms && rows.Histograms[start] is not null) || ValueColumn.HasStale(rows.Values.Slice(start, times.Count));
        _metas.Add(new ChunkMeta(
            rows.Timestamps[start], rows.Timestamps[start + times.Count - 1], _offset, _buffer.Length, times.Times, times.Skip, times.Count, hasMarks));
        _offset += _buffer.Length;
    }

    /// <summary>As many of the rows as are of one kind.</summary>
    private static int ChunkLength(SampleColumns rows, int start, int limit)
    {
        if (!rows.HasHistograms)
        {
            return limit;
        }
        var histograms = rows.Histograms.Slice(start, limit);
        var isHistogram = histograms[0] is not null;
        var run = 1;
        while (run < limit && histograms[run] is not null == isHistogram)
        {
            run++;
        }
        return isHistogram ? HistogramColumn.ChunkLength(histograms[..run]) : run;
    }
}
