using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Writes bits, the most significant first. Grows as needed and is reused through <see cref="Clear"/>.</summary>
internal sealed class BitWriter(int capacity = 64)
{
    private byte[] _bytes = new byte[capacity];
    private int _bit;

    /// <summary>Everything written, the last byte filled up with zeros.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, (_bit + 7) >> 3);

    public int Capacity => _bytes.Length;

    public void Clear()
    {
        _bytes.AsSpan(0, (_bit + 7) >> 3).Clear();
        _bit = 0;
    }

    public void WriteBit(bool bit) => WriteBits(bit ? 1u : 0u, 1);

    /// <param name="value">Only its lowest bits are taken.</param>
    /// <param name="count">1 to 64.</param>
    public void WriteBits(ulong value, int count)
    {
        Ensure(count);
        for (var left = count; left > 0;)
        {
            var free = 8 - (_bit & 7);
            var taken = Math.Min(free, left);
            var part = (value >> (left - taken)) & ((1UL << taken) - 1);
            _bytes[_bit >> 3] |= (byte)(part << (free - taken));
            _bit += taken;
            left -= taken;
        }
    }

    public void WriteUvarint(ulong value)
    {
        while (value >= 0x80)
        {
            WriteBits((value & 0x7f) | 0x80, 8);
            value >>= 7;
        }
        WriteBits(value, 8);
    }

    public void WriteVarint(long value) => WriteUvarint(PrefixVarint.ZigZag(value));

    /// <summary>Overwrites two bytes that are already written, for the number of samples at the start of a chunk.</summary>
    public void SetUInt16(int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(offset, 2), value);

    public void SetByte(int offset, byte value) => _bytes[offset] = value;

    private void Ensure(int bits)
    {
        var needed = (_bit + bits + 7) >> 3;
        if (needed > _bytes.Length)
        {
            // Half as much again: a million of these are open while a log is imported.
            Array.Resize(ref _bytes, Math.Max(needed, _bytes.Length + (_bytes.Length / 2)));
        }
    }
}
