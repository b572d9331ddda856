using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Where the chunks of a series stand in a block's index, and what they count from: entries are differences from those before, so that finding one means to pass over up to
/// fifteen others. Who found it can come back to it at once, or go on from it to a later series.
/// </summary>
/// <param name="Series">The number of the series.</param>
/// <param name="Position">Of its entry in the section of chunks.</param>
/// <param name="Offset">The end of the chunk before, in the file of chunks.</param>
/// <param name="Times">The column of times of the chunk before.</param>
internal readonly record struct ChunkListPlace(uint Series, int Position, long Offset, long Times);

/// <summary>The chunks of one series, oldest first.</summary>
internal ref struct ChunkListReader
{
    private readonly BlockIndex _index;
    private ByteReader _reader;
    private long _offset;
    private long _times;
    private int _left;

    /// <param name="index">Of the block.</param>
    /// <param name="entry">From the entry of the series on.</param>
    /// <param name="offset">The end of the chunk before.</param>
    /// <param name="times">The column of times of the chunk before.</param>
    public ChunkListReader(BlockIndex index, ReadOnlySpan<byte> entry, long offset, long times)
    {
        _index = index;
        _reader = new ByteReader(entry);
        (_offset, _times) = (offset, times);
        _left = _reader.ReadCount(2);
    }

    public ChunkMeta Current { get; private set; }

    /// <summary>How many bytes were read: where the next series begins, once all chunks are passed.</summary>
    public readonly int Length => _reader.Position;

    public readonly long Offset => _offset;

    public readonly long Times => _times;

    public readonly ChunkListReader GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!TryPass(out var entry))
        {
            return false;
        }
        var column = _index.TimesAt((uint)_times);
        var count = entry.IsPart ? entry.Count : column.Count;
        if (entry.Length > int.MaxValue || entry.Skip < 0 || count <= 0 || entry.Skip > column.Count - count)
        {
            throw new CorruptDataException($"a chunk of {entry.Length} bytes with {count} of {column.Count} times");
        }
        Current = new ChunkMeta(
            column.MinTime + entry.Late, column.MaxTime - entry.Early, _offset - entry.Length, (int)entry.Length, (uint)_times, (int)entry.Skip, (int)count, entry.HasMarks);
        return true;
    }

    /// <summary>Goes behind the last chunk without looking at any.</summary>
    public void PassAll()
    {
        while (TryPass(out _))
        {
        }
    }

    private bool TryPass(out Entry entry)
    {
        entry = default;
        if (_left == 0)
        {
            return false;
        }
        _left--;
        var head = _reader.ReadVarint();
        _times += PrefixVarint.UnZigZag(head >> ChunkFlags.Bits);
        entry.HasMarks = (head & ChunkFlags.Marks) != 0;
        if ((head & ChunkFlags.Part) != 0)
        {
            entry.IsPart = true;
            entry.Skip = (long)_reader.ReadVarint();
            entry.Count = (long)_reader.ReadVarint();
            entry.Late = (long)_reader.ReadVarint();
            entry.Early = (long)_reader.ReadVarint();
        }
        _offset += (head & ChunkFlags.Gap) != 0 ? (long)_reader.ReadVarint() : 0;
        entry.Length = (long)_reader.ReadVarint();
        _offset += entry.Length;
        return true;
    }

    private struct Entry
    {
        public bool IsPart;
        public bool HasMarks;
        public long Skip;
        public long Count;
        public long Late;
        public long Early;
        public long Length;
    }
}
