using System.Buffers.Binary;
using System.Text;

namespace Touchline.Benchmarks.Race;

/// <summary>Writes one protobuf message.</summary>
internal sealed class ProtobufBytes
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;

    private readonly List<byte> _bytes = [];

    public ProtobufBytes Number(int field, ulong value)
    {
        Write((ulong)(field << 3 | Varint));
        Write(value);
        return this;
    }

    /// <summary>A number whose sign stands in its lowest bit.</summary>
    public ProtobufBytes Signed(int field, long value) => Number(field, (ulong)(value << 1 ^ value >> 63));

    public ProtobufBytes Double(int field, double value)
    {
        Write((ulong)(field << 3 | Fixed64));
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _bytes.AddRange(bytes);
        return this;
    }

    public ProtobufBytes Text(int field, string value)
    {
        Write((ulong)(field << 3 | LengthDelimited));
        var bytes = Encoding.UTF8.GetBytes(value);
        Write((ulong)bytes.Length);
        _bytes.AddRange(bytes);
        return this;
    }

    public ProtobufBytes Part(int field, ProtobufBytes message)
    {
        Write((ulong)(field << 3 | LengthDelimited));
        return Delimited(message);
    }

    /// <summary>A message behind its length.</summary>
    public ProtobufBytes Delimited(ProtobufBytes message)
    {
        Write((ulong)message._bytes.Count);
        _bytes.AddRange(message._bytes);
        return this;
    }

    public byte[] ToArray() => [.. _bytes];

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }
        _bytes.Add((byte)value);
    }
}
