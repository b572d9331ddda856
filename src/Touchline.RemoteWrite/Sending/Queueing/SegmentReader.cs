using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>Reads the records of one file, which may still be written. Goes on though the file is deleted. Not thread-safe.</summary>
internal sealed class SegmentReader : IDisposable
{
    private const int WindowBytes = 128 * 1024;

    private readonly QueueSegment _segment;
    private readonly SafeFileHandle _file;
    private byte[] _window = new byte[WindowBytes];
    private long _windowStart;
    private int _windowLength;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    public SegmentReader(QueueSegment segment)
    {
        (_segment, _file) = (segment, segment.OpenForReading());
    }

    public int Number => _segment.Number;

    /// <summary>Where the next record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>What is wrong with the file, null where nothing is known to be: the rest of it cannot be read.</summary>
    public string? Damage { get; private set; }

    /// <summary>Whether there is nothing more in the file for now.</summary>
    public bool IsAtEnd => Offset >= _segment.Length;

    /// <summary>The next record's payload, valid until the next call. False where there is none, or none that is whole.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> payload)
    {
        payload = default;
        if (Damage is not null || IsAtEnd)
        {
            return false;
        }
        if (Offset == 0)
        {
            if (!TryFill(QueueFormat.FileHeaderLength, out var start) || !QueueFormat.IsFileHeader(start.Span))
            {
                return Fail("it does not begin as a file of the queue does");
            }
            Offset = QueueFormat.FileHeaderLength;
            if (IsAtEnd)
            {
                return false;
            }
        }
        if (!TryFill(QueueFormat.RecordHeaderLength, out var header))
        {
            return Fail("its last record is cut off");
        }
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header.Span);
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(header.Span[4..]);
        if (length > QueueFormat.MaxRecordBytes || !TryFill(QueueFormat.RecordHeaderLength + (int)length, out var record))
        {
            return Fail("its last record is cut off");
        }
        payload = record[QueueFormat.RecordHeaderLength..];
        if (QueueFormat.Checksum(payload.Span) != checksum)
        {
            return Fail($"the record at byte {Offset} is damaged");
        }
        Offset += record.Length;
        return true;
    }

    public void Dispose() => _file.Dispose();

    private bool Fail(string what)
    {
        Damage = what;
        return false;
    }

    /// <summary>So many bytes from where the reader stands; false where the file does not have them.</summary>
    private bool TryFill(int count, out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        var available = _segment.Length - Offset;
        if (available < count)
        {
            return false;
        }
        if (Offset < _windowStart || Offset + count > _windowStart + _windowLength)
        {
            FillWindow(count, available);
        }
        if (Offset + count > _windowStart + _windowLength)
        {
            return false;
        }
        bytes = _window.AsMemory((int)(Offset - _windowStart), count);
        return true;
    }

    private void FillWindow(int least, long available)
    {
        if (least > _window.Length || (_window.Length > WindowBytes && least <= WindowBytes))
        {
            _window = new byte[Math.Max(least, WindowBytes)];
        }
        var wanted = (int)Math.Min(_window.Length, available);
        _windowStart = Offset;
        _windowLength = 0;
        while (_windowLength < wanted && RandomAccess.Read(_file, _window.AsSpan(_windowLength, wanted - _windowLength), _windowStart + _windowLength) is > 0 and var read)
        {
            _windowLength += read;
        }
    }
}
