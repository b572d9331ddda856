using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// The log that committed batches are written to before they are visible. A thread of its own forces it to disk at a fixed
/// interval; after a failed write it also tries there whether the disk takes bytes again. Thread-safe.
/// </summary>
internal sealed class WriteAheadLog : IDisposable
{
    private const long SegmentBytes = 64L * 1024 * 1024;

    /// <summary>How much room must be back before batches are accepted again.</summary>
    private const int ProbeBytes = 128 * 1024;

    private readonly string _directory;
    private readonly ILogger _logger;
    private readonly TimeSpan _syncInterval;
    private readonly Lock _lock = new();
    private readonly Lock _oneSync = new();
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _syncing;
    private WalSegment? _segment;
    private int _number;
    private long _closedBytes;
    private bool _dirty;
    private bool _suspect;
    private bool _isMarked;
    private string? _failure;
    private long _syncs;
    private long _lastSyncTicks;

    private WriteAheadLog(string directory, int afterNumber, long syncIntervalMs, ILogger logger)
    {
        _directory = directory;
        _logger = logger;
        _number = afterNumber;
        _closedBytes = DirectoryBytes(directory);
        try
        {
            BeginSegment();
            MarkBeginning();
        }
        catch (IOException e)
        {
            Fail("written", e);
        }
        _syncInterval = TimeSpan.FromMilliseconds(Math.Max(1, syncIntervalMs));
        _syncing = new Thread(SyncUntilStopped) { IsBackground = true, Name = "wal-sync" };
        _syncing.Start();
    }

    /// <summary>Why the log cannot be written for now; null where it can.</summary>
    public string? Failure => Volatile.Read(ref _failure);

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _closedBytes + (_segment?.Length ?? 0);
            }
        }
    }

    public string Directory => _directory;

    /// <summary>The segment that is written to, and how long it is: everything before is whole.</summary>
    public (int Segment, long Length) Position
    {
        get
        {
            lock (_lock)
            {
                return (_number, _segment?.Length ?? 0);
            }
        }
    }

    public long Syncs => Interlocked.Read(ref _syncs);

    public TimeSpan LastSyncDuration => TimeSpan.FromTicks(Interlocked.Read(ref _lastSyncTicks));

    /// <summary>
    /// Begins a new segment behind everything that is in the directory. Where the disk is full, the log starts as one that cannot
    /// be written for now: what is stored can be queried all the same.
    /// </summary>
    public static WriteAheadLog Start(string directory, int afterNumber, long syncIntervalMs, ILogger logger) =>
        new(directory, afterNumber, syncIntervalMs, logger);

    /// <summary>Appends a sealed record. False where the disk does not take it: then nothing of it is in the log.</summary>
    public bool TryWrite(ReadOnlySpan<byte> record)
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                return false;
            }
            try
            {
                if (_segment!.Length >= SegmentBytes)
                {
                    StartSegment();
                }
                _segment.Write(record);
                _dirty = true;
                return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Fail("written", e);
                return false;
            }
        }
    }

    /// <summary>Closes the segment and begins the next, whose number is the answer: everything until now is in lower ones.</summary>
    /// <exception cref="IOException">The disk does not take a new segment; the old one stays.</exception>
    public int Rotate()
    {
        lock (_lock)
        {
            if (_failure is not null)
            {
                throw new IOException(_failure);
            }
            StartSegment();
            return _number;
        }
    }

    /// <summary>Deletes segments and checkpoints below a number, which a durable checkpoint replaces.</summary>
    public void DeleteBelow(int number)
    {
        foreach (var (n, path) in WalFormat.Numbered(_directory, WalFormat.SegmentExtension))
        {
            if (n < number)
            {
                File.Delete(path);
            }
        }
        foreach (var (n, path) in WalFormat.Numbered(_directory, WalFormat.CheckpointExtension))
        {
            if (n < number)
            {
                File.Delete(path);
            }
        }
        DurableFiles.SyncDirectory(_directory);
        lock (_lock)
        {
            _closedBytes = DirectoryBytes(_directory) - (_segment?.Length ?? 0);
        }
    }

    /// <summary>Forces everything written until now to disk. False where that failed.</summary>
    public bool Sync()
    {
        // One at a time: who finds nothing to be done waits for the one that does it.
        lock (_oneSync)
        {
            return SyncOnce();
        }
    }

    private bool SyncOnce()
    {
        WalSegment segment;
        lock (_lock)
        {
            if (!_dirty || _segment is null)
            {
                return _failure is null;
            }
            _dirty = false;
            segment = _segment;
        }
        var started = Stopwatch.GetTimestamp();
        try
        {
            segment.Sync();
        }
        catch (ObjectDisposedException)
        {
            return true; // Closed meanwhile by a rotation, which synced it first.
        }
        catch (IOException e)
        {
            lock (_lock)
            {
                _suspect = true;
                Fail("forced to disk", e);
            }
            return false;
        }
        Interlocked.Increment(ref _syncs);
        Interlocked.Exchange(ref _lastSyncTicks, Stopwatch.GetElapsedTime(started).Ticks);
        return true;
    }

    public void Dispose()
    {
        if (_stop.IsSet)
        {
            return;
        }
        _stop.Set();
        _syncing.Join();
        Sync();
        _segment?.Dispose();
        _stop.Dispose();
    }

    private static long DirectoryBytes(string directory) =>
        new DirectoryInfo(directory).EnumerateFiles().Sum(file => file.Length);

    private void SyncUntilStopped()
    {
        while (!_stop.Wait(_syncInterval))
        {
            if (Failure is null)
            {
                Sync();
            }
            else
            {
                TryRecover();
            }
        }
    }

    /// <summary>Closes the segment, safely on disk, and begins the next.</summary>
    private void StartSegment()
    {
        _segment!.Sync();
        BeginSegment();
    }

    /// <summary>Begins the next segment and leaves the one before as it is.</summary>
    private void BeginSegment()
    {
        var next = WalSegment.Create(_directory, _number + 1);
        _closedBytes += _segment?.Length ?? 0;
        _segment?.Dispose();
        _segment = next;
        _number++;
        _dirty = false;
        try
        {
            NewestSegment.Write(_directory, _number);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only serves to notice a loss, so samples are not refused for its sake; the next segment tries again.
            _logger.LogDebug(e, "that the log goes up to segment {Number} could not be noted", _number);
        }
    }

    /// <summary>
    /// Has the first segment of this process begin with an empty record, which tells the next start that a torn end of the segment before is the
    /// doing of another process. Where the disk was full at first, it comes once there is room.
    /// </summary>
    private void MarkBeginning()
    {
        if (!_isMarked)
        {
            _segment!.Write(EmptyProbe());
            _isMarked = true;
        }
    }

    private void Fail(string what, Exception e)
    {
        var message = $"the write-ahead log in {_directory} cannot be {what}: {e.Message}";
        Volatile.Write(ref _failure, message);
        _logger.LogError("{Failure}; samples are refused until it can", message);
    }

    /// <summary>
    /// Cuts off what a failed write left, then writes and takes back a record that does nothing. After a failed sync the pages of
    /// the old segment may be lost without another error, so nothing more is trusted to it.
    /// </summary>
    private void TryRecover()
    {
        lock (_lock)
        {
            try
            {
                _segment?.Cut();
                if (_suspect || _segment is null)
                {
                    BeginSegment();
                    _suspect = false;
                }
                MarkBeginning();
                var before = _segment!.Length;
                try
                {
                    _segment.Write(ProbeRecord(ProbeBytes));
                    _segment.Sync();
                }
                finally
                {
                    _segment.CutTo(before);
                }
                _dirty = true;
                Volatile.Write(ref _failure, null);
                _logger.LogInformation("the write-ahead log in {Directory} can be written again", _directory);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _logger.LogDebug(e, "the write-ahead log still cannot be written");
            }
        }
    }

    private static ReadOnlySpan<byte> EmptyProbe() => ProbeRecord(WalFormat.RecordHeaderLength);

    private static ReadOnlySpan<byte> ProbeRecord(int length)
    {
        var record = new ByteBuffer(length);
        record.Reserve(length);
        WalFormat.Seal(record, WalRecordType.Probe);
        return record.Written;
    }
}
