using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Reads bits from the most significant on, as Prometheus's chunks have them; every read is checked against the end.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _bit;

    public readonly int RemainingBits => (_bytes.Length * 8) - _bit;

    public bool ReadBit() => ReadBits(1) != 0;

    /// <param name="count">1 to 64.</param>
    public ulong ReadBits(int count)
    {
        if (count > RemainingBits)
        {
            throw new CorruptDataException("a chunk ends in the middle of a sample");
        }
        if (count > 32)
        {
            return (ReadBits(count - 32) << 32) | ReadBits(32);
        }
        var at = _bit >> 3;
        var window = at + 8 <= _bytes.Length ? BinaryPrimitives.ReadUInt64BigEndian(_bytes[at..]) : LastBytes(at);
        var value = (window << (_bit & 7)) >> (64 - count);
        _bit += count;
        return value;
    }

    /// <summary>A number in 7-bit groups, the least significant first, each in a byte that need not be aligned.</summary>
    public ulong ReadUvarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var group = ReadBits(8);
            value |= (group & 0x7f) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
        throw new CorruptDataException("a number is longer than ten bytes");
    }

    public long ReadVarint() => PrefixVarint.UnZigZag(ReadUvarint());

    private readonly ulong LastBytes(int at)
    {
        Span<byte> padded = stackalloc byte[8];
        padded.Clear();
        _bytes[at..].CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }
}
