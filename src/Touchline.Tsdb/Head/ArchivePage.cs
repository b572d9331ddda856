namespace Touchline.Tsdb.Head;

/// <summary>Closed chunks of one block's range of time, one behind the other: in memory at first, then in a file.</summary>
internal sealed class ArchivePage(long rangeEnd, byte[] memory)
{
    private ArchiveSource _source = new(memory, null, 0);

    /// <summary>The first time that belongs to the next block; no chunk of the page reaches it.</summary>
    public long RangeEnd => rangeEnd;

    public int Used { get; set; }

    /// <summary>Chunks in it that a series still leads to.</summary>
    public int Chunks { get; set; }

    public long MinTime { get; set; } = long.MaxValue;

    // Read once: the memory itself must go when the page is in a file.
    public int Capacity { get; } = memory.Length;

    /// <summary>Where the bytes are now; they stay readable there as long as the source is held.</summary>
    public ArchiveSource Source
    {
        get => Volatile.Read(ref _source);
        set => Volatile.Write(ref _source, value);
    }
}

/// <summary>Bytes of a page, in memory or in a file.</summary>
internal sealed class ArchiveSource(byte[]? memory, ArchiveFile? file, long offset)
{
    public ArchiveFile? File => file;

    /// <summary>Where it begins in the file.</summary>
    public long Offset => offset;

    /// <summary>Valid as long as the caller keeps this alive.</summary>
    public ReadOnlySpan<byte> Slice(int start, int length) =>
        memory is not null ? memory.AsSpan(start, length) : file!.Slice(offset + start, length);

    public Span<byte> Writable(int start, int length) => memory.AsSpan(start, length);
}
