using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Doubles that are no decimals, cut in two: high bits (sign, exponent, the first of the fraction), of which there are few different ones,
/// and the noise below, packed as it is. Low bits that are zero in all of them are left out. Source of the idea: ALP-RD (Afroozeh, Kuffó, Boncz, 2023).
/// Format: docs/formats/chunk.md, "Split bits".
/// </summary>
internal static class SplitColumn
{
    public static void Write(ReadOnlySpan<double> values, ByteBuffer to)
    {
        var bits = MemoryMarshal.Cast<double, ulong>(values);
        var all = 0UL;
        foreach (var one in bits)
        {
            all |= one;
        }
        var dropped = all == 0 ? 0 : BitOperations.TrailingZeroCount(all);
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        var high = rented.AsSpan(0, values.Length);
        var (width, least) = (0, int.MaxValue);
        for (var tried = 52 - dropped; tried >= 16; tried -= 4)
        {
            Cut(bits, dropped + tried, high);
            var length = PackedIntegers.EstimateLength(high) + BitPacking.PackedLength(values.Length, tried);
            if (length < least)
            {
                (width, least) = (tried, length);
            }
        }
        Cut(bits, dropped + width, high);
        to.WriteByte((byte)dropped);
        to.WriteByte((byte)width);
        PackedIntegers.Write(high, to);
        for (var i = 0; i < bits.Length; i++)
        {
            high[i] = (long)(bits[i] >> dropped);
        }
        BitPacking.Pack(MemoryMarshal.Cast<long, ulong>(high), width, to.Reserve(BitPacking.PackedLength(values.Length, width)));
        ArrayPool<long>.Shared.Return(rented);
    }

    public static void Read(ref ByteReader from, Span<double> values, SimdPath path)
    {
        var dropped = from.ReadByte();
        var width = from.ReadByte();
        if (dropped + width >= 64)
        {
            throw new CorruptDataException($"a cut behind {dropped} and {width} bits");
        }
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        try
        {
            var high = rented.AsSpan(0, values.Length);
            PackedIntegers.Read(ref from, high, path);
            var bits = MemoryMarshal.Cast<double, ulong>(values);
            BitPacking.Unpack(from.ReadBytes(BitPacking.PackedLength(values.Length, width)), width, bits, path);
            for (var i = 0; i < bits.Length; i++)
            {
                bits[i] = (bits[i] | ((ulong)high[i] << width)) << dropped;
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    private static void Cut(ReadOnlySpan<ulong> bits, int below, Span<long> high)
    {
        for (var i = 0; i < bits.Length; i++)
        {
            high[i] = (long)(bits[i] >> below);
        }
    }
}
