using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Walks the records of a log file. Damaged stretches are stepped over to the next record whose checksums hold; where there is
/// none, the rest of the file is the torn tail.
/// </summary>
internal sealed class WalFileReader(ReadOnlyMemory<byte> file)
{
    private int _position = WalFormat.FileHeaderLength;

    /// <summary>Stretches that could not be read, each as offset and length, the torn tail apart.</summary>
    public List<(int Offset, int Length)> Damaged { get; } = [];

    /// <summary>Where the torn tail begins; the file's length where it has none.</summary>
    public int TailStart { get; private set; } = file.Length;

    public bool Next(out WalRecordType type, out ReadOnlyMemory<byte> payload)
    {
        var bytes = file.Span;
        var start = _position;
        for (var at = start; at + WalFormat.RecordHeaderLength <= bytes.Length; at++)
        {
            if (bytes[at] == WalFormat.Marker && TryRecordAt(bytes, at, out var length))
            {
                if (at > start)
                {
                    Damaged.Add((start, at - start));
                }
                type = (WalRecordType)bytes[at + 1];
                payload = file.Slice(at + WalFormat.RecordHeaderLength, length);
                _position = at + WalFormat.RecordHeaderLength + length;
                return true;
            }
        }
        if (start < bytes.Length)
        {
            TailStart = start;
        }
        _position = bytes.Length;
        (type, payload) = (default, default);
        return false;
    }

    private static bool TryRecordAt(ReadOnlySpan<byte> bytes, int at, out int length)
    {
        var header = bytes.Slice(at, WalFormat.RecordHeaderLength);
        var declared = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        length = 0;
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[2..]) != WalFormat.HeaderCheck(header)
            || declared > (uint)(bytes.Length - at - WalFormat.RecordHeaderLength))
        {
            return false;
        }
        length = (int)declared;
        return Crc32C.Of(bytes.Slice(at + WalFormat.RecordHeaderLength, length)) == BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
    }
}
