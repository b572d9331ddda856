using System.Buffers.Binary;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// The values of a chunk that will not grow any more, as blocks keep it: encoding, column, CRC-32C. How many there are, and at which times, is in
/// the block's index. Format: docs/formats/chunk.md, "Sealed".
/// </summary>
internal static class SealedChunk
{
    /// <summary>Headers cost next to nothing at this size, and a chunk still decodes within a few microseconds.</summary>
    public const int MaxSamples = 2048;

    private const int ChecksumLength = 4;

    /// <summary>Writes the values of rows, which must be of one kind, as one chunk.</summary>
    public static void Write(SampleColumns rows, int start, int count, ByteBuffer to)
    {
        var offset = to.Length;
        if (rows.HasHistograms && rows.Histograms[start] is not null)
        {
            HistogramColumn.Write(rows.Histograms.Slice(start, count), to);
        }
        else
        {
            ValueColumn.Write(rows.Values.Slice(start, count), to);
        }
        to.WriteUInt32(Crc32C.Of(to.Written[offset..]));
    }

    /// <summary>Appends those samples of a chunk whose times are between the two, both inclusive.</summary>
    /// <param name="times">The times of all samples of the chunk.</param>
    /// <exception cref="CorruptDataException">The checksum is wrong, or the format is none that this version reads; nothing is appended.</exception>
    public static void Read(ReadOnlySpan<byte> chunk, ReadOnlySpan<long> times, long minTime, long maxTime, SampleColumns into) =>
        Read(chunk, times, minTime, maxTime, into, SimdPaths.Best);

    public static void Read(
        ReadOnlySpan<byte> chunk, ReadOnlySpan<long> times, long minTime, long maxTime, SampleColumns into, SimdPath path)
    {
        if (chunk.Length <= ChecksumLength)
        {
            throw new CorruptDataException("a chunk is shorter than its checksum");
        }
        var body = chunk[..^ChecksumLength];
        if (Crc32C.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(chunk[^ChecksumLength..]))
        {
            throw new CorruptDataException("the checksum of a chunk is wrong");
        }
        var (low, high) = RangeWithin(times, minTime, maxTime);
        if (low == high)
        {
            return;
        }
        var reader = new ByteReader(body);
        if (HistogramColumn.Is(body[0]))
        {
            var histograms = HistogramColumn.Read(ref reader, times.Length, low, high, path);
            for (var i = low; i < high; i++)
            {
                into.Add(times[i], histograms[i - low]);
            }
            return;
        }
        into.Room(times.Length, out var timesInto, out var values);
        ValueColumn.Read(ref reader, values, path);
        times[low..high].CopyTo(timesInto);
        if (low > 0)
        {
            values[low..high].CopyTo(values);
        }
        into.Added(high - low);
    }

    /// <summary>What the encoding of a chunk is called, for people who look into a data directory.</summary>
    public static string CodecOf(ReadOnlySpan<byte> chunk) =>
        chunk.IsEmpty ? "unknown" : HistogramColumn.Is(chunk[0]) ? "histogram" : ValueColumn.NameOf(chunk[0]);

    /// <summary>The places of the times between the two, both inclusive.</summary>
    public static (int Low, int High) RangeWithin(ReadOnlySpan<long> times, long minTime, long maxTime)
    {
        if (times.Length == 0)
        {
            return (0, 0);
        }
        var low = times[0] >= minTime ? 0 : FirstAtLeast(times, minTime);
        var high = times[^1] <= maxTime ? times.Length : FirstAtLeast(times, maxTime == long.MaxValue ? maxTime : maxTime + 1);
        return (low, Math.Max(low, high));
    }

    private static int FirstAtLeast(ReadOnlySpan<long> times, long time)
    {
        var low = 0;
        var high = times.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (times[middle] < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }
}
