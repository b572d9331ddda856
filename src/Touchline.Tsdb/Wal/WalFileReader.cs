using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Walks the records of a log file. Damaged stretches are stepped over to the next record whose checksums hold; where there is
/// none, the rest of the file is the torn tail. The file is mapped, not read: a checkpoint can be larger than what one array holds.
/// </summary>
internal sealed class WalFileReader(MappedFile file)
{
    private long _position = WalFormat.FileHeaderLength;

    /// <summary>Stretches that could not be read, each as offset and length, the torn tail apart.</summary>
    public List<(long Offset, long Length)> Damaged { get; } = [];

    /// <summary>Where the torn tail begins; the file's length where it has none.</summary>
    public long TailStart { get; private set; } = file.Length;

    /// <summary>Gives the next whole record; the payload is valid as long as the file is mapped.</summary>
    public bool Next(out WalRecordType type, out ReadOnlySpan<byte> payload)
    {
        var start = _position;
        for (var at = start; at + WalFormat.RecordHeaderLength <= file.Length; at++)
        {
            var header = file.Slice(at, WalFormat.RecordHeaderLength);
            if (header[0] == WalFormat.Marker && TryPayload(header, at, out payload))
            {
                if (at > start)
                {
                    Damaged.Add((start, at - start));
                }
                type = (WalRecordType)header[1];
                _position = at + WalFormat.RecordHeaderLength + payload.Length;
                return true;
            }
        }
        if (start < file.Length)
        {
            TailStart = start;
        }
        _position = file.Length;
        type = default;
        payload = default;
        return false;
    }

    private bool TryPayload(ReadOnlySpan<byte> header, long at, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[2..]) != WalFormat.HeaderCheck(header)
            || length > Math.Min(int.MaxValue, file.Length - at - WalFormat.RecordHeaderLength))
        {
            return false;
        }
        payload = file.Slice(at + WalFormat.RecordHeaderLength, (int)length);
        return Crc32C.Of(payload) == BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
    }
}
