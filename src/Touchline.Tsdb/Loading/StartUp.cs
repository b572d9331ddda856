using Microsoft.Extensions.Logging;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Loading;

/// <summary>
/// Opens the blocks and reads the log back on a thread of its own, while batches are accepted into new segments of the log and queries are
/// answered with what there is so far. In the end it catches up with those segments; the last of them under the commit lock, so that the
/// next batch goes to the head.
/// </summary>
internal sealed class StartUp
{
    /// <summary>So little is left that writers may wait for it.</summary>
    private const long LastStretchBytes = 256 * 1024;

    /// <summary>Reading so much back takes longer than the collection behind it, which takes a quarter of a second for a million series.</summary>
    private const long WorthCollectingBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly TsdbStore _store;
    private readonly BlockCatalog _blocks;
    private readonly MetricHead _head;
    private readonly WriteAheadLog _wal;
    private readonly WalRecovery _recovery;
    private readonly LoadProgress _progress;
    private readonly Lock _commits;
    private readonly Action<string> _damage;
    private readonly Action<string> _repaired;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BatchBufferPool _buffers = new();
    private int _segment;
    private long _offset = WalFormat.FileHeaderLength;

    public StartUp(
        TsdbStore store, BlockCatalog blocks, MetricHead head, WriteAheadLog wal, WalRecovery recovery, LoadProgress progress, Lock commits,
        Action<string> damage, Action<string> repaired, TimeProvider time, ILogger logger)
    {
        _store = store;
        _blocks = blocks;
        _head = head;
        _wal = wal;
        _recovery = recovery;
        _progress = progress;
        _commits = commits;
        _damage = damage;
        _repaired = repaired;
        _time = time;
        _logger = logger;
        _segment = recovery.LastNumber + 1;
    }

    /// <summary>Loads everything; on return the store takes batches into the head.</summary>
    /// <param name="loaded">Called under the commit lock at the very end.</param>
    /// <exception cref="IOException">A file cannot be read or repaired.</exception>
    /// <exception cref="OperationCanceledException">The store is being closed. Nothing is lost: the next start reads the same again, and more.</exception>
    public void Run(Action loaded, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        _logger.LogDebug("loading begins");
        using (_time.CreateTimer(_ => LogProgress(), null, LogInterval, LogInterval))
        {
            _blocks.Load(_repaired, cancellationToken);
            _head.RaiseMinValidTime(_blocks.ClosedUntil(_store.LatestAcceptedTime() - (_head.BlockRangeMs / 2)));
            _recovery.Run(payload => Commit(payload, cancellationToken), cancellationToken);
            _recovery.Damage.ForEach(_damage);
            _recovery.Repairs.ForEach(_repaired);
            GiveMemoryBack();
            while (!TryFinish(loaded, cancellationToken))
            {
                // A batch that is in the log was promised; the disk is full, so it waits for room like everything else.
                cancellationToken.WaitHandle.WaitOne(RetryInterval);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        _logger.LogInformation(
            "everything is loaded after {Seconds:F1} s: {Blocks} blocks, {Bytes} bytes of log, {Series} series in the head",
            _time.GetElapsedTime(started).TotalSeconds, _blocks.Blocks.Count, _progress.ExpectedBytes, _head.SeriesCount);
    }

    /// <summary>
    /// What was grown out of while the series came, and is not needed any more. A process that ran out of memory has as many series as before by now, and must
    /// answer queries with what is left.
    /// </summary>
    private void GiveMemoryBack()
    {
        if (_progress.ExpectedBytes >= WorthCollectingBytes)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private bool TryFinish(Action loaded, CancellationToken cancellationToken)
    {
        while (UnreadBytes() > LastStretchBytes)
        {
            if (!TryCatchUp(cancellationToken))
            {
                return false;
            }
        }
        lock (_commits)
        {
            if (!TryCatchUp(cancellationToken))
            {
                return false;
            }
            loaded();
            return true;
        }
    }

    private void LogProgress() =>
        _logger.LogInformation("loading: {Done} of {Expected} bytes of log are read ({Percent:F0} %)", _progress.DoneBytes, _progress.ExpectedBytes, 100 * _progress.Ratio);

    private long UnreadBytes()
    {
        var (segment, length) = _wal.Position;
        return segment > _segment ? long.MaxValue : segment == _segment ? length - _offset : 0;
    }

    /// <summary>Commits the unresolved batches of the new segments, up to where they end now. False where the disk takes no more.</summary>
    private bool TryCatchUp(CancellationToken cancellationToken)
    {
        var (current, length) = _wal.Position;
        while (_segment <= current)
        {
            var path = Path.Combine(_wal.Directory, WalFormat.SegmentName(_segment));
            if (File.Exists(path))
            {
                using var file = new MappedFile(path);
                if (!TryRead(file, _segment == current ? length : file.Length, cancellationToken))
                {
                    return false;
                }
            }
            if (_segment == current)
            {
                break;
            }
            _segment++;
            _offset = WalFormat.FileHeaderLength;
        }
        return true;
    }

    private bool TryRead(MappedFile file, long end, CancellationToken cancellationToken)
    {
        var reader = new WalFileReader(file, Math.Min(_offset, end), end);
        while (reader.Next(out var type, out var payload))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (type == WalRecordType.UnresolvedBatch && !TryCommit(payload))
            {
                return false;
            }
            _offset = reader.Position;
        }
        _offset = end;
        return true;
    }

    private void Commit(ReadOnlySpan<byte> payload, CancellationToken cancellationToken)
    {
        while (!TryCommit(payload))
        {
            cancellationToken.WaitHandle.WaitOne(RetryInterval);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private bool TryCommit(ReadOnlySpan<byte> payload)
    {
        using var appender = new TsdbAppender(_store, _head, _buffers);
        var batch = new UnresolvedBatch(appender);
        BatchRecord.Read(payload, batch);
        return !batch.WasUnavailable && appender.Commit() == CommitStatus.Committed;
    }
}
