using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Touchline.Model.Protobuf;

/// <summary>
/// Writes the fields of protobuf messages one behind the other; grows as needed and is reused through <see cref="Clear"/>. Numbers and
/// bytes can be written without a tag too, for formats that know what follows. Not thread-safe. Source: protobuf.dev, "Encoding".
/// </summary>
public sealed class WireWriter(int capacity = 256)
{
    private const int MaxVarintLength = 10;

    private byte[] _bytes = new byte[capacity];

    /// <summary>How many bytes are written.</summary>
    public int Length { get; private set; }

    /// <summary>What is written; valid until the next call that writes.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>As <see cref="Written"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    /// <summary>Forgets what was written and, where it had grown beyond the limit, its memory too.</summary>
    public void Clear(int keepAtMost = int.MaxValue)
    {
        Length = 0;
        if (_bytes.Length > keepAtMost)
        {
            _bytes = new byte[keepAtMost];
        }
    }

    /// <summary>Room for bytes that are written later, through <see cref="At"/>.</summary>
    public void Reserve(int count)
    {
        Ensure(count);
        Length += count;
    }

    /// <summary>What was written from an offset on, to be overwritten in place.</summary>
    public Span<byte> At(int offset, int count) => _bytes.AsSpan(offset, count);

    /// <summary>A tag: the field's number and how it is encoded.</summary>
    public void WriteTag(int field, WireType type) => WriteVarint(((ulong)field << 3) | (uint)type);

    /// <summary>A number of up to 64 bits, without a tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteVarint(ulong value)
    {
        Ensure(MaxVarintLength);
        if (value < 0x80)
        {
            _bytes[Length++] = (byte)value;
            return;
        }
        WriteLongVarint(value);
    }

    /// <summary>A <c>sint32</c> or <c>sint64</c>, without a tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteZigZag(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>A <c>double</c>, without a tag, bit for bit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteDouble(double value)
    {
        Ensure(sizeof(double));
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), BitConverter.DoubleToUInt64Bits(value));
        Length += sizeof(double);
    }

    /// <summary>Bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Bytes behind their length, without a tag.</summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        WriteVarint((ulong)bytes.Length);
        WriteRaw(bytes);
    }

    /// <summary>A text in UTF-8 behind its length, without a tag.</summary>
    public void WriteText(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteVarint((ulong)length);
        Ensure(length);
        Length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(Length));
    }

    /// <summary>A field with a number. Zero, which a reader takes for what is absent, is written too.</summary>
    public void VarintField(int field, ulong value)
    {
        WriteTag(field, WireType.Varint);
        WriteVarint(value);
    }

    /// <summary>A field with a <c>sint32</c> or <c>sint64</c>.</summary>
    public void ZigZagField(int field, long value)
    {
        WriteTag(field, WireType.Varint);
        WriteZigZag(value);
    }

    /// <summary>A field with a <c>double</c>.</summary>
    public void DoubleField(int field, double value)
    {
        WriteTag(field, WireType.Fixed64);
        WriteDouble(value);
    }

    /// <summary>A field with bytes, a message or packed numbers.</summary>
    public void BytesField(int field, ReadOnlySpan<byte> bytes)
    {
        WriteTag(field, WireType.Bytes);
        WriteBytes(bytes);
    }

    /// <summary>A field with a text.</summary>
    public void TextField(int field, string text)
    {
        WriteTag(field, WireType.Bytes);
        WriteText(text);
    }

    private void WriteLongVarint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes[Length++] = (byte)(value | 0x80);
        }
        _bytes[Length++] = (byte)value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int more)
    {
        if (_bytes.Length - Length < more)
        {
            Grow(more);
        }
    }

    private void Grow(int more) =>
        Array.Resize(ref _bytes, Math.Max(checked(Length + more), (int)Math.Min(_bytes.Length * 2L, Array.MaxLength)));
}
