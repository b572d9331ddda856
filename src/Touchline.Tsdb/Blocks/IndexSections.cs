using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>Finds the sections of an index file through its footer. Format: docs/formats/index.md, "Footer".</summary>
internal static class IndexSections
{
    /// <summary>Verifies header, footer and every section.</summary>
    /// <exception cref="CorruptDataException">A checksum is wrong or the version is unknown.</exception>
    public static Dictionary<IndexSection, (long Offset, int Length)> Verify(MappedFile file)
    {
        var header = file.Slice(0, IndexFormat.HeaderLength);
        if (!header[..4].SequenceEqual(IndexFormat.Magic))
        {
            throw new CorruptDataException("it does not begin as an index does");
        }
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (version != IndexFormat.Version)
        {
            throw new CorruptDataException($"its format version {version} is unknown to this program, which knows {IndexFormat.Version}");
        }
        var end = file.Slice(file.Length - IndexFormat.FooterEndLength, IndexFormat.FooterEndLength);
        var count = BinaryPrimitives.ReadUInt32LittleEndian(end);
        var length = ((long)count * IndexFormat.FooterEntryLength) + IndexFormat.FooterEndLength;
        if (count > IndexFormat.MaxSections || length > file.Length - IndexFormat.HeaderLength)
        {
            throw new CorruptDataException("its footer is damaged");
        }
        var footer = file.Slice(file.Length - length, (int)length);
        if (Crc32C.Of(footer[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(end[4..]))
        {
            throw new CorruptDataException("the checksum of its footer is wrong");
        }
        var sections = new Dictionary<IndexSection, (long, int)>();
        for (var i = 0; i < count; i++)
        {
            var entry = footer.Slice(i * IndexFormat.FooterEntryLength, IndexFormat.FooterEntryLength);
            var kind = (IndexSection)BinaryPrimitives.ReadUInt32LittleEndian(entry);
            var offset = BinaryPrimitives.ReadUInt64LittleEndian(entry[4..]);
            var bytes = BinaryPrimitives.ReadUInt64LittleEndian(entry[12..]);
            if (bytes > int.MaxValue || offset > (ulong)file.Length || offset + bytes > (ulong)(file.Length - length))
            {
                throw new CorruptDataException($"section {kind} lies outside of the file");
            }
            if (Crc32C.Of(file.Slice((long)offset, (int)bytes)) != BinaryPrimitives.ReadUInt32LittleEndian(entry[20..]))
            {
                throw new CorruptDataException($"the checksum of section {kind} is wrong");
            }
            sections[kind] = ((long)offset, (int)bytes);
        }
        return sections;
    }
}
