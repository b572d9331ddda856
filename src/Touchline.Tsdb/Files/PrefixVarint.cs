using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Touchline.Tsdb.Files;

/// <summary>
/// Unsigned integers in 1 to 9 bytes, little-endian; the number of trailing zero bits of the first byte says how many bytes
/// follow it, so a length costs one instruction instead of a loop. n bytes carry 7n bits; a first byte of zero carries 64 in the next 8.
/// </summary>
internal static class PrefixVarint
{
    public const int MaxLength = 9;

    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>How many bytes <see cref="Write"/> takes.</summary>
    public static int LengthOf(ulong value) => value < 1UL << 7 ? 1 : Math.Min(MaxLength, (BitOperations.Log2(value) / 7) + 1);

    /// <summary>Writes the value; the span must have room for <see cref="MaxLength"/> bytes, whatever the value.</summary>
    public static int Write(Span<byte> to, ulong value)
    {
        if (value < 1UL << 7)
        {
            to[0] = (byte)((value << 1) | 1);
            return 1;
        }
        var length = (BitOperations.Log2(value) / 7) + 1;
        if (length > 8)
        {
            to[0] = 0;
            BinaryPrimitives.WriteUInt64LittleEndian(to[1..], value);
            return 9;
        }
        BinaryPrimitives.WriteUInt64LittleEndian(to, (value << length) | (1UL << (length - 1)));
        return length;
    }

    /// <summary>Reads a value and moves the position behind it.</summary>
    /// <exception cref="CorruptDataException">The bytes end before the value does.</exception>
    // Most numbers have one byte; calling for those was a tenth of counting the series of a block (benchmarks/restart).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> from, scoped ref int position)
    {
        var at = position;
        if ((uint)at < (uint)from.Length && (from[at] & 1) != 0)
        {
            position = at + 1;
            return (ulong)from[at] >> 1;
        }
        return ReadLonger(from, ref position);
    }

    private static ulong ReadLonger(ReadOnlySpan<byte> from, scoped ref int position)
    {
        if ((uint)position < (uint)from.Length)
        {
            var first = from[position];
            if (position + 9 <= from.Length)
            {
                if (first == 0)
                {
                    var whole = BinaryPrimitives.ReadUInt64LittleEndian(from[(position + 1)..]);
                    position += 9;
                    return whole;
                }
                var length = BitOperations.TrailingZeroCount(first) + 1;
                var loaded = BinaryPrimitives.ReadUInt64LittleEndian(from[position..]);
                position += length;
                return (length == 8 ? loaded : loaded & ((1UL << (8 * length)) - 1)) >> length;
            }
            return ReadNearEnd(from, ref position);
        }
        throw new CorruptDataException("the bytes end inside a number");
    }

    private static ulong ReadNearEnd(ReadOnlySpan<byte> from, scoped ref int position)
    {
        var rest = from[position..];
        var length = rest[0] == 0 ? 9 : BitOperations.TrailingZeroCount(rest[0]) + 1;
        if (length > rest.Length)
        {
            throw new CorruptDataException("the bytes end inside a number");
        }
        Span<byte> padded = stackalloc byte[16];
        rest[..length].CopyTo(padded);
        position += length;
        return length == 9
            ? BinaryPrimitives.ReadUInt64LittleEndian(padded[1..])
            : BinaryPrimitives.ReadUInt64LittleEndian(padded) >> length;
    }
}
