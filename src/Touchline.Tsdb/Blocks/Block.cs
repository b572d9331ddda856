using System.Buffers;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// An open block. Readers hold a reference while they read; the last one to leave closes the files, and deletes them where the
/// block was retired meanwhile. Thread-safe.
/// </summary>
internal sealed class Block
{
    private readonly MappedFile _chunks;
    private readonly Lock _lock = new();
    private readonly Action<Block, string> _damaged;
    private Tombstones _tombstones;
    private uint[]? _headReferences;
    private bool _saysTombstones;
    private int _references = 1; // The catalog's own.
    private string? _deleteWhenClosed;

    private Block(string directory, BlockMeta meta, BlockIndex index, MappedFile chunks, Tombstones tombstones, Action<Block, string> damaged)
    {
        Directory = directory;
        Meta = meta;
        Index = index;
        _chunks = chunks;
        _tombstones = tombstones;
        _damaged = damaged;
        _saysTombstones = meta.Tombstones;
    }

    public string Directory { get; }

    public BlockMeta Meta { get; }

    public BlockIndex Index { get; }

    /// <summary>The number of the last commit of the head that it may hold a part of; 0 where it holds none of this process. Set before others see the block.</summary>
    public long LastCommit { get; set; }

    /// <summary>What was deleted from it and is still in its files.</summary>
    public Tombstones Tombstones => Volatile.Read(ref _tombstones);

    /// <summary>
    /// By number of a series here: which series of the head it is, where a reader found that out; 0 where none has yet. The head never gives a reference to another series, so what
    /// stands here stays true.
    /// </summary>
    public uint[] HeadReferences => LazyInitializer.EnsureInitialized(ref _headReferences, () => new uint[Index.SeriesCount]);

    public long Bytes => Meta.ChunkBytes + Meta.IndexBytes;

    /// <summary>Opens a block directory and verifies everything but the chunks, whose checksums are verified when they are read.</summary>
    /// <param name="damaged">Told of each chunk that turns out to be damaged.</param>
    /// <exception cref="CorruptDataException">The message names the file and what is wrong with it.</exception>
    public static Block Open(string directory, Action<Block, string> damaged)
    {
        var meta = Check(Path.Combine(directory, BlockFiles.Meta), path => BlockMeta.FromJson(File.ReadAllBytes(path)));
        CheckLength(Path.Combine(directory, BlockFiles.Chunks), meta.ChunkBytes);
        CheckLength(Path.Combine(directory, BlockFiles.Index), meta.IndexBytes);
        var index = Check(Path.Combine(directory, BlockFiles.Index), BlockIndex.Open);
        try
        {
            var tombstones = Check(Path.Combine(directory, BlockFiles.Tombstones), path => OpenTombstones(path, meta.Tombstones));
            var chunks = Check(Path.Combine(directory, BlockFiles.Chunks), OpenChunks);
            return new Block(directory, meta, index, chunks, tombstones, damaged);
        }
        catch (CorruptDataException)
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Takes a reference, to be given back by <see cref="Release"/>. False where the block is closed.</summary>
    public bool TryAcquire()
    {
        lock (_lock)
        {
            if (_references == 0)
            {
                return false;
            }
            _references++;
            return true;
        }
    }

    /// <summary>Gives the memory back that reading its files has taken, for who goes through all of it.</summary>
    public void Forget()
    {
        Index.Forget();
        _chunks.Forget();
    }

    public void Release()
    {
        lock (_lock)
        {
            if (--_references > 0)
            {
                return;
            }
        }
        Index.Dispose();
        _chunks.Dispose();
        if (_deleteWhenClosed is not null)
        {
            System.IO.Directory.Delete(_deleteWhenClosed, recursive: true);
        }
    }

    /// <summary>Gives the catalog's reference back, and has the directory, renamed by now, deleted once nobody reads from it.</summary>
    public void ReleaseAndDelete(string renamedDirectory)
    {
        _deleteWhenClosed = renamedDirectory;
        Release();
    }

    /// <summary>Appends the samples of a chunk between the times. What is damaged is left out, reported, and answered as the reason.</summary>
    /// <param name="chunk">Of this block.</param>
    /// <param name="minTime">The first time that is wanted, inclusive.</param>
    /// <param name="maxTime">The last, inclusive.</param>
    /// <param name="into">What the samples are appended to.</param>
    /// <param name="cache">Where the times of neighbours may be found decoded; null where it is not worth it.</param>
    public string? Read(ChunkMeta chunk, long minTime, long maxTime, SampleColumns into, TimeCache? cache = null)
    {
        var before = into.Count;
        long[] rented = [];
        try
        {
            ReadOnlySpan<long> column;
            if (cache is not null)
            {
                column = TimesOf(chunk.Times, cache);
            }
            else
            {
                var meta = Index.TimesAt(chunk.Times);
                rented = ArrayPool<long>.Shared.Rent(meta.Count);
                TimeColumn.Read(Record(meta.Offset, meta.Length), rented.AsSpan(0, meta.Count));
                column = rented.AsSpan(0, meta.Count);
            }
            SealedChunk.Read(Record(chunk.Offset, chunk.Length), column.Slice(chunk.Skip, chunk.Count), minTime, maxTime, into);
            return null;
        }
        catch (CorruptDataException e)
        {
            into.Truncate(before);
            return Report(chunk, e);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    /// <summary>Deletes samples of series: on disk first, then for every query that reads from now on. One caller at a time.</summary>
    public void Delete(IReadOnlyCollection<uint> series, TimeInterval interval)
    {
        if (series.Count == 0)
        {
            return;
        }
        var tombstones = _tombstones.With(series, interval);
        DurableFiles.Replace(Path.Combine(Directory, BlockFiles.Tombstones), tombstones.ToBytes().Written);
        if (!_saysTombstones)
        {
            // After the file itself: a crash between the two must not look like its loss.
            DurableFiles.Replace(Path.Combine(Directory, BlockFiles.Meta), (Meta with { Tombstones = true }).ToJson());
            _saysTombstones = true;
        }
        Volatile.Write(ref _tombstones, tombstones);
    }

    private static Tombstones OpenTombstones(string path, bool mustExist)
    {
        if (File.Exists(path))
        {
            return Tombstones.FromBytes(File.ReadAllBytes(path));
        }
        return mustExist ? throw new CorruptDataException("the file is missing, and without it deleted samples would come back") : Tombstones.None;
    }

    /// <summary>As <see cref="Read"/>, but only the times are right: for a chunk of floats without staleness markers the values are 0.</summary>
    public string? ReadTimes(ChunkMeta chunk, long minTime, long maxTime, SampleColumns into, TimeCache cache)
    {
        try
        {
            var times = TimesOf(chunk.Times, cache).AsSpan(chunk.Skip, chunk.Count);
            var (low, high) = SealedChunk.RangeWithin(times, minTime, maxTime);
            into.Extend(high - low, out var timesInto, out var values);
            times[low..high].CopyTo(timesInto);
            values.Clear();
            return null;
        }
        catch (CorruptDataException e)
        {
            return Report(chunk, e);
        }
    }

    private long[] TimesOf(uint number, TimeCache cache) => cache.Find(this, number) ?? cache.Add(this, number, DecodeTimes(number));

    private long[] DecodeTimes(uint number)
    {
        var meta = Index.TimesAt(number);
        var times = new long[meta.Count];
        TimeColumn.Read(Record(meta.Offset, meta.Length), times);
        return times;
    }

    private string Report(ChunkMeta chunk, CorruptDataException e)
    {
        var reason = $"{Path.Combine(Directory, BlockFiles.Chunks)}: {e.Message} (offset {chunk.Offset})";
        _damaged(this, reason);
        return reason;
    }

    /// <summary>What the encoding of a chunk's values is called, without reading them.</summary>
    /// <exception cref="CorruptDataException">The chunk lies outside of the file.</exception>
    public string CodecOf(ChunkMeta chunk) => SealedChunk.CodecOf(Record(chunk.Offset, chunk.Length));

    private ReadOnlySpan<byte> Record(long offset, int length) =>
        offset >= BlockFiles.HeaderLength && length >= 0 && offset <= _chunks.Length - length
            ? _chunks.Slice(offset, length)
            : throw new CorruptDataException("a chunk lies outside of the file");

    private static MappedFile OpenChunks(string path)
    {
        var chunks = new MappedFile(path);
        if (!chunks.Slice(0, BlockFiles.HeaderLength).SequenceEqual(BlockFiles.ChunksHeader()))
        {
            chunks.Dispose();
            throw new CorruptDataException("it does not begin as a chunk file of this version does");
        }
        return chunks;
    }

    private static void CheckLength(string path, long expected)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new CorruptDataException($"{path}: the file is missing");
        }
        if (file.Length != expected)
        {
            throw new CorruptDataException($"{path}: it has {file.Length} bytes instead of {expected}");
        }
    }

    private static T Check<T>(string path, Func<string, T> open)
    {
        try
        {
            return open(path);
        }
        catch (CorruptDataException e)
        {
            throw new CorruptDataException($"{path}: {e.Message}");
        }
        catch (FileNotFoundException)
        {
            throw new CorruptDataException($"{path}: the file is missing");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CorruptDataException($"{path}: {e.Message}");
        }
    }
}
