using Touchline.Tsdb.Chunks;

namespace Touchline.Tsdb.Head;

/// <summary>Where a reader keeps its copies of open chunks: many share an array, as each is small and there may be one for every series. Not thread-safe.</summary>
/// <param name="ofFiles">Whether chunks in files are copied too, instead of looked at in place: for who goes through all of them once.</param>
internal sealed class ChunkCopies(bool ofFiles = false)
{
    private const int MaxShared = 64 * 1024;

    private byte[] _bytes = [];
    private ArchiveSource? _source;
    private int _used;

    public bool OfFiles => ofFiles;

    /// <summary>Forgets all that were kept, which nobody may look at any more.</summary>
    public void Clear() => _used = 0;

    /// <summary>Room for the bytes of a chunk, valid until the next is asked for; it is not taken until the chunk is kept.</summary>
    public Span<byte> Room(int length) => RoomForWhole(HeadChunk.HeaderLength + length)[HeadChunk.HeaderLength..];

    /// <summary>Room for a chunk with its header.</summary>
    public Span<byte> RoomForWhole(int needed)
    {
        if (_bytes.Length - _used < needed)
        {
            // The first is as small as its chunk: most queries have few.
            _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(needed, Math.Min(MaxShared, 2 * _bytes.Length)));
            _source = new ArchiveSource(_bytes, null, 0);
            _used = 0;
        }
        return _bytes.AsSpan(_used, needed);
    }

    /// <summary>The chunk that was put, with its header, into the room that was asked for last.</summary>
    public HeadChunk KeepWhole(int length)
    {
        var start = _used;
        _used += length;
        return new HeadChunk(_source!, start);
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
