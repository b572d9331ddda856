using System.Buffers.Binary;
using System.Text;

namespace Touchline.RemoteWrite.Tests.Support;

/// <summary>A protobuf message being written, field by field.</summary>
internal sealed class Message
{
    private readonly MemoryStream _bytes = new();

    public Message Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public Message Bytes(int field, byte[] value)
    {
        Raw(((ulong)field << 3) | 2);
        Raw((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public Message Nested(int field, Message value) => Bytes(field, value.ToArray());

    public Message Varint(int field, ulong value)
    {
        Raw((ulong)field << 3);
        return Raw(value);
    }

    public Message ZigZag(int field, long value) => Varint(field, (ulong)((value << 1) ^ (value >> 63)));

    public Message Double(int field, double value)
    {
        Raw(((ulong)field << 3) | 1);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        _bytes.Write(bytes);
        return this;
    }

    public Message Packed(int field, params ReadOnlySpan<ulong> values)
    {
        var packed = new Message();
        foreach (var value in values)
        {
            packed.Raw(value);
        }
        return Bytes(field, packed.ToArray());
    }

    public Message Raw(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.WriteByte((byte)(value | 0x80));
        }
        _bytes.WriteByte((byte)value);
        return this;
    }

    public byte[] ToArray() => _bytes.ToArray();

    public static Message Sample(double value, long timestampMs) => new Message().Double(1, value).Varint(2, (ulong)timestampMs);
}
