using System.Buffers.Binary;
using Touchline.Storage;
using Touchline.Tsdb.Chunks;

namespace Touchline.Tsdb.Head;

/// <summary>
/// A chunk of the head as a reader found it: a closed one where it lies, or a copy of what an open one held then. It stays
/// readable whatever the head forgets, and never changes. A value that only says where, because a query over all series finds hundreds of thousands.
/// </summary>
/// <param name="source">Where its header and, behind that, its bytes are.</param>
/// <param name="start">Of the header.</param>
internal readonly struct HeadChunk(ArchiveSource source, int start)
{
    /// <summary>A checksum and the address of the chunk before, which are the archive's; times, lengths and kind.</summary>
    public const int HeaderLength = 40;

    /// <summary>The fewest samples after which a chunk is closed, the first of a series apart; which up to twice as many is a series' own, so that not all are closed at once.</summary>
    public const int MinSamples = 64;

    /// <summary>What no chunk exceeds.</summary>
    public const int MaxSamples = 512;

    /// <summary>Histograms can be large: a chunk of them ends by size.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int MinTimeAt = 16;
    private const int MaxTimeAt = 24;
    private const int LengthAt = 32;
    private const int CountAt = 36;
    private const int KindAt = 38;
    private const int PureAt = 39;

    public ChunkKind Kind
    {
        get
        {
            var kind = (ChunkKind)source.Slice(start, HeaderLength)[KindAt];
            GC.KeepAlive(source);
            return kind;
        }
    }

    /// <summary>Whether all samples are floats and no staleness marker is among them, so that their number says how many there are. Where it is not known it is false.</summary>
    public bool IsPure
    {
        get
        {
            var isPure = source.Slice(start, HeaderLength)[PureAt] != 0;
            GC.KeepAlive(source);
            return isPure;
        }
    }

    public long MinTime => Time(MinTimeAt);

    public long MaxTime => Time(MaxTimeAt);

    public int Count
    {
        get
        {
            int count = BinaryPrimitives.ReadUInt16LittleEndian(source.Slice(start, HeaderLength)[CountAt..]);
            GC.KeepAlive(source);
            return count;
        }
    }

    /// <summary>Writes what stands before the bytes of a chunk.</summary>
    public static void WriteHeader(Span<byte> header, ulong previous, ChunkKind kind, long minTime, long maxTime, int count, int length, bool isPure)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, 0);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], previous);
        BinaryPrimitives.WriteInt64LittleEndian(header[MinTimeAt..], minTime);
        BinaryPrimitives.WriteInt64LittleEndian(header[MaxTimeAt..], maxTime);
        BinaryPrimitives.WriteInt32LittleEndian(header[LengthAt..], length);
        BinaryPrimitives.WriteUInt16LittleEndian(header[CountAt..], (ushort)count);
        header[KindAt] = (byte)kind;
        header[PureAt] = (byte)(isPure ? 1 : 0);
    }

    public bool Overlaps(long from, long to) => MinTime <= to && MaxTime >= from;

    /// <param name="from">The first time that is wanted, inclusive.</param>
    /// <param name="to">The last, inclusive.</param>
    /// <param name="into">What the samples are appended to.</param>
    /// <param name="timesOnly">Whether values other than staleness markers do not matter; floats are any then.</param>
    public void Read(long from, long to, SampleColumns into, bool timesOnly = false)
    {
        HeadCodec.Decode(Bytes(), Count, Kind, from, to, into, timesOnly);
        GC.KeepAlive(source);
    }

    /// <summary>Its bytes, encoded by <see cref="HeadCodec"/>.</summary>
    public byte[] ToBytes()
    {
        var bytes = Bytes().ToArray();
        GC.KeepAlive(source);
        return bytes;
    }

    private ReadOnlySpan<byte> Bytes() =>
        source.Slice(start + HeaderLength, BinaryPrimitives.ReadInt32LittleEndian(source.Slice(start, HeaderLength)[LengthAt..]));

    private long Time(int at)
    {
        var time = BinaryPrimitives.ReadInt64LittleEndian(source.Slice(start, HeaderLength)[at..]);
        GC.KeepAlive(source);
        return time;
    }
}
