using System.Buffers;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>Ascending series numbers as their differences: packed where there are enough of them. Format: docs/formats/index.md, "Postings".</summary>
internal static class PostingsCodec
{
    /// <summary>Below this many, a varint each is as small and simpler.</summary>
    private const int PackFrom = 8;

    public static void Write(ReadOnlySpan<uint> series, ByteBuffer to)
    {
        to.WriteVarint((ulong)series.Length);
        if (series.Length < PackFrom)
        {
            var last = 0U;
            foreach (var number in series)
            {
                to.WriteVarint(number - last);
                last = number;
            }
            return;
        }
        to.WriteVarint(series[0]);
        var rented = ArrayPool<long>.Shared.Rent(series.Length - 1);
        var deltas = rented.AsSpan(0, series.Length - 1);
        for (var i = 0; i < deltas.Length; i++)
        {
            deltas[i] = (long)series[i + 1] - series[i];
        }
        PackedIntegers.Write(deltas, to);
        ArrayPool<long>.Shared.Return(rented);
    }

    /// <param name="limit">The number of series; what is not below it is corrupt, as is a longer list.</param>
    public static uint[] Read(ref ByteReader from, int limit)
    {
        var series = new uint[ReadCount(ref from, limit)];
        Read(ref from, limit, series);
        return series;
    }

    /// <summary>How many there are: what stands first.</summary>
    public static int ReadCount(ref ByteReader from, int limit)
    {
        var count = from.ReadVarint();
        return count <= (ulong)limit ? (int)count : throw new CorruptDataException($"{count} postings of {limit} series");
    }

    /// <summary>Reads as many as there are, their count having been read.</summary>
    public static void Read(ref ByteReader from, int limit, Span<uint> series)
    {
        if (series.Length < PackFrom)
        {
            var last = 0UL;
            for (var i = 0; i < series.Length; i++)
            {
                last += from.ReadVarint();
                series[i] = (uint)Math.Min(last, uint.MaxValue);
            }
        }
        else
        {
            var last = (long)from.ReadVarint();
            var rented = ArrayPool<long>.Shared.Rent(series.Length - 1);
            try
            {
                var deltas = rented.AsSpan(0, series.Length - 1);
                PackedIntegers.Read(ref from, deltas, SimdPaths.Best);
                series[0] = (uint)last;
                for (var i = 0; i < deltas.Length; i++)
                {
                    last += deltas[i];
                    series[i + 1] = (uint)last;
                }
            }
            finally
            {
                ArrayPool<long>.Shared.Return(rented);
            }
        }
        if (series.Length > 0 && series[^1] >= (uint)limit)
        {
            throw new CorruptDataException("postings name a series that is not there");
        }
    }
}
