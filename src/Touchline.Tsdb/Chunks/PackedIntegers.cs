using System.Buffers;
using System.Numerics;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// Signed integers bit-packed at one width, with the few that need more bits patched. The width is the cheapest by a histogram of
/// bit widths, counted both from the minimum (frame of reference) and from zero (zigzag). Format: docs/formats/chunk.md, "Packed integers".
/// </summary>
internal static class PackedIntegers
{
    private const int FromMinimumFlag = 0x80;

    /// <summary>What <see cref="Write"/> would take, within a few bytes.</summary>
    public static int EstimateLength(ReadOnlySpan<long> values) => Choose(values).Length;

    public static void Write(ReadOnlySpan<long> values, ByteBuffer to)
    {
        var (fromMinimum, width, minimum, _) = Choose(values);
        var rented = ArrayPool<ulong>.Shared.Rent(Math.Max(1, values.Length));
        var coded = rented.AsSpan(0, values.Length);
        var patches = 0;
        for (var i = 0; i < values.Length; i++)
        {
            coded[i] = fromMinimum ? (ulong)(values[i] - minimum) : PrefixVarint.ZigZag(values[i]);
            patches += WidthOf(coded[i]) > width ? 1 : 0;
        }
        to.WriteByte((byte)(width | (fromMinimum ? FromMinimumFlag : 0)));
        if (fromMinimum)
        {
            to.WriteZigZag(minimum);
        }
        to.WriteVarint((ulong)patches);
        BitPacking.Pack(coded, width, to.Reserve(BitPacking.PackedLength(coded.Length, width)));
        var next = 0;
        for (var i = 0; patches > 0 && i < coded.Length; i++)
        {
            if (WidthOf(coded[i]) > width)
            {
                to.WriteVarint((ulong)(i - next));
                to.WriteVarint(coded[i] >> width);
                next = i + 1;
            }
        }
        ArrayPool<ulong>.Shared.Return(rented);
    }

    public static void Read(ref ByteReader from, Span<long> values, SimdPath path)
    {
        var header = from.ReadByte();
        var width = header & ~FromMinimumFlag;
        if (width > 64)
        {
            throw new CorruptDataException($"a width of {width} bits");
        }
        var fromMinimum = (header & FromMinimumFlag) != 0;
        var minimum = fromMinimum ? from.ReadZigZag() : 0;
        var patches = from.ReadVarint();
        var coded = System.Runtime.InteropServices.MemoryMarshal.Cast<long, ulong>(values);
        BitPacking.Unpack(from.ReadBytes(BitPacking.PackedLength(values.Length, width)), width, coded, path);
        ulong next = 0;
        for (; patches > 0; patches--)
        {
            next += from.ReadVarint();
            if (next >= (ulong)values.Length || width == 64)
            {
                throw new CorruptDataException("a patch lies outside of its column");
            }
            coded[(int)next++] |= from.ReadVarint() << width;
        }
        if (fromMinimum)
        {
            IntegerKernels.Add(values, minimum, path);
        }
        else
        {
            IntegerKernels.UnZigZag(values, path);
        }
    }

    private static (bool FromMinimum, int Width, long Minimum, int Length) Choose(ReadOnlySpan<long> values)
    {
        var minimum = values.Length == 0 ? 0 : long.MaxValue;
        foreach (var value in values)
        {
            minimum = Math.Min(minimum, value);
        }
        Span<int> offsets = stackalloc int[65];
        Span<int> zigzags = stackalloc int[65];
        offsets.Clear();
        zigzags.Clear();
        foreach (var value in values)
        {
            offsets[WidthOf((ulong)(value - minimum))]++;
            zigzags[WidthOf(PrefixVarint.ZigZag(value))]++;
        }
        var (offsetWidth, offsetLength) = Cheapest(offsets, values.Length);
        var (zigzagWidth, zigzagLength) = Cheapest(zigzags, values.Length);
        offsetLength += Math.Max(1, (WidthOf(PrefixVarint.ZigZag(minimum)) + 6) / 7);
        return offsetLength < zigzagLength ? (true, offsetWidth, minimum, offsetLength) : (false, zigzagWidth, 0, zigzagLength);
    }

    /// <summary>The width whose packed bytes and patches are least together.</summary>
    private static (int Width, int Length) Cheapest(ReadOnlySpan<int> countByWidth, int count)
    {
        var bestWidth = 64;
        var bestLength = int.MaxValue;
        for (var width = 64; width >= 0; width--)
        {
            if (countByWidth[width] == 0 && bestLength == int.MaxValue)
            {
                continue; // Nothing is that wide.
            }
            var length = 2 + BitPacking.PackedLength(count, width);
            for (var wider = width + 1; wider <= 64 && length < bestLength; wider++)
            {
                length += countByWidth[wider] * (1 + ((wider - width + 6) / 7));
            }
            if (length < bestLength)
            {
                (bestWidth, bestLength) = (width, length);
            }
        }
        return bestLength == int.MaxValue ? (0, 2) : (bestWidth, bestLength);
    }

    private static int WidthOf(ulong value) => 64 - BitOperations.LeadingZeroCount(value);
}
