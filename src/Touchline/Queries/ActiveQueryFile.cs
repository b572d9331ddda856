using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;
using System.Text;

namespace Touchline.Queries;

/// <summary>
/// The file <c>queries.active</c>: which queries run right now, in memory that the system keeps when the process dies. Noting one costs a copy of its
/// text. The format is described in docs/formats/active-queries.md. Thread-safe.
/// </summary>
internal sealed class ActiveQueryFile : IDisposable
{
    public const string Name = "queries.active";

    private const uint Version = 1;
    private const int HeaderBytes = 16;
    private const int SlotBytes = 1024;
    private const int SlotHeaderBytes = 40;
    private const int MaxTextBytes = SlotBytes - SlotHeaderBytes;
    private const int MaxSlots = 1024;
    private static readonly byte[] Magic = "TLQA"u8.ToArray();

    private readonly string _path;
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly ConcurrentStack<int> _free;

    private ActiveQueryFile(string path, int slots)
    {
        _path = path;
        // Written out rather than left sparse: a page that finds no room on disk when it is touched ends the process.
        var bytes = new byte[HeaderBytes + slots * SlotBytes];
        Magic.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), slots);
        File.WriteAllBytes(path, bytes);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, bytes.Length);
        _view = _file.CreateViewAccessor(0, bytes.Length);
        _free = new ConcurrentStack<int>(Enumerable.Range(0, slots).Reverse());
    }

    /// <summary>Begins a new file, and gives what the last one still holds: what ran when the process before ended without stopping.</summary>
    /// <param name="directory">The data directory, which no other process uses.</param>
    /// <param name="slots">How many queries can be noted at once; more are not.</param>
    /// <param name="unfinished">In the order in which they began.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
    public static ActiveQueryFile Open(string directory, int slots, out IReadOnlyList<NotedQuery> unfinished)
    {
        var path = Path.Combine(directory, Name);
        unfinished = File.Exists(path) ? Read(File.ReadAllBytes(path)) : [];
        return new ActiveQueryFile(path, Math.Clamp(slots, 1, MaxSlots));
    }

    /// <summary>Notes a query; gives where, or -1 where there is no room.</summary>
    public int Note(NotedQuery query)
    {
        if (!_free.TryPop(out var slot))
        {
            return -1;
        }
        Span<byte> bytes = stackalloc byte[SlotBytes];
        var text = bytes[SlotHeaderBytes..];
        // Stops before a character that would be cut.
        Encoding.UTF8.GetEncoder().Convert(query.Text, text, flush: true, out _, out var length, out _);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], query.BeganMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], query.StartMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], query.EndMs);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], query.StepMs);
        var at = OffsetOf(slot);
        _view.WriteArray(at + 8, bytes[8..(SlotHeaderBytes + length)].ToArray(), 0, SlotHeaderBytes - 8 + length);
        // Last, so that a query is there in full or not at all.
        Interlocked.MemoryBarrier();
        _view.Write(at, length);
        return slot;
    }

    public void Clear(int slot)
    {
        if (slot >= 0)
        {
            _view.Write(OffsetOf(slot), 0);
            _free.Push(slot);
        }
    }

    /// <summary>Whoever stops in order leaves no file.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
        File.Delete(_path);
    }

    /// <summary>What a file holds; nothing where it is none of ours, as it is only of use if it is whole.</summary>
    internal static IReadOnlyList<NotedQuery> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || !bytes[..4].SequenceEqual(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Version)
        {
            return [];
        }
        var queries = new List<NotedQuery>();
        for (var at = HeaderBytes; at + SlotBytes <= bytes.Length; at += SlotBytes)
        {
            var slot = bytes.Slice(at, SlotBytes);
            var length = BinaryPrimitives.ReadInt32LittleEndian(slot);
            if (length is > 0 and <= MaxTextBytes)
            {
                queries.Add(new NotedQuery(
                    Encoding.UTF8.GetString(slot.Slice(SlotHeaderBytes, length)),
                    BinaryPrimitives.ReadInt64LittleEndian(slot[16..]),
                    BinaryPrimitives.ReadInt64LittleEndian(slot[24..]),
                    BinaryPrimitives.ReadInt64LittleEndian(slot[32..]),
                    BinaryPrimitives.ReadInt64LittleEndian(slot[8..])));
            }
        }
        return [.. queries.OrderBy(q => q.BeganMs)];
    }

    private static int OffsetOf(int slot) => HeaderBytes + slot * SlotBytes;
}
