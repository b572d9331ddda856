using System.Buffers.Binary;
using System.Text;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Reads numbers as Prometheus writes them outside of chunks: big-endian, or as the varints of Go. Every read is checked against the end.</summary>
internal ref struct GoReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    public byte ReadByte() => Take(1)[0];

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadUInt64());

    public ulong ReadUvarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var group = ReadByte();
            value |= (ulong)(group & 0x7f) << shift;
            if (group < 0x80)
            {
                return value;
            }
        }
        throw new CorruptDataException("a number is longer than ten bytes");
    }

    public long ReadVarint() => PrefixVarint.UnZigZag(ReadUvarint());

    /// <summary>A number of things that follow, each of at least <paramref name="minBytesEach"/> bytes: what cannot be there is corrupt, not allocated.</summary>
    public int ReadCount(int minBytesEach = 1)
    {
        var count = ReadUvarint();
        if (count > (ulong)(Remaining / minBytesEach))
        {
            throw new CorruptDataException($"{count} entries cannot be in {Remaining} bytes");
        }
        return (int)count;
    }

    public string ReadString() => Encoding.UTF8.GetString(Take(ReadCount()));

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw new CorruptDataException($"{count} bytes were expected, {Remaining} are left");
        }
        var taken = _bytes.Slice(Position, count);
        Position += count;
        return taken;
    }
}
