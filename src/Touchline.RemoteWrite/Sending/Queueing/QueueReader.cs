using Microsoft.Extensions.Logging;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>
/// Reads the queue for one remote, over all files, and knows how far the remote has got. Reading is for one thread at a time; the properties are
/// for every thread.
/// </summary>
internal sealed class QueueReader : IDisposable
{
    private readonly ForwardQueue _queue;
    private readonly ILogger _logger;
    private readonly QueuePosition _from;
    private readonly Lock _lock = new();
    private SegmentReader? _reader;
    private QueuePosition _acknowledged;
    private volatile int _readingSegment;
    private long _dropped;

    internal QueueReader(ForwardQueue queue, QueuePosition from, ILogger logger)
    {
        (_queue, _from, _logger) = (queue, from, logger);
        _acknowledged = from;
        _readingSegment = from.Segment - 1;
    }

    /// <summary>The file that is open here; what is deleted before it is no loss.</summary>
    public int ReadingSegment => _readingSegment;

    /// <summary>Samples in files that were deleted before they were read.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>How far everything was sent, or will never be.</summary>
    public QueuePosition Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _acknowledged;
            }
        }

        set
        {
            lock (_lock)
            {
                _acknowledged = value;
            }
        }
    }

    /// <summary>Where the next record begins.</summary>
    public QueuePosition Position => _reader is null ? _from : new QueuePosition(_reader.Number, _reader.Offset);

    /// <summary>The next record; false where there is none for now.</summary>
    /// <param name="payload">Valid until the next call.</param>
    /// <param name="isDone">Whether only what it says of series is of interest, as the rest of it was sent before.</param>
    /// <param name="isFirst">Whether it is the first of its file, so that the numbers of series mean others than before.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public bool TryRead(out ReadOnlyMemory<byte> payload, out bool isDone, out bool isFirst)
    {
        while (true)
        {
            isFirst = _reader is null || _reader.Offset <= QueueFormat.FileHeaderLength;
            if (_reader is not null && _reader.TryRead(out payload))
            {
                isDone = Position.CompareTo(_from) <= 0;
                return true;
            }
            if (!TryOpenNext())
            {
                payload = default;
                isDone = false;
                return false;
            }
        }
    }

    public void Dispose()
    {
        _queue.Close(this);
        _reader?.Dispose();
    }

    internal void CountDropped(long samples) => Interlocked.Add(ref _dropped, samples);

    /// <summary>Goes on with the next file, where there is one and this one is read to its end.</summary>
    private bool TryOpenNext()
    {
        var next = _queue.SegmentFrom(_reader is null ? _from.Segment : _reader.Number + 1);
        // In this order: once there is a next file, no more comes to this one.
        if (next is null || _reader is { Damage: null, IsAtEnd: false })
        {
            return next is not null;
        }
        if (_reader?.Damage is { } damage)
        {
            _logger.LogWarning("The rest of {File} is not sent: {Damage}", QueueFormat.NameOf(_reader.Number), damage);
        }
        var fresh = new SegmentReader(next);
        _reader?.Dispose();
        _reader = fresh;
        _readingSegment = next.Number;
        return true;
    }
}
