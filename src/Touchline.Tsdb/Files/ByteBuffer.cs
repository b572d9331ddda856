using System.Buffers.Binary;
using System.Text;

namespace Touchline.Tsdb.Files;

/// <summary>Bytes being written: grows as needed and is reused through <see cref="Clear"/>. Not thread-safe.</summary>
internal sealed class ByteBuffer(int capacity = 256)
{
    private byte[] _bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Takes back what was written behind an offset.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>Forgets what was written and, where it had grown beyond the limit, its memory too.</summary>
    public void Clear(int keepAtMost)
    {
        Length = 0;
        if (_bytes.Length > keepAtMost)
        {
            _bytes = new byte[keepAtMost];
        }
    }

    /// <summary>Zero bytes to be filled in later; the span is valid until the next write.</summary>
    public Span<byte> Reserve(int count)
    {
        Ensure(count);
        var reserved = _bytes.AsSpan(Length, count);
        reserved.Clear();
        Length += count;
        return reserved;
    }

    /// <summary>What was written from an offset on, to be overwritten in place.</summary>
    public Span<byte> At(int offset, int count) => _bytes.AsSpan(offset, count);

    public void WriteByte(byte value)
    {
        Ensure(1);
        _bytes[Length++] = value;
    }

    public void WriteUInt32(uint value)
    {
        Ensure(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(Length), value);
        Length += 4;
    }

    public void WriteUInt64(ulong value)
    {
        Ensure(8);
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), value);
        Length += 8;
    }

    public void WriteDouble(double value) => WriteUInt64(BitConverter.DoubleToUInt64Bits(value));

    public void WriteVarint(ulong value)
    {
        Ensure(PrefixVarint.MaxLength);
        Length += PrefixVarint.Write(_bytes.AsSpan(Length), value);
    }

    public void WriteZigZag(long value) => WriteVarint(PrefixVarint.ZigZag(value));

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>A string as its length in UTF-8 bytes, then the bytes.</summary>
    public void WriteString(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteVarint((ulong)length);
        Ensure(length);
        Encoding.UTF8.GetBytes(value, _bytes.AsSpan(Length));
        Length += length;
    }

    private void Ensure(int more)
    {
        if (_bytes.Length - Length < more)
        {
            Array.Resize(ref _bytes, Math.Max(checked(Length + more), (int)Math.Min(_bytes.Length * 2L, Array.MaxLength)));
        }
    }
}
