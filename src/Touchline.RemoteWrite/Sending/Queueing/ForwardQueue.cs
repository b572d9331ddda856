using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Sending.Queueing;

/// <summary>
/// What is to be sent, on disk, for as many readers as there are remotes. Each file says by itself which labels its series have, so that files
/// are deleted when every reader is done with them, or, the oldest first, when they are too many bytes. Batches are never held up: what the
/// disk does not take is counted as lost. Thread-safe.
/// </summary>
internal sealed class ForwardQueue : IDisposable
{
    /// <summary>About what a sample takes: its value, and little beside it.</summary>
    public const double BytesPerSample = 11;

    private const int KeepRecordBytes = 1 << 20;

    /// <summary>How much larger than usual a file becomes for the sake of its labels.</summary>
    private const int MostSegments = 8;

    private readonly SendingOptions _options;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly FileStream _directoryLock;
    private readonly List<QueueSegment> _segments = [];
    private readonly List<QueueReader> _readers = [];
    private readonly WireWriter _record = new(64 * 1024);
    private readonly List<QueuedSeries> _undefined = [];
    private readonly List<SafeFileHandle> _ended = [];
    private SafeFileHandle? _file;
    private long _definitionBytes;
    private bool _isUnsynced;
    private bool _isFailing;
    private int _lastNumber;
    private long _lostSamples;
    private TaskCompletionSource _grown = NewSignal();

    /// <summary>Opens the queue that is in the directory, or an empty one. Writing begins in a file of its own, behind what is there.</summary>
    /// <param name="behind">The greatest number that a position names: after a power loss its file may not be there, and its number must not come again.</param>
    /// <exception cref="IOException">The directory cannot be used, or another process uses it.</exception>
    public ForwardQueue(SendingOptions options, int behind, ILogger logger)
    {
        (_options, _logger) = (options, logger);
        Directory.CreateDirectory(options.Directory);
        _directoryLock = new FileStream(Path.Combine(options.Directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        foreach (var number in QueueFormat.Numbers(options.Directory))
        {
            var path = Path.Combine(options.Directory, QueueFormat.NameOf(number));
            _segments.Add(new QueueSegment(number, path) { Length = new FileInfo(path).Length });
            _lastNumber = number;
        }
        _lastNumber = Math.Max(_lastNumber, behind);
    }

    /// <summary>The series that samples of this process were queued of.</summary>
    public SeriesBook Book { get; } = new();

    /// <summary>Samples that the disk did not take.</summary>
    public long LostSamples => Interlocked.Read(ref _lostSamples);

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _segments.Sum(segment => segment.Length);
            }
        }
    }

    /// <summary>The place behind the last record.</summary>
    public QueuePosition End
    {
        get
        {
            lock (_lock)
            {
                return _segments.Count == 0 ? new QueuePosition(_lastNumber + 1, 0) : new QueuePosition(_segments[^1].Number, _segments[^1].Length);
            }
        }
    }

    /// <summary>Ends when there is more than there was at the call. To be asked for before one looks.</summary>
    public Task Grown => Volatile.Read(ref _grown).Task;

    /// <summary>Queues a batch. False where the disk does not take it.</summary>
    public bool TryAppend(BatchBody batch)
    {
        lock (_lock)
        {
            try
            {
                var segment = SegmentForWriting();
                WriteRecord(batch, segment.Number);
                if (_record.Length > QueueFormat.MaxRecordBytes)
                {
                    throw new IOException($"a batch of {_record.Length} bytes is more than a record holds");
                }
                RandomAccess.Write(_file!, _record.Written, segment.Length);
                segment.Length += _record.Length;
                segment.Samples += batch.SampleCount + batch.HistogramCount;
                _isUnsynced = true;
                Recover();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Fail(e, batch);
                return false;
            }
            finally
            {
                _record.Clear(KeepRecordBytes);
            }
        }
        Interlocked.Exchange(ref _grown, NewSignal()).SetResult();
        return true;
    }

    /// <summary>A reader from a position on, or from the first record behind it that there is.</summary>
    public QueueReader OpenReader(QueuePosition from)
    {
        lock (_lock)
        {
            var reader = new QueueReader(this, from, _logger);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>Forgets a reader, so that nothing is kept for it.</summary>
    internal void Close(QueueReader reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
        }
    }

    /// <summary>The first file with this number or a later one, null where there is none yet.</summary>
    internal QueueSegment? SegmentFrom(int number)
    {
        lock (_lock)
        {
            return _segments.Find(segment => segment.Number >= number);
        }
    }

    /// <summary>Bytes behind a position.</summary>
    public long BytesBehind(QueuePosition position)
    {
        lock (_lock)
        {
            return _segments.Sum(segment => segment.Number < position.Segment ? 0
                : segment.Number == position.Segment ? Math.Max(0, segment.Length - position.Offset)
                : segment.Length);
        }
    }

    /// <summary>Forces what was written to disk.</summary>
    public void Sync()
    {
        List<SafeFileHandle> ended;
        SafeFileHandle? current;
        lock (_lock)
        {
            ended = [.. _ended];
            _ended.Clear();
            current = _isUnsynced ? _file : null;
            _isUnsynced = false;
        }
        foreach (var file in ended)
        {
            Sync(file);
            file.Dispose();
        }
        if (current is not null)
        {
            Sync(current);
        }
    }

    /// <summary>Deletes files that every reader has done with, and the oldest where all are too many bytes.</summary>
    public void Trim()
    {
        lock (_lock)
        {
            var needed = _readers.Count == 0 ? int.MaxValue : _readers.Min(reader => reader.Acknowledged.Segment);
            while (_segments.Count > 0 && _segments[0].Number < needed && (_file is null || _segments.Count > 1))
            {
                Delete(0);
            }
        }
        while (TooMuch() is { } oldest)
        {
            // Batches go on meanwhile.
            oldest.Samples ??= SampleCount.Of(oldest, _logger);
            DropOldest();
        }
    }

    public void Dispose()
    {
        Sync();
        lock (_lock)
        {
            _ended.ForEach(file => file.Dispose());
            _file?.Dispose();
            _file = null;
            _directoryLock.Dispose();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private QueueSegment SegmentForWriting()
    {
        if (_file is not null)
        {
            var current = _segments[^1];
            // Where the labels of all series are more than that, files are larger, so that they are not most of what is written; but not where every
            // sample has a series of its own.
            var enough = Math.Min(Math.Max(_options.SegmentBytes, _definitionBytes), MostSegments * _options.SegmentBytes);
            if (current.Length - _definitionBytes < enough)
            {
                return current;
            }
            // Forced to disk with the next Sync, for which no batch waits.
            _ended.Add(_file);
            _file = null;
            Book.ForgetBefore(current.Number);
        }
        return BeginSegment();
    }

    private QueueSegment BeginSegment()
    {
        var number = _lastNumber + 1;
        var path = Path.Combine(_options.Directory, QueueFormat.NameOf(number));
        var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);
        var header = new byte[QueueFormat.FileHeaderLength];
        QueueFormat.WriteFileHeader(header);
        try
        {
            RandomAccess.Write(file, header, 0);
        }
        catch
        {
            file.Dispose();
            File.Delete(path);
            throw;
        }
        _file = file;
        _lastNumber = number;
        _definitionBytes = 0;
        var segment = new QueueSegment(number, path) { Length = header.Length, Samples = 0 };
        _segments.Add(segment);
        return segment;
    }

    private void WriteRecord(BatchBody batch, int segment)
    {
        _undefined.Clear();
        foreach (var series in batch.Series)
        {
            if (series.DefinedIn != segment)
            {
                series.DefinedIn = segment;
                _undefined.Add(series);
            }
        }
        _record.Clear();
        _record.Reserve(QueueFormat.RecordHeaderLength);
        _record.WriteVarint((ulong)_undefined.Count);
        foreach (var series in _undefined)
        {
            _record.WriteVarint(series.Id);
            BatchBody.WriteLabels(_record, series.Labels);
            _record.WriteZigZag(series.CreatedMs);
        }
        _definitionBytes += _record.Length;
        batch.WriteTo(_record);
        QueueFormat.Seal(_record);
    }

    private void Delete(int place)
    {
        try
        {
            File.Delete(_segments[place].Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("{Path} cannot be deleted: {Reason}", _segments[place].Path, e.Message);
        }
        _segments.RemoveAt(place);
    }

    private QueueSegment? TooMuch()
    {
        lock (_lock)
        {
            return _segments.Count > 1 && _segments.Sum(segment => segment.Length) > _options.MaxQueueBytes ? _segments[0] : null;
        }
    }

    /// <summary>Whoever reads in the file goes on to do so, as it is open there; for the others its samples are lost.</summary>
    private void DropOldest()
    {
        lock (_lock)
        {
            var oldest = _segments[0];
            var late = _readers.Where(reader => reader.ReadingSegment < oldest.Number).ToList();
            if (late.Count > 0)
            {
                var samples = oldest.Samples ?? 0;
                late.ForEach(reader => reader.CountDropped(samples));
                _logger.LogWarning(
                    "What waits to be sent has reached {Limit} bytes: the oldest {Samples} samples are dropped, which {Remotes} remotes did not get",
                    _options.MaxQueueBytes, samples, late.Count);
            }
            Delete(0);
        }
    }

    private void Sync(SafeFileHandle file)
    {
        try
        {
            RandomAccess.FlushToDisk(file);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            _logger.LogWarning("The queue of remote writes cannot be forced to disk: {Reason}", e.Message);
        }
    }

    /// <summary>The file is left to its readers, as the series of the batch count as defined in it and are not.</summary>
    private void Fail(Exception e, BatchBody batch)
    {
        _file?.Dispose();
        if (_file is not null && _segments[^1].Length <= QueueFormat.FileHeaderLength)
        {
            // A disk that has room for the beginning of a file only would else be filled with them, one each batch.
            Delete(_segments.Count - 1);
        }
        _file = null;
        Interlocked.Add(ref _lostSamples, batch.SampleCount + batch.HistogramCount);
        if (!_isFailing)
        {
            _isFailing = true;
            _logger.LogError("The queue of remote writes cannot be written, so that new samples are not sent: {Reason}", e.Message);
        }
    }

    private void Recover()
    {
        if (_isFailing)
        {
            _isFailing = false;
            _logger.LogInformation("The queue of remote writes can be written again; {Samples} samples were lost", LostSamples);
        }
    }
}
