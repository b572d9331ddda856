using System.Buffers.Binary;

namespace Touchline.Tsdb.Files;

/// <summary>What small files have in common that are written as a whole: four bytes that name the kind, a version, and at the end a CRC-32C of all before it.</summary>
internal static class SealedFile
{
    private const int HeaderLength = 8;
    private const int ChecksumLength = 4;

    public static void Begin(ByteBuffer bytes, ReadOnlySpan<byte> magic, uint version)
    {
        bytes.WriteBytes(magic);
        bytes.WriteUInt32(version);
    }

    public static void End(ByteBuffer bytes) => bytes.WriteUInt32(Crc32C.Of(bytes.Written));

    /// <summary>What stands between header and checksum.</summary>
    /// <param name="kind">Of the file, for messages: "tombstones", say.</param>
    /// <exception cref="CorruptDataException">It is no such file, its checksum is wrong or its version is unknown.</exception>
    public static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> magic, uint version, string kind)
    {
        if (bytes.Length < HeaderLength + ChecksumLength || !bytes.StartsWith(magic))
        {
            throw new CorruptDataException($"it does not begin as a file of {kind} does");
        }
        if (Crc32C.Of(bytes[..^ChecksumLength]) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumLength..]))
        {
            throw new CorruptDataException("its checksum is wrong");
        }
        var found = BinaryPrimitives.ReadUInt32LittleEndian(bytes[magic.Length..]);
        return found == version
            ? bytes[HeaderLength..^ChecksumLength]
            : throw new CorruptDataException($"its format version {found} is unknown to this program, which knows {version}");
    }
}
