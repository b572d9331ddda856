using System.Buffers.Binary;
using System.Globalization;
using System.IO.Hashing;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>The framing of the queue's files. Format: docs/formats/remote-write-queue.md.</summary>
internal static class QueueFormat
{
    public const int FileHeaderLength = 8;
    public const int RecordHeaderLength = 8;
    public const string Extension = ".queue";

    /// <summary>A length beyond it is damage. A batch is as large as what one scrape or one message of a sender holds.</summary>
    public const int MaxRecordBytes = 512 << 20;

    private const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "TLRQ"u8;

    public static void WriteFileHeader(Span<byte> header)
    {
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Version);
    }

    public static bool IsFileHeader(ReadOnlySpan<byte> header) =>
        header.Length >= FileHeaderLength && header[..4].SequenceEqual(Magic) && BinaryPrimitives.ReadUInt32LittleEndian(header[4..]) == Version;

    /// <summary>Fills the header of a record that was reserved at the start of the buffer.</summary>
    public static void Seal(WireWriter record)
    {
        var payload = record.Written[RecordHeaderLength..];
        var header = record.At(0, RecordHeaderLength);
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], Checksum(payload));
    }

    public static uint Checksum(ReadOnlySpan<byte> payload) => (uint)XxHash3.HashToUInt64(payload);

    public static string NameOf(int segment) => segment.ToString("D8", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The numbers of the files in a directory, rising.</summary>
    public static List<int> Numbers(string directory)
    {
        var found = new List<int>();
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Extension))
        {
            if (int.TryParse(Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                found.Add(number);
            }
        }
        found.Sort();
        return found;
    }
}
