using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Chunks;

/// <summary>The times of consecutive samples, as a record of its own that the chunks of many series refer to. Format: docs/formats/chunk.md, "Times".</summary>
internal static class TimeColumn
{
    public const int ChecksumLength = 4;

    private const byte Integers = 1;

    public static void Write(ReadOnlySpan<long> times, ByteBuffer to)
    {
        var start = to.Length;
        to.WriteByte(Integers);
        IntegerColumn.Write(times, to);
        to.WriteUInt32(Crc32C.Of(to.Written[start..]));
    }

    /// <exception cref="CorruptDataException">The checksum is wrong, or the format is none that this version reads.</exception>
    public static void Read(ReadOnlySpan<byte> record, Span<long> times) => Read(record, times, SimdPaths.Best);

    public static void Read(ReadOnlySpan<byte> record, Span<long> times, SimdPath path)
    {
        if (record.Length <= ChecksumLength)
        {
            throw new CorruptDataException("a column of times is shorter than its checksum");
        }
        var body = record[..^ChecksumLength];
        if (Crc32C.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(record[^ChecksumLength..]))
        {
            throw new CorruptDataException("the checksum of a column of times is wrong");
        }
        var reader = new ByteReader(body);
        if (reader.ReadByte() is var encoding and not Integers)
        {
            throw new CorruptDataException($"time encoding {encoding} is unknown to this version");
        }
        IntegerColumn.Read(ref reader, times, path);
    }
}
