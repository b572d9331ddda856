using System.Buffers.Binary;
using System.Text;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Writes numbers as Prometheus has them outside of chunks, into a buffer.</summary>
internal static class GoWriter
{
    public static void WriteBigUInt32(this ByteBuffer to, uint value) => BinaryPrimitives.WriteUInt32BigEndian(to.Reserve(4), value);

    public static void WriteBigUInt64(this ByteBuffer to, ulong value) => BinaryPrimitives.WriteUInt64BigEndian(to.Reserve(8), value);

    public static void WriteUvarint(this ByteBuffer to, ulong value)
    {
        while (value >= 0x80)
        {
            to.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }
        to.WriteByte((byte)value);
    }

    public static void WriteGoVarint(this ByteBuffer to, long value) => to.WriteUvarint(PrefixVarint.ZigZag(value));

    public static void WriteText(this ByteBuffer to, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        to.WriteUvarint((ulong)length);
        Encoding.UTF8.GetBytes(text, to.Reserve(length));
    }
}
