using Microsoft.Extensions.Logging;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Compaction;
using Touchline.Tsdb.Deletion;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Query;
using Touchline.Tsdb.Retention;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb;

/// <summary>The metrics store on local disk. Thread-safe. One process at a time owns a data directory.</summary>
public sealed class TsdbStore : IMetricAppendable, IMetricQueryable, IExemplarQueryable, IDisposable
{
    private readonly TsdbOptions _options;
    private readonly TimeProvider _time;
    private readonly DirectoryLock _lock;
    private readonly DamageLog _damage;
    private readonly IReadOnlyList<string> _repairs;
    private readonly MetricHead _head;
    private readonly BlockCatalog _blocks;
    private readonly WriteAheadLog _wal;
    private readonly Deletions _deletions;
    private readonly Maintenance _maintenance;
    private readonly CompactionThread _compaction;
    private readonly Lock _commits = new();
    private readonly SampleCounts _counts = new();
    private long _outOfOrderWindow;
    private long _appended;
    private int _batches;
    private volatile RetentionTable _retention;
    private volatile bool _closed;

    private TsdbStore(
        TsdbOptions options, TimeProvider time, ILogger logger, DirectoryLock directoryLock, DamageLog damage, IReadOnlyList<string> repairs,
        MetricHead head, BlockCatalog blocks, WriteAheadLog wal)
    {
        _options = options;
        _outOfOrderWindow = options.OutOfOrderTimeWindowMs;
        _time = time;
        _lock = directoryLock;
        _damage = damage;
        _repairs = repairs;
        _head = head;
        _blocks = blocks;
        _wal = wal;
        _deletions = new Deletions(head, blocks, wal, _commits);
        _retention = new RetentionTable(options.RetentionPolicies, options.RetentionTimeMs);
        _maintenance = new Maintenance(options, time, head, blocks, wal, _deletions, _commits, () => _retention, logger);
        var rewrite = new PolicyRewrite(() => _retention, AgeCountsFrom);
        _compaction = new CompactionThread(
            options, time, new Compactor(options, time, blocks, _deletions, rewrite, () => _retention.LongestKeepMs, logger), logger);
    }

    internal bool Refuses => _closed || _wal.Failure is not null;

    /// <summary>Opens a data directory, repairing what a crash left (torn log tail, half-written blocks) and naming what is damaged.</summary>
    /// <exception cref="TsdbOpenException">The directory is locked by another process, cannot be written, or is not a data directory.</exception>
    public static TsdbStore Open(TsdbOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BlockRangeMs, 1000);
        var layout = DataDirectory.Prepare(options.Path);
        var directoryLock = DirectoryLock.Acquire(layout.Root);
        try
        {
            var damage = new DamageLog(logger);
            var repairs = new List<string>();
            var blocks = BlockCatalog.Open(layout.Blocks, damage.Add, repairs.Add, logger);
            var head = new MetricHead(options.BlockRangeMs, layout.Head);
            if (blocks.ClosedUntilMs > long.MinValue)
            {
                head.RaiseMinValidTime(blocks.ClosedUntilMs);
            }
            var recovery = new WalRecovery(layout.Wal, new WalReplay(head), logger);
            recovery.Run();
            recovery.Damage.ForEach(damage.Add);
            repairs.AddRange(recovery.Repairs);
            var wal = WriteAheadLog.Start(layout.Wal, recovery.LastNumber, options.FsyncIntervalMs, logger);
            return new TsdbStore(options, time, logger, directoryLock, damage, repairs, head, blocks, wal);
        }
        catch (Exception e) when (e is (IOException and not TsdbOpenException) or UnauthorizedAccessException)
        {
            directoryLock.Dispose();
            throw DirectoryLock.NotWritable(layout.Root, e);
        }
        catch
        {
            directoryLock.Dispose();
            throw;
        }
    }

    public IAppender OpenAppender() => new TsdbAppender(this, _head);

    public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return new TsdbQuerier(_head, _blocks, minTimeMs, maxTimeMs, _damage.Add);
    }

    public IReadOnlyList<ExemplarSeries> SelectExemplars(
        IReadOnlyList<IReadOnlyList<LabelMatcher>> selectors, long minTimeMs, long maxTimeMs, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return new ExemplarSearch(_head, _blocks, minTimeMs, maxTimeMs, _damage.Add).Run(selectors, cancellationToken);
    }

    public TsdbStatus Status()
    {
        var blocks = _blocks.Blocks;
        var empty = _head.MaxTime == long.MinValue;
        return new TsdbStatus
        {
            HeadSeries = _head.SeriesCount,
            HeadChunks = _head.ChunkCount,
            HeadMinTimeMs = empty ? 0 : Math.Min(_head.MinTime, _head.MaxTime),
            HeadMaxTimeMs = empty ? 0 : _head.MaxTime,
            SamplesAppended = Interlocked.Read(ref _appended),
            SamplesRefused = _counts.Refused(),
            OutOfOrder = _counts.OutOfOrder(_head.OutOfOrder.Bytes),
            WalBytes = _wal.Bytes,
            WalSyncs = _wal.Syncs,
            WalLastSyncDuration = _wal.LastSyncDuration,
            BlockBytes = blocks.Sum(block => block.Bytes),
            Blocks = [.. blocks.Select(StatusOf)],
            Exemplars = _head.Exemplars.Count,
            RefusingBecause = _closed ? "the store is closed" : _wal.Failure,
            MaintenanceFailure = _maintenance.Failure ?? _compaction.Failure,
            Compactions = _compaction.Compactions,
            Compacting = _compaction.IsRunning,
            Damage = _damage.Entries(),
            Repairs = _repairs,
        };
    }

    /// <summary>The heaviest names and pairs of the head, at most <paramref name="limit"/> each.</summary>
    public CardinalityStatistics Cardinality(int limit) => CardinalityCount.Of(_head.Index, limit);

    /// <summary>
    /// Deletes the samples of the series that pass every matcher between the two times, both inclusive, ms since the Unix epoch. Durable and seen by
    /// every query on return; the disk gets its room back by compaction, or by <see cref="CleanTombstones"/>.
    /// </summary>
    /// <exception cref="IOException">The disk does not take it; repeat it.</exception>
    public void DeleteSeries(IReadOnlyList<LabelMatcher> matchers, long minTimeMs, long maxTimeMs, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        _deletions.Delete(matchers, new TimeInterval(minTimeMs, maxTimeMs), cancellationToken);
    }

    /// <summary>Writes every block with deleted samples anew, without them.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written; what was finished stays.</exception>
    public void CleanTombstones(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        _compaction.CleanTombstones(cancellationToken);
    }

    /// <summary>Changes the retention policies, from the next maintenance on. What was dropped or aggregated does not come back.</summary>
    public void SetRetentionPolicies(IReadOnlyList<SeriesRetention> policies) => _retention = new RetentionTable(policies, _options.RetentionTimeMs);

    /// <summary>Flushes and closes. Safe to call twice.</summary>
    public void Dispose()
    {
        lock (_commits)
        {
            if (_closed)
            {
                return;
            }
            _closed = true;
        }
        _compaction.Dispose();
        _maintenance.Dispose();
        _wal.Dispose();
        _blocks.Dispose();
        _lock.Dispose();
    }

    internal int NextBatch() => Interlocked.Increment(ref _batches) is var batch && batch != 0 ? batch : Interlocked.Increment(ref _batches);

    internal long LatestAcceptedTime() => _time.GetUtcNow().ToUnixTimeMilliseconds() + _options.MaxFutureMs;

    /// <summary>How far behind the newest sample of the store a sample may be; may change at any time, and holds for batches begun later.</summary>
    public long OutOfOrderTimeWindowMs
    {
        get => Interlocked.Read(ref _outOfOrderWindow);
        set => Interlocked.Exchange(ref _outOfOrderWindow, Math.Max(0, value));
    }

    internal void CountRefused(AppendStatus reason, int samples) => _counts.CountRefused(reason, samples);

    /// <summary>Notes a sample that its series refused; the window in force tells too old from out of bounds.</summary>
    internal void CountRefused(AppendStatus reason, bool isHistogram, bool windowed) => _counts.CountRefused(reason, isHistogram, windowed);

    internal void CountOutOfOrder(int samples, int histograms) => _counts.CountOutOfOrder(samples, histograms);

    internal CommitStatus Commit(TsdbAppender batch)
    {
        lock (_commits)
        {
            if (_closed || !_wal.TryWrite(batch.Record()))
            {
                CountRefused(AppendStatus.StorageUnavailable, batch.SampleCount);
                return CommitStatus.StorageUnavailable;
            }
            _head.BeginCommit();
            var stored = batch.Apply();
            if (batch.OvertakenCount > 0)
            {
                stored += CommitOvertaken(batch);
            }
            Interlocked.Add(ref _appended, stored);
            _head.EndCommit();
            return CommitStatus.Committed;
        }
    }

    /// <summary>Cuts blocks, applies retention: what the timer does, now.</summary>
    internal void RunMaintenance() => _maintenance.Run();

    /// <summary>Compacts whatever is to be compacted, now.</summary>
    internal void RunCompaction() => _compaction.Run();

    /// <summary>The earlier of clock and newest sample: neither a clock set ahead nor a long stop makes anything older.</summary>
    private long AgeCountsFrom() => Math.Min(_time.GetUtcNow().ToUnixTimeMilliseconds(), Math.Max(_head.MaxTime, _blocks.MaxTimeMs));

    private int CommitOvertaken(TsdbAppender batch)
    {
        if (_wal.TryWrite(batch.OvertakenRecord()))
        {
            return batch.ApplyOvertaken();
        }
        CountRefused(AppendStatus.StorageUnavailable, batch.OvertakenCount);
        return 0;
    }

    private static BlockStatus StatusOf(Block block) => new(
        block.Meta.Ulid, block.Meta.MinTimeMs, block.Meta.MaxTimeMs, block.Meta.Series, block.Meta.Chunks, block.Meta.Samples, block.Bytes);
}
