using Touchline.Storage;
using Touchline.Tsdb.Chunks;

namespace Touchline.Tsdb.Head;

/// <summary>
/// A chunk of the head as a reader found it: a closed one where it lies, or a copy of what an open one held then. It stays
/// readable whatever the head forgets, and never changes. A value, because a query over all series finds hundreds of thousands.
/// </summary>
internal readonly struct HeadChunk(ChunkKind kind, long minTime, long maxTime, int count, ArchiveSource source, int start, int length)
{
    /// <summary>The fewest samples after which a chunk is closed; which up to twice as many is a series' own, so that not all are closed at once.</summary>
    public const int MinSamples = 64;

    /// <summary>What no chunk exceeds.</summary>
    public const int MaxSamples = 512;

    /// <summary>Histograms can be large: a chunk of them ends by size.</summary>
    public const int MaxBytes = 32 * 1024;

    public HeadChunk(ChunkKind kind, long minTime, long maxTime, int count, byte[] bytes)
        : this(kind, minTime, maxTime, count, new ArchiveSource(bytes, null, 0), 0, bytes.Length)
    {
    }

    public ChunkKind Kind => kind;

    public long MinTime => minTime;

    public long MaxTime => maxTime;

    public int Count => count;

    public bool Overlaps(long from, long to) => minTime <= to && maxTime >= from;

    /// <param name="from">The first time that is wanted, inclusive.</param>
    /// <param name="to">The last, inclusive.</param>
    /// <param name="into">What the samples are appended to.</param>
    /// <param name="timesOnly">Whether values other than staleness markers do not matter; floats are 0 then.</param>
    public void Read(long from, long to, SampleColumns into, bool timesOnly = false)
    {
        HeadCodec.Decode(source.Slice(start, length), count, kind, from, to, into, timesOnly);
        GC.KeepAlive(source);
    }

    /// <summary>Its bytes, encoded by <see cref="HeadCodec"/>.</summary>
    public byte[] ToBytes()
    {
        var bytes = source.Slice(start, length).ToArray();
        GC.KeepAlive(source);
        return bytes;
    }
}
