using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Head;

/// <summary>
/// A chunk in the head, linked to the one before it. Only the newest of a series grows; its bytes and then its count are published
/// with release semantics, so readers decode the samples counted so far without a lock.
/// </summary>
internal sealed class HeadChunk
{
    public const int MaxSamples = 512;

    /// <summary>Histograms can be large: a chunk of them ends by size.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int FirstCapacity = 40;

    private byte[] _bytes;
    private int _used;
    private int _count;
    private long _maxTime;
    private HeadChunk? _previous;

    public HeadChunk(ChunkKind kind, long minTime, long endTime, HeadChunk? previous)
    {
        Kind = kind;
        MinTime = minTime;
        EndTime = endTime;
        _bytes = new byte[FirstCapacity];
        _maxTime = minTime;
        _previous = previous;
    }

    /// <summary>A chunk read back from a checkpoint; it will not grow.</summary>
    public HeadChunk(ChunkKind kind, long minTime, long maxTime, int count, byte[] bytes, HeadChunk? previous)
    {
        Kind = kind;
        MinTime = minTime;
        EndTime = minTime;
        _maxTime = maxTime;
        _count = count;
        _bytes = bytes;
        _used = bytes.Length;
        _previous = previous;
    }

    public ChunkKind Kind { get; }

    public long MinTime { get; }

    /// <summary>The first time that belongs to the next block, and so to another chunk.</summary>
    public long EndTime { get; }

    public long MaxTime => Volatile.Read(ref _maxTime);

    public int Count => Volatile.Read(ref _count);

    public int Bytes => Volatile.Read(ref _bytes).Length;

    public HeadChunk? Previous
    {
        get => Volatile.Read(ref _previous);
        set => Volatile.Write(ref _previous, value);
    }

    /// <summary>Whether a sample of the kind at the time can be added. A chunk read back has no encoder state and takes none.</summary>
    public bool Takes(ChunkKind kind, long time) => kind == Kind && time < EndTime && _count < MaxSamples && _used < MaxBytes;

    public void Append(ref HeadCodecState state, long time, double value)
    {
        _used += HeadCodec.Encode(ref state, Room(HeadCodec.MaxSampleLength), time, value);
        Publish(time);
    }

    public void AppendHistogram(ref HeadCodecState state, long time, ReadOnlySpan<byte> payload)
    {
        _used += HeadCodec.EncodeHistogram(ref state, Room(HeadCodec.MaxSampleLength + payload.Length), time, payload);
        Publish(time);
    }

    /// <summary>Gives unused bytes back; nothing is appended afterwards.</summary>
    public void Close()
    {
        if (_used < _bytes.Length)
        {
            Volatile.Write(ref _bytes, _bytes[.._used]);
        }
    }

    public bool Overlaps(long minTime, long maxTime) => Count > 0 && MinTime <= maxTime && MaxTime >= minTime;

    public void Read(long minTime, long maxTime, SampleColumns into)
    {
        var count = Volatile.Read(ref _count);
        HeadCodec.Decode(Volatile.Read(ref _bytes), count, Kind, minTime, maxTime, into);
    }

    /// <summary>The samples counted so far, and bytes that hold at least those.</summary>
    public ReadOnlySpan<byte> Snapshot(out int count)
    {
        count = Volatile.Read(ref _count);
        var used = Volatile.Read(ref _used);
        return Volatile.Read(ref _bytes).AsSpan(0, used);
    }

    /// <summary>A closed copy behind another chunk, without the samples of the interval; null where nothing is left.</summary>
    public HeadChunk? Without(TimeInterval interval, HeadChunk? previous)
    {
        if (!Overlaps(interval.MinTime, interval.MaxTime))
        {
            var bytes = Snapshot(out var count);
            return new HeadChunk(Kind, MinTime, MaxTime, count, bytes.ToArray(), previous);
        }
        var rows = new SampleColumns();
        Read(long.MinValue, long.MaxValue, rows);
        DeletedRows.Remove(rows, 0, [interval]);
        if (rows.Count == 0)
        {
            return null;
        }
        var left = new HeadChunk(Kind, rows.Timestamps[0], long.MaxValue, previous);
        var state = default(HeadCodecState);
        var histogram = new ByteBuffer();
        for (var row = 0; row < rows.Count; row++)
        {
            if (Kind == ChunkKind.Float)
            {
                left.Append(ref state, rows.Timestamps[row], rows.Values[row]);
                continue;
            }
            histogram.Clear();
            HistogramCodec.Encode(rows.Histograms[row]!, histogram);
            left.AppendHistogram(ref state, rows.Timestamps[row], histogram.Written);
        }
        return new HeadChunk(Kind, left.MinTime, left.MaxTime, left.Count, left.Snapshot(out _).ToArray(), previous);
    }

    private Span<byte> Room(int needed)
    {
        if (_bytes.Length - _used < needed)
        {
            var grown = new byte[Math.Max(_used + needed, _bytes.Length + Math.Min(_bytes.Length, 256))];
            _bytes.AsSpan(0, _used).CopyTo(grown);
            Volatile.Write(ref _bytes, grown);
        }
        return _bytes.AsSpan(_used);
    }

    private void Publish(long time)
    {
        Volatile.Write(ref _maxTime, time);
        Volatile.Write(ref _count, _count + 1);
    }
}
