using System.Buffers.Binary;
using System.Globalization;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>The framing that segments and checkpoints share. Format: docs/formats/wal.md.</summary>
internal static class WalFormat
{
    public const int FileHeaderLength = 8;
    public const int RecordHeaderLength = 12;
    public const uint Version = 1;
    public const byte Marker = 0xa5;
    public const string SegmentExtension = ".wal";
    public const string CheckpointExtension = ".checkpoint";
    public const string TemporaryExtension = ".tmp";

    private static readonly byte[] Magic = "TLWL"u8.ToArray();

    public static byte[] FileHeader()
    {
        var header = new byte[FileHeaderLength];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), Version);
        return header;
    }

    /// <summary>What is wrong with the header of a file; null where it is of this version.</summary>
    public static string? WrongHeader(ReadOnlySpan<byte> header, out bool unknownVersion)
    {
        unknownVersion = false;
        if (!header[..4].SequenceEqual(Magic))
        {
            return "it does not begin as a log file does";
        }
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        unknownVersion = version != Version;
        return unknownVersion ? $"its format version {version} is unknown to this program, which knows {Version}" : null;
    }

    /// <summary>Fills the header of a record that was reserved at the start of the buffer.</summary>
    public static void Seal(ByteBuffer record, WalRecordType type)
    {
        var payload = record.Written[RecordHeaderLength..];
        var checksum = Crc32C.Of(payload);
        var header = record.At(0, RecordHeaderLength);
        header[0] = Marker;
        header[1] = (byte)type;
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], checksum);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], HeaderCheck(header));
    }

    /// <summary>A check of the header by itself, so that after damage the next record is found without trusting a length.</summary>
    public static ushort HeaderCheck(ReadOnlySpan<byte> header) =>
        (ushort)Crc32C.Continue(Crc32C.Of(header[..2]), header.Slice(4, 8));

    /// <summary>Whether a record's header is that of a probe without a payload.</summary>
    public static bool IsEmptyProbe(ReadOnlySpan<byte> header) =>
        header[0] == Marker && header[1] == (byte)WalRecordType.Probe && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == 0
        && BinaryPrimitives.ReadUInt16LittleEndian(header[2..]) == HeaderCheck(header);

    public static string SegmentName(int number) => number.ToString("D8", CultureInfo.InvariantCulture) + SegmentExtension;

    public static string CheckpointName(int number) => number.ToString("D8", CultureInfo.InvariantCulture) + CheckpointExtension;

    /// <summary>
    /// The number of the first segment that there must be. Numbers are given one after the other; only a snapshot begins with a checkpoint 1, and has no
    /// segment of that number.
    /// </summary>
    /// <param name="checkpoint">The number of the newest checkpoint, 0 where there is none.</param>
    public static int FirstExpected(int checkpoint) => checkpoint == 1 ? 2 : Math.Max(1, checkpoint);

    /// <summary>The files of one extension with their numbers, rising.</summary>
    public static List<(int Number, string Path)> Numbered(string directory, string extension)
    {
        var found = new List<(int Number, string Path)>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + extension))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                found.Add((number, path));
            }
        }
        found.Sort();
        return found;
    }
}
