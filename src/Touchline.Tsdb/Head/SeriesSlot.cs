using Touchline.Tsdb.Chunks;

namespace Touchline.Tsdb.Head;

/// <summary>
/// What the head keeps of a series, in one run of bytes among others in a page: a million of them as objects cost more in headers,
/// pointers and garbage than what they hold. Written under the commit lock; readers take none and look at <see cref="Version"/>
/// before and after. 96 bytes.
/// </summary>
internal struct SeriesSlot
{
    /// <summary>The open chunk, which is in fragments, and the newest sample.</summary>
    public HeadCodecState Codec;

    /// <summary>First time of the open chunk.</summary>
    public long MinTime;

    /// <summary>Where the newest closed chunk is; it leads to those before it.</summary>
    public ulong Archived;

    /// <summary>The newest time before <see cref="LastCommit"/>.</summary>
    public long TimeBeforeCommit;

    /// <summary>Time of the sample that <see cref="PendingBatch"/> checked last.</summary>
    public long PendingTime;

    public uint FirstFragment;
    public uint LastFragment;

    // Lower halves of commit numbers: compared by their distance, which is far less than 2^31 in the hours that a series lives without samples.
    public int LastCommit;
    public int CommitBefore;

    public int PendingBatch;

    /// <summary>Odd while the open chunk becomes a closed one; another number afterwards.</summary>
    public ushort Version;

    /// <summary>Of <see cref="SeriesFlags"/>.</summary>
    public byte Flags;

    public ChunkKind Kind;
}

/// <summary>Bits of <see cref="SeriesSlot.Flags"/>.</summary>
internal static class SeriesFlags
{
    /// <summary>There is such a series; where it is not set, the reference was not given away, or is forgotten.</summary>
    public const byte Exists = 1;

    /// <summary>The log holds the labels of this reference.</summary>
    public const byte Logged = 2;

    /// <summary>The head has forgotten it.</summary>
    public const byte Removed = 4;
}
