using System.Buffers.Binary;

namespace Touchline.Tsdb.Chunks;

/// <summary>Unsigned integers of one width each, 0 to 64 bits, packed without gaps, least significant bits first.</summary>
internal static class BitPacking
{
    public static int PackedLength(int count, int width) => (int)(((long)count * width + 7) / 8);

    /// <summary>Packs the low bits of each value into zeroed bytes of <see cref="PackedLength"/>.</summary>
    public static void Pack(ReadOnlySpan<ulong> values, int width, Span<byte> to)
    {
        if (width == 0)
        {
            return;
        }
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        ulong pending = 0;
        var filled = 0;
        var position = 0;
        foreach (var value in values)
        {
            var low = value & mask;
            pending |= low << filled;
            if (filled + width < 64)
            {
                filled += width;
                continue;
            }
            BinaryPrimitives.WriteUInt64LittleEndian(to[position..], pending);
            position += 8;
            var kept = 64 - filled;
            pending = kept == 64 ? 0 : low >> kept;
            filled = width - kept;
        }
        for (; filled > 0; filled -= 8)
        {
            to[position++] = (byte)pending;
            pending >>= 8;
        }
    }

    public static void Unpack(ReadOnlySpan<byte> from, int width, Span<ulong> values, SimdPath path)
    {
        if (width == 0)
        {
            values.Clear();
            return;
        }
        if (path != SimdPath.Scalar && width <= BitUnpacking.MaxWidth)
        {
            BitUnpacking.Unpack(from, width, values, path);
            return;
        }
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        long bit = 0;
        var i = 0;
        if (width <= 56)
        {
            // Eight bytes from the first bit's byte hold the whole value, whatever its offset in the byte.
            for (var last = from.Length - 8; i < values.Length && (bit >> 3) <= last; i++, bit += width)
            {
                values[i] = (BinaryPrimitives.ReadUInt64LittleEndian(from[(int)(bit >> 3)..]) >> (int)(bit & 7)) & mask;
            }
        }
        for (; i < values.Length; i++, bit += width)
        {
            values[i] = UnpackOne(from, bit, width) & mask;
        }
    }

    private static ulong UnpackOne(ReadOnlySpan<byte> from, long bit, int width)
    {
        var at = (int)(bit >> 3);
        var shift = (int)(bit & 7);
        ulong value = 0;
        for (var (i, taken) = (at, -shift); taken < width; i++, taken += 8)
        {
            value |= taken < 0 ? (ulong)from[i] >> -taken : (ulong)from[i] << taken;
        }
        return value;
    }
}
