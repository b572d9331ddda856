using System.Buffers.Binary;
using System.Text;

namespace Touchline.Tsdb.Files;

/// <summary>Reads what <see cref="ByteBuffer"/> wrote; every read is checked against the end.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    public readonly int Position => _position;

    public readonly int Remaining => _bytes.Length - _position;

    public byte ReadByte() => Take(1)[0];

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadUInt64());

    public ulong ReadVarint() => PrefixVarint.Read(_bytes, ref _position);

    public long ReadZigZag() => PrefixVarint.UnZigZag(ReadVarint());

    /// <summary>A number of things that follow, each of at least <paramref name="minBytesEach"/> bytes: what cannot be there is corrupt, not allocated.</summary>
    public int ReadCount(int minBytesEach = 1)
    {
        var count = ReadVarint();
        var remaining = (ulong)Remaining;
        // No division, which was a twentieth of counting the series of a block; the first comparison keeps the product from overflowing.
        if (count > remaining || count * (ulong)minBytesEach > remaining)
        {
            throw new CorruptDataException($"{count} entries cannot be in {Remaining} bytes");
        }
        return (int)count;
    }

    public ReadOnlySpan<byte> ReadBytes(int count) => Take(count);

    public string ReadString() => Encoding.UTF8.GetString(Take(ReadCount()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw new CorruptDataException($"{count} bytes were expected, {Remaining} are left");
        }
        var taken = _bytes.Slice(_position, count);
        _position += count;
        return taken;
    }
}
