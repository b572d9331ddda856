using System.Buffers;
using System.Runtime.InteropServices;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>A few different doubles, and for each value its place among them. Format: docs/formats/chunk.md, "Dictionary".</summary>
internal static class DictionaryColumn
{
    private const int MaxEntries = 256;

    /// <summary>Writes the column, or nothing where there are too many different values.</summary>
    public static bool TryWrite(ReadOnlySpan<double> values, ByteBuffer to)
    {
        var places = new Dictionary<ulong, int>();
        foreach (var value in values)
        {
            if (places.TryAdd(BitConverter.DoubleToUInt64Bits(value), places.Count) && places.Count > Math.Min(MaxEntries, values.Length / 4))
            {
                return false;
            }
        }
        to.WriteVarint((ulong)places.Count);
        var rented = ArrayPool<long>.Shared.Rent(values.Length);
        foreach (var (bits, _) in places.OrderBy(entry => entry.Value))
        {
            to.WriteUInt64(bits);
        }
        for (var i = 0; i < values.Length; i++)
        {
            rented[i] = places[BitConverter.DoubleToUInt64Bits(values[i])];
        }
        PackedIntegers.Write(rented.AsSpan(0, values.Length), to);
        ArrayPool<long>.Shared.Return(rented);
        return true;
    }

    public static void Read(ref ByteReader from, Span<double> values, SimdPath path)
    {
        var entries = MemoryMarshal.Cast<byte, double>(from.ReadBytes(8 * from.ReadCount(8)));
        var places = MemoryMarshal.Cast<double, long>(values);
        PackedIntegers.Read(ref from, places, path);
        for (var i = 0; i < values.Length; i++)
        {
            if ((ulong)places[i] >= (ulong)entries.Length)
            {
                throw new CorruptDataException("a place lies outside of its dictionary");
            }
            values[i] = entries[(int)places[i]];
        }
    }
}
