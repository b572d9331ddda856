using System.Buffers;
using System.Buffers.Binary;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>
/// A chunk that will not grow any more, as blocks keep it: header, a column of times, a column of values, CRC-32C.
/// Format: docs/formats/chunk.md, "Sealed".
/// </summary>
internal static class SealedChunk
{
    /// <summary>More than the 480 samples of two hours at 15 s; at 1 s a block has a handful of chunks, decoded only where asked for.</summary>
    public const int MaxSamples = 1024;

    private const byte DeltasOfDeltas = 1;
    private const int HeaderLength = 2;
    private const int ChecksumLength = 4;

    /// <summary>Writes rows of the columns, which must be of one kind, as one chunk.</summary>
    public static void Write(SampleColumns rows, int start, int count, ByteBuffer to)
    {
        var offset = to.Length;
        var histograms = rows.HasHistograms && rows.Histograms[start] is not null;
        to.WriteByte((byte)ChunkEncoding.Sealed);
        to.WriteByte((byte)(histograms ? ChunkKind.Histogram : ChunkKind.Float));
        to.WriteVarint((ulong)count);
        WriteTimes(rows.Timestamps.Slice(start, count), to);
        if (histograms)
        {
            WriteHistograms(rows.Histograms.Slice(start, count), to);
        }
        else
        {
            ValueColumn.Write(rows.Values.Slice(start, count), to);
        }
        to.WriteUInt32(Crc32C.Of(to.Written[offset..]));
    }

    /// <summary>Appends the samples between the two times, both inclusive.</summary>
    /// <exception cref="CorruptDataException">The checksum is wrong, or the format is none that this version reads.</exception>
    public static void Read(ReadOnlySpan<byte> chunk, long minTime, long maxTime, SampleColumns into)
    {
        if (chunk.Length < HeaderLength + ChecksumLength)
        {
            throw new CorruptDataException("a chunk is shorter than its header");
        }
        var body = chunk[..^ChecksumLength];
        if (Crc32C.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(chunk[^ChecksumLength..]))
        {
            throw new CorruptDataException("the checksum of a chunk is wrong");
        }
        if (body[0] != (byte)ChunkEncoding.Sealed || body[1] > (byte)ChunkKind.Histogram)
        {
            throw new CorruptDataException($"chunk encoding {body[0]}, kind {body[1]} is unknown to this version");
        }
        var reader = new ByteReader(body[HeaderLength..]);
        var declared = reader.ReadVarint();
        if (declared is 0 or > ushort.MaxValue)
        {
            throw new CorruptDataException($"a chunk of {declared} samples");
        }
        var count = (int)declared;
        if (body[1] == (byte)ChunkKind.Histogram)
        {
            ReadHistograms(ref reader, count, minTime, maxTime, into);
        }
        else
        {
            ReadFloats(ref reader, count, minTime, maxTime, into);
        }
    }

    private static void ReadFloats(ref ByteReader reader, int count, long minTime, long maxTime, SampleColumns into)
    {
        var before = into.Count;
        into.Extend(count, out var times, out var values);
        try
        {
            ReadTimes(ref reader, times);
            var (low, high) = RangeWithin(times, minTime, maxTime);
            if (low < high)
            {
                ValueColumn.Read(ref reader, values);
                if (low > 0)
                {
                    times[low..high].CopyTo(times);
                    values[low..high].CopyTo(values);
                }
            }
            count = high - low;
        }
        catch (CorruptDataException)
        {
            into.Truncate(before);
            throw;
        }
        into.Truncate(before + count);
    }

    private static void ReadHistograms(ref ByteReader reader, int count, long minTime, long maxTime, SampleColumns into)
    {
        var rented = ArrayPool<long>.Shared.Rent(count);
        try
        {
            var times = rented.AsSpan(0, count);
            ReadTimes(ref reader, times);
            foreach (var time in times)
            {
                var payload = reader.ReadBytes(reader.ReadCount());
                if (time >= minTime && time <= maxTime)
                {
                    into.Add(time, HistogramCodec.Decode(payload));
                }
            }
        }
        finally
        {
            ArrayPool<long>.Shared.Return(rented);
        }
    }

    private static void WriteTimes(ReadOnlySpan<long> times, ByteBuffer to)
    {
        to.WriteByte(DeltasOfDeltas);
        to.WriteZigZag(times[0]);
        if (times.Length == 1)
        {
            return;
        }
        to.WriteZigZag(times[1] - times[0]);
        var rented = ArrayPool<long>.Shared.Rent(times.Length);
        var changes = rented.AsSpan(0, times.Length - 2);
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] = times[i + 2] - times[i + 1] - (times[i + 1] - times[i]);
        }
        PatchedIntegers.Write(changes, to);
        ArrayPool<long>.Shared.Return(rented);
    }

    private static void ReadTimes(ref ByteReader reader, Span<long> times)
    {
        var encoding = reader.ReadByte();
        if (encoding != DeltasOfDeltas)
        {
            throw new CorruptDataException($"time encoding {encoding} is unknown to this version");
        }
        times[0] = reader.ReadZigZag();
        if (times.Length == 1)
        {
            return;
        }
        var delta = reader.ReadZigZag();
        times[1] = times[0] + delta;
        var rest = times[2..];
        PatchedIntegers.Read(ref reader, rest);
        var last = times[1];
        foreach (ref var time in rest)
        {
            delta += time;
            last += delta;
            time = last;
        }
    }

    private static void WriteHistograms(ReadOnlySpan<NativeHistogram?> histograms, ByteBuffer to)
    {
        var payload = new ByteBuffer();
        foreach (var histogram in histograms)
        {
            payload.Clear();
            HistogramCodec.Encode(histogram!, payload);
            to.WriteVarint((ulong)payload.Length);
            to.WriteBytes(payload.Written);
        }
    }

    private static (int Low, int High) RangeWithin(ReadOnlySpan<long> times, long minTime, long maxTime)
    {
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
