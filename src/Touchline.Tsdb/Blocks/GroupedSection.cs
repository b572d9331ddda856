using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>
/// Entries of any length, found by number: every sixteenth has its place in a table, together with a base that its group counts from.
/// Format: docs/formats/index.md, "Grouped sections".
/// </summary>
internal sealed class GroupedSectionWriter
{
    private readonly ByteBuffer _groups = new(4096);
    private readonly ByteBuffer _entries = new(64 * 1024);
    private uint _count;

    public uint Count => _count;

    public ByteBuffer Entries => _entries;

    /// <summary>Begins the next entry, to be written to <see cref="Entries"/>. Answers whether it is the first of its group.</summary>
    public bool Begin(long groupBase)
    {
        var first = _count++ % IndexFormat.GroupSize == 0;
        if (first)
        {
            _groups.WriteUInt64((ulong)_entries.Length);
            _groups.WriteUInt64((ulong)groupBase);
        }
        return first;
    }

    /// <summary>Writes each part's width as it is needed, then the parts.</summary>
    public void WriteTo(ByteBuffer section)
    {
        var groups = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(_groups.Written);
        var (places, bases) = (WidthOf(groups, 0), WidthOf(groups, 1));
        section.WriteUInt32(_count);
        section.WriteByte((byte)places);
        section.WriteByte((byte)bases);
        Span<byte> number = stackalloc byte[8];
        for (var i = 0; i < groups.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(number, groups[i]);
            section.WriteBytes(number[..(i % 2 == 0 ? places : bases)]);
        }
        section.WriteBytes(_entries.Written);
    }

    private static int WidthOf(ReadOnlySpan<ulong> groups, int from)
    {
        ulong all = 0;
        for (var i = from; i < groups.Length; i += 2)
        {
            all |= groups[i];
        }
        return (64 - System.Numerics.BitOperations.LeadingZeroCount(all) + 7) / 8;
    }
}

/// <summary>The shape of a grouped section in a file, and how to get at the groups of it.</summary>
internal readonly struct GroupedSection
{
    private const int HeaderLength = 6;

    private readonly int _places;
    private readonly int _bases;
    private readonly int _entries;

    private GroupedSection(int count, int places, int bases, int entries)
    {
        Count = count;
        _places = places;
        _bases = bases;
        _entries = entries;
    }

    public int Count { get; }

    /// <exception cref="CorruptDataException">The section is shorter than its table.</exception>
    public static GroupedSection Open(ReadOnlySpan<byte> section)
    {
        if (section.Length < HeaderLength)
        {
            throw new CorruptDataException("a section is empty");
        }
        var count = BinaryPrimitives.ReadUInt32LittleEndian(section);
        var (places, bases) = (section[4], section[5]);
        var groups = ((long)count + IndexFormat.GroupSize - 1) / IndexFormat.GroupSize;
        var entries = HeaderLength + (groups * (places + bases));
        if (count > int.MaxValue || places > 8 || bases > 8 || entries > section.Length)
        {
            throw new CorruptDataException($"{count} entries cannot be in a section of {section.Length} bytes");
        }
        return new GroupedSection((int)count, places, bases, (int)entries);
    }

    /// <summary>A reader at the first entry of the group that holds an entry, and the group's base.</summary>
    /// <exception cref="CorruptDataException">There is no such entry, or its group lies outside of the section.</exception>
    public ByteReader Group(ReadOnlySpan<byte> section, uint entry, out long groupBase)
    {
        if (entry >= (uint)Count)
        {
            throw new CorruptDataException($"entry {entry} of {Count}");
        }
        var at = HeaderLength + ((int)(entry / IndexFormat.GroupSize) * (_places + _bases));
        var place = Number(section.Slice(at, _places));
        groupBase = (long)Number(section.Slice(at + _places, _bases));
        return place <= (ulong)(section.Length - _entries)
            ? new ByteReader(section[(_entries + (int)place)..])
            : throw new CorruptDataException("a group lies outside of its section");
    }

    private static ulong Number(ReadOnlySpan<byte> bytes)
    {
        ulong number = 0;
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            number = (number << 8) | bytes[i];
        }
        return number;
    }
}
