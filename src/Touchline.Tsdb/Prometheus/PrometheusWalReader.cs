using System.Buffers.Binary;
using Snappier;
using Touchline.Tsdb.Files;
using ZstdSharp;

namespace Touchline.Tsdb.Prometheus;

/// <summary>
/// Walks the records of one segment of Prometheus's log. It is written in pages of 32 KiB, in which every fragment has its checksum; behind
/// a damaged fragment the next page is where records are found again. Format: docs/formats/prometheus.md.
/// </summary>
internal sealed class PrometheusWalReader : IDisposable
{
    private const int PageLength = 32 * 1024;
    private const int FragmentHeaderLength = 7;
    private const int MaxRecordLength = 256 * 1024 * 1024; // No record of Prometheus's comes near; a damaged length must not fill the memory.
    private const byte TypeMask = 7;
    private const byte SnappyFlag = 8;
    private const byte ZstdFlag = 16;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly Action<string> _damaged;
    private readonly byte[] _page = new byte[PageLength];
    private readonly ByteBuffer _record = new(PageLength);
    private readonly Decompressor _zstd = new();
    private byte[] _unpacked = new byte[PageLength];
    private long _pageStart;
    private int _pageEnd;
    private int _at;
    private bool _inRecord;

    /// <param name="path">A segment.</param>
    /// <param name="damaged">Told of what cannot be read.</param>
    public PrometheusWalReader(string path, Action<string> damaged)
    {
        _path = path;
        _damaged = damaged;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 256 * 1024, FileOptions.SequentialScan);
    }

    private enum Fragment : byte
    {
        PageEnd = 0,
        Full = 1,
        First = 2,
        Middle = 3,
        Last = 4,
    }

    /// <summary>Bytes of the file that are behind the reader.</summary>
    public long Position => _pageStart + _at;

    /// <summary>Gives the next whole record, uncompressed; it is valid until the next call.</summary>
    public bool Next(out ReadOnlySpan<byte> record)
    {
        while (NextFragment(out var type, out var flags, out var data))
        {
            if (type is Fragment.Full or Fragment.First)
            {
                if (_inRecord)
                {
                    Damaged("a record has no end");
                }
                _record.Clear(MaxRecordLength / 16);
            }
            else if (!_inRecord)
            {
                continue; // The rest of a record whose beginning was damaged.
            }
            _inRecord = type is Fragment.First or Fragment.Middle;
            if (_record.Length + data.Length > MaxRecordLength)
            {
                Damaged($"a record is longer than {MaxRecordLength} bytes");
                _inRecord = false;
                continue;
            }
            _record.WriteBytes(data);
            if (!_inRecord && TryUnpack(flags, out record))
            {
                return true;
            }
        }
        record = default;
        return false;
    }

    public void Dispose()
    {
        _file.Dispose();
        _zstd.Dispose();
    }

    private bool NextFragment(out Fragment type, out byte flags, out ReadOnlySpan<byte> data)
    {
        while (true)
        {
            if (_at + FragmentHeaderLength > _pageEnd || _page[_at] == (byte)Fragment.PageEnd)
            {
                if (!TryReadPage())
                {
                    type = default;
                    flags = 0;
                    data = default;
                    return false;
                }
                continue;
            }
            var header = _page.AsSpan(_at, FragmentHeaderLength);
            type = (Fragment)(header[0] & TypeMask);
            flags = header[0];
            var length = BinaryPrimitives.ReadUInt16BigEndian(header[1..]);
            if (type <= Fragment.Last && (flags & ~(TypeMask | SnappyFlag | ZstdFlag)) == 0 && _at + FragmentHeaderLength + length <= _pageEnd)
            {
                data = _page.AsSpan(_at + FragmentHeaderLength, length);
                if (Crc32C.Of(data) == BinaryPrimitives.ReadUInt32BigEndian(header[3..]))
                {
                    _at += FragmentHeaderLength + length;
                    return true;
                }
            }
            // The last page of the log is not full: what is cut short there was being written when the process ended, or is being written now.
            if (_pageEnd == PageLength)
            {
                Damaged("a record is damaged; the rest of its page is left out");
            }
            _inRecord = false;
            _at = _pageEnd;
        }
    }

    private bool TryReadPage()
    {
        _pageStart += _pageEnd;
        _at = 0;
        _pageEnd = _file.ReadAtLeast(_page, PageLength, throwOnEndOfStream: false);
        return _pageEnd > 0;
    }

    private bool TryUnpack(byte flags, out ReadOnlySpan<byte> record)
    {
        record = _record.Written;
        if ((flags & (SnappyFlag | ZstdFlag)) == 0)
        {
            return true;
        }
        try
        {
            record = (flags & SnappyFlag) != 0 ? UnpackSnappy(record) : UnpackZstd(record);
            return true;
        }
        catch (Exception e) when (e is CorruptDataException or InvalidDataException or InvalidOperationException or ArgumentException or ZstdException)
        {
            Damaged($"a record cannot be unpacked: {e.Message}");
            return false;
        }
    }

    private ReadOnlySpan<byte> UnpackSnappy(ReadOnlySpan<byte> packed)
    {
        Reserve((ulong)Snappy.GetUncompressedLength(packed));
        return _unpacked.AsSpan(0, Snappy.Decompress(packed, _unpacked));
    }

    private ReadOnlySpan<byte> UnpackZstd(ReadOnlySpan<byte> packed)
    {
        Reserve(Decompressor.GetDecompressedSize(packed));
        return _unpacked.AsSpan(0, _zstd.Unwrap(packed, _unpacked));
    }

    private void Reserve(ulong length)
    {
        if (length > MaxRecordLength)
        {
            throw new CorruptDataException($"it claims to unpack to {length} bytes");
        }
        if (_unpacked.Length < (int)length)
        {
            _unpacked = new byte[length];
        }
    }

    private void Damaged(string what) => _damaged($"{_path}: {what} (offset {_pageStart + _at})");
}
