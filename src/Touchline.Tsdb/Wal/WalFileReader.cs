using System.Buffers.Binary;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Walks the records of a log file. Damaged stretches are stepped over to the next record whose checksums hold; where there is
/// none, the rest of the file is the torn tail. The file is mapped, not read: a checkpoint can be larger than what one array holds.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="start">Where the first record begins.</param>
/// <param name="end">Where to stop, for a segment that is being written: what is behind may be half there.</param>
internal sealed class WalFileReader(MappedFile file, long start, long end)
{
    private readonly long _end = end;
    private long _position = start;

    public WalFileReader(MappedFile file)
        : this(file, WalFormat.FileHeaderLength, file.Length)
    {
    }

    /// <summary>Stretches that could not be read, each as offset and length, the torn tail apart.</summary>
    public List<(long Offset, long Length)> Damaged { get; } = [];

    /// <summary>Where the torn tail begins; the file's length where it has none.</summary>
    public long TailStart { get; private set; } = end;

    /// <summary>How far it has read.</summary>
    public long Position => _position;

    /// <summary>Gives the next whole record; the payload is valid as long as the file is mapped.</summary>
    public bool Next(out WalRecordType type, out ReadOnlySpan<byte> payload)
    {
        var from = _position;
        for (var at = from; at + WalFormat.RecordHeaderLength <= _end; at++)
        {
            var header = file.Slice(at, WalFormat.RecordHeaderLength);
            if (header[0] == WalFormat.Marker && TryPayload(header, at, out payload))
            {
                if (at > from)
                {
                    Damaged.Add((from, at - from));
                }
                type = (WalRecordType)header[1];
                _position = at + WalFormat.RecordHeaderLength + payload.Length;
                return true;
            }
        }
        if (from < _end)
        {
            TailStart = from;
        }
        _position = _end;
        type = default;
        payload = default;
        return false;
    }

    private bool TryPayload(ReadOnlySpan<byte> header, long at, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[2..]) != WalFormat.HeaderCheck(header)
            || length > Math.Min(int.MaxValue, _end - at - WalFormat.RecordHeaderLength))
        {
            return false;
        }
        payload = file.Slice(at + WalFormat.RecordHeaderLength, (int)length);
        return Crc32C.Of(payload) == BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
    }
}
