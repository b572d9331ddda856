using System.Buffers.Binary;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Head;

/// <summary>
/// The closed chunks of the head. They are written to files beside the log, so that hours of samples do not lie in memory; a few megabytes
/// of the newest do. The files are no part of what is kept: the log holds the same samples, and a start begins with none. One
/// writer at a time, readers take no lock. Each chunk leads to the one before it of its series, so a series needs one address for all of them.
/// </summary>
internal sealed class ChunkArchive
{
    /// <summary>Checksum of all behind it, four bytes of zero, previous address, first time, last time, length, count, kind, and whether it is pure.</summary>
    public const int HeaderLength = HeadChunk.HeaderLength;

    /// <summary>Where the checksum's part begins. It is made when a page goes to a file: memory needs none.</summary>
    private const int CheckedFrom = 8;

    public const string FileExtension = ".chunks";

    private const int PageLength = 64 * 1024;

    /// <summary>Nearly all chunks are shorter, their header included: one read is enough for them.</summary>
    private const int UsualLength = 512;

    /// <summary>Pages that stay in memory, so that a small store writes no file at all.</summary>
    private const int PagesInMemory = 64;

    // An address: the page's number plus one, then the offset in it, in units of eight bytes.
    private const int OffsetBits = 24;

    private readonly string? _directory;
    private readonly Action<string> _damaged;
    private readonly int _number;
    private readonly PagedArray<ArchivePage> _pages = new();
    private readonly Dictionary<long, uint> _openByRange = [];
    private readonly Queue<ArchivePage> _full = [];
    private ArchiveFile? _file;
    private uint _pageCount;
    private uint _firstPage;
    private int _files;
    private long _chunks;

    /// <param name="directory">Where files are made; null keeps everything in memory.</param>
    /// <param name="damaged">Told of each chunk that a file does not give back as it was written.</param>
    /// <param name="number">Tells its files from those of other archives in the directory.</param>
    public ChunkArchive(string? directory, Action<string> damaged, int number = 0)
    {
        _directory = directory;
        _damaged = damaged;
        _number = number;
        if (directory is not null)
        {
            Directory.CreateDirectory(directory);
        }
    }

    /// <summary>Deletes the files that an earlier process left.</summary>
    public static void Empty(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var left in Directory.EnumerateFiles(directory, "*" + FileExtension))
        {
            File.Delete(left);
        }
    }

    public long Chunks => Interlocked.Read(ref _chunks);

    /// <summary>The oldest sample's time, or the greatest number where there is none.</summary>
    public long MinTime
    {
        get
        {
            var oldest = long.MaxValue;
            for (var number = _firstPage; number < _pageCount; number++)
            {
                oldest = _pages[number] is { Chunks: > 0 } page ? Math.Min(oldest, page.MinTime) : oldest;
            }
            return oldest;
        }
    }

    /// <summary>Adds a chunk; the caller fills in its bytes before anyone learns the address.</summary>
    /// <param name="previous">The series' chunk before this one, or 0.</param>
    /// <param name="rangeEnd">The end of the block's range that the chunk lies in.</param>
    /// <param name="isPure">See <see cref="HeadChunk.IsPure"/>.</param>
    public ulong Add(ulong previous, ChunkKind kind, long minTime, long maxTime, long rangeEnd, int count, int length, out Span<byte> bytes, bool isPure = false)
    {
        var needed = (HeaderLength + length + 7) & ~7;
        var number = PageFor(rangeEnd, needed);
        var page = _pages[number]!;
        var header = page.Source.Writable(page.Used, needed);
        HeadChunk.WriteHeader(header, previous, kind, minTime, maxTime, count, length, isPure);
        bytes = header.Slice(HeaderLength, length);
        var address = ((ulong)(number + 1) << OffsetBits) | (uint)(page.Used / 8);
        page.Used += needed;
        page.Chunks++;
        page.MinTime = Math.Min(page.MinTime, minTime);
        Interlocked.Increment(ref _chunks);
        return address;
    }

    /// <summary>
    /// The chunk at an address; null where there is none or the head has forgotten it, or where it is damaged: then those before it cannot be
    /// found either, until the next start reads them back from the log.
    /// </summary>
    /// <param name="address">Of the chunk.</param>
    /// <param name="previous">The address of the chunk before it.</param>
    /// <param name="copies">Where a copy is kept, if it is to be one.</param>
    public HeadChunk? Find(ulong address, out ulong previous, ChunkCopies? copies = null)
    {
        previous = 0;
        if (address == 0 || _pages[(uint)(address >> OffsetBits) - 1] is not { } page)
        {
            return null;
        }
        var source = page.Source;
        var start = (int)(address & ((1 << OffsetBits) - 1)) * 8;
        if (source.File is not { } file)
        {
            previous = PreviousOf(source.Slice(start, HeaderLength));
            return new HeadChunk(source, start);
        }
        var chunk = copies is { OfFiles: true } ? Copy(file, source.Offset + start, page.Used - start, copies) : source.Slice(start, page.Used - start);
        if (!IsWhole(chunk, out var length))
        {
            _damaged($"{file.Path}: a closed chunk of the head is damaged (offset {source.Offset + start}); it and those before it of its series are left out");
            return null;
        }
        previous = PreviousOf(chunk);
        GC.KeepAlive(source);
        return copies is { OfFiles: true } ? copies.KeepWhole(length) : new HeadChunk(source, start);
    }

    private static ulong PreviousOf(ReadOnlySpan<byte> header) => BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);

    /// <summary>A chunk in a file, with what may be others' bytes behind it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="at">Where it begins there.</param>
    /// <param name="most">How long it may be, its header included.</param>
    /// <param name="copies">Where the copy goes to.</param>
    private static Span<byte> Copy(ArchiveFile file, long at, int most, ChunkCopies copies)
    {
        var copy = copies.RoomForWhole(Math.Min(most, UsualLength));
        file.Read(at, copy);
        var length = LengthOf(copy);
        if (length > copy.Length && length <= most)
        {
            copy = copies.RoomForWhole(length);
            file.Read(at, copy);
        }
        return copy;
    }

    /// <summary>How long the header says that a chunk is, itself included; too long a number to be one where it is damaged.</summary>
    private static int LengthOf(ReadOnlySpan<byte> header) =>
        BinaryPrimitives.ReadInt32LittleEndian(header[32..]) is var length and >= 0 and <= int.MaxValue - HeaderLength
            ? HeaderLength + length
            : int.MaxValue;

    /// <summary>A chunk that no series leads to any more, because it was written anew.</summary>
    public void Discard(ulong address)
    {
        if (_pages[(uint)(address >> OffsetBits) - 1] is { } page)
        {
            page.Chunks--;
            Interlocked.Decrement(ref _chunks);
        }
    }

    /// <summary>Forgets the chunks of ranges that end at the time or before; who has them already may read on.</summary>
    public void Truncate(long beforeTime)
    {
        foreach (var range in _openByRange.Keys.Where(end => end <= beforeTime).ToArray())
        {
            _openByRange.Remove(range);
        }
        for (var number = _firstPage; number < _pageCount; number++)
        {
            if (_pages[number] is not { } page || page.RangeEnd > beforeTime)
            {
                continue;
            }
            _pages.Set(number, null!);
            Interlocked.Add(ref _chunks, -page.Chunks);
            page.Chunks = 0;
            if (page.Source.File is { } used && !File.Exists(used.Path))
            {
                _damaged($"{used.Path}: somebody removed the file; nothing is lost, because it stays readable until it is let go, and the log holds the same samples");
            }
            if (page.Source.File is { } file && file.Drop(isFull: file != _file) && file == _file)
            {
                _file = null;
            }
        }
        while (_firstPage < _pageCount && _pages[_firstPage] is null)
        {
            _firstPage++;
        }
        _pages.DropPagesWhere(page => page is null);
    }

    private static bool IsWhole(ReadOnlySpan<byte> chunk, out int length)
    {
        length = LengthOf(chunk);
        return length <= chunk.Length && Crc32C.Of(chunk[CheckedFrom..length]) == BinaryPrimitives.ReadUInt32LittleEndian(chunk);
    }

    private static void AddChecksums(ArchivePage page)
    {
        for (var start = 0; start < page.Used;)
        {
            var length = HeaderLength + BinaryPrimitives.ReadInt32LittleEndian(page.Source.Slice(start + 32, 4));
            BinaryPrimitives.WriteUInt32LittleEndian(page.Source.Writable(start, 4), Crc32C.Of(page.Source.Slice(start + CheckedFrom, length - CheckedFrom)));
            start += (length + 7) & ~7;
        }
    }

    private uint PageFor(long rangeEnd, int needed)
    {
        if (_openByRange.TryGetValue(rangeEnd, out var open) && _pages[open] is { } page)
        {
            if (page.Used + needed <= page.Capacity)
            {
                return open;
            }
            _full.Enqueue(page);
            WriteFullPages();
        }
        var number = _pageCount;
        _pages.Set(number, new ArchivePage(rangeEnd, GC.AllocateUninitializedArray<byte>(Math.Max(PageLength, needed))));
        Volatile.Write(ref _pageCount, number + 1);
        _openByRange[rangeEnd] = number;
        return number;
    }

    /// <summary>A page that the disk does not take stays in memory until it does; meanwhile the log refuses batches anyway.</summary>
    private void WriteFullPages()
    {
        while (_directory is not null && _full.Count > PagesInMemory)
        {
            var page = _full.Peek();
            if (page.Chunks > 0 && !TryWrite(page))
            {
                return;
            }
            _full.Dequeue();
        }
    }

    private bool TryWrite(ArchivePage page)
    {
        try
        {
            if (_file is null || !_file.HasRoomFor(page.Used))
            {
                var before = _file;
                Directory.CreateDirectory(_directory!);
                _file = new ArchiveFile(Path.Combine(_directory!, $"{_number}-{++_files:D8}{FileExtension}"));
                before?.DeleteIfEmpty(isFull: true);
            }
            AddChecksums(page);
            var offset = _file.Write(page.Source.Slice(0, page.Used));
            page.Source = new ArchiveSource(null, _file, offset);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
