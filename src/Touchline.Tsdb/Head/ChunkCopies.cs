using Touchline.Tsdb.Chunks;

namespace Touchline.Tsdb.Head;

/// <summary>Where a reader keeps its copies of open chunks: many share an array, as each is small and there may be one for every series. Not thread-safe.</summary>
internal sealed class ChunkCopies
{
    private const int MaxShared = 64 * 1024;

    private byte[] _bytes = [];
    private ArchiveSource? _source;
    private int _used;

    /// <summary>Room for the bytes of a chunk, valid until the next is asked for; it is not taken until the chunk is kept.</summary>
    public Span<byte> Room(int length)
    {
        var needed = HeadChunk.HeaderLength + length;
        if (_bytes.Length - _used < needed)
        {
            // The first is as small as its chunk: most queries have few.
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(needed, Math.Min(MaxShared, 2 * _bytes.Length)));
            _source = new ArchiveSource(_bytes, null, 0);
            _used = 0;
        }
        return _bytes.AsSpan(_used + HeadChunk.HeaderLength, length);
    }

    /// <summary>The chunk whose bytes were put into the room that was asked for last.</summary>
    public HeadChunk Keep(ChunkKind kind, long minTime, long maxTime, int count, int length, bool isPure)
    {
        var start = _used;
        HeadChunk.WriteHeader(_bytes.AsSpan(start), 0, kind, minTime, maxTime, count, length, isPure);
        _used += HeadChunk.HeaderLength + length;
        return new HeadChunk(_source!, start);
    }
}
