using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Cardinality;
using Touchline.Tsdb.Compaction;
using Touchline.Tsdb.Deletion;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Loading;
using Touchline.Tsdb.Query;
using Touchline.Tsdb.Retention;
using Touchline.Tsdb.Snapshots;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb;

/// <summary>The metrics store on local disk. Thread-safe. One process at a time owns a data directory.</summary>
public sealed class TsdbStore : IMetricAppendable, IMetricQueryable, IExemplarQueryable, IDisposable
{
    private readonly TsdbOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SnapshotWriter _snapshots;
    private readonly DirectoryLock _lock;
    private readonly DamageLog _damage;
    private readonly ConcurrentQueue<string> _repairs = new();
    private readonly LoadProgress _progress = new();
    private readonly CancellationTokenSource _stopLoading = new();
    private readonly MetricHead _head;
    private readonly SeriesBudget _budget;
    private readonly BlockCatalog _blocks;
    private readonly MetricBytes _metricBytes;
    private readonly MetricReads _metricReads;
    private readonly MetricReadsFile _metricReadsFile;
    private readonly WriteAheadLog _wal;
    private readonly Deletions _deletions;
    private readonly Maintenance _maintenance;
    private readonly CompactionThread _compaction;
    private readonly Lock _commits = new();
    private readonly BatchBufferPool _batchBuffers = new();
    private readonly SampleCounts _counts = new();
    private readonly ChangeHistory _changes = new();
    private long _outOfOrderWindow;
    private long _appended;
    private int _batches;
    private volatile RetentionTable _retention;
    private volatile bool _loaded;
    private volatile bool _closed;

    private TsdbStore(TsdbOptions options, TimeProvider time, ILogger logger, DataDirectory layout, DirectoryLock directoryLock)
    {
        _options = options;
        _outOfOrderWindow = options.OutOfOrderTimeWindowMs;
        _time = time;
        _logger = logger;
        _lock = directoryLock;
        _damage = new DamageLog(logger);
        _budget = new SeriesBudget(time) { Limits = options.SeriesLimits };
        _head = new MetricHead(options.BlockRangeMs, layout.Head, _damage.Add) { Budget = _budget };
        _blocks = new BlockCatalog(layout.Blocks, _damage.Add, logger) { Changed = _changes.Add };
        _metricBytes = new MetricBytes(_blocks, _damage.Add);
        _metricReadsFile = new MetricReadsFile(layout.Root);
        _metricReads = _metricReadsFile.Open(time, _damage.Add);
        // What is there to read back is looked up before the log begins a new segment, which belongs to this process.
        var recovery = new WalRecovery(layout.Wal, new WalReplay(_head), _progress, logger);
        _wal = WriteAheadLog.Start(layout.Wal, recovery.LastNumber, options.FsyncIntervalMs, logger);
        _deletions = new Deletions(_head, _blocks, _wal, _commits);
        _retention = new RetentionTable(options.RetentionPolicies, options.RetentionTimeMs);
        _maintenance = new Maintenance(options, time, _head, _blocks, _wal, _deletions, _commits, () => _retention, SaveMetricReads, logger);
        var rewrite = new PolicyRewrite(() => _retention, () => _maintenance.AgesCountFrom().TimeMs);
        _compaction = new CompactionThread(
            options, time, new Compactor(options, time, _blocks, _deletions, rewrite, () => _retention.LongestKeepMs, logger), logger);
        _snapshots = new SnapshotWriter(layout, _head, _blocks, _deletions, _commits, _metricReads, time);
        SnapshotWriter.RemoveUnfinished(layout, _repairs.Enqueue);
        var startUp = new StartUp(this, _blocks, _head, _wal, recovery, _progress, _commits, _damage.Add, _repairs.Enqueue, time, logger);
        Loading = Task.Factory.StartNew(
            () => startUp.Run(BeginLife, _stopLoading.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Ends once everything that was stored is loaded. Fails where a file cannot be read; is cancelled where the store is closed before.</summary>
    public Task Loading { get; }

    /// <summary>
    /// Whether everything that was stored is loaded. Until then batches are accepted and durable, but appear in answers only afterwards, and answers
    /// hold what is loaded so far and say so.
    /// </summary>
    public bool IsLoaded => _loaded;

    internal bool Refuses => _closed || _wal.Failure is not null;

    /// <summary>Opens a data directory, repairing what a crash left (torn log tail, half-written blocks) and naming what is damaged.</summary>
    /// <exception cref="TsdbOpenException">The directory is locked by another process, cannot be written, or is not a data directory.</exception>
    public static TsdbStore Open(TsdbOptions options, TimeProvider time, ILogger logger)
    {
        var store = OpenLoading(options, time, logger);
        try
        {
            store.Loading.GetAwaiter().GetResult();
            return store;
        }
        catch (Exception e)
        {
            store.Dispose();
            throw e is (IOException and not TsdbOpenException) or UnauthorizedAccessException ? DirectoryLock.NotWritable(Path.GetFullPath(options.Path), e) : e;
        }
    }

    /// <summary>As <see cref="Open"/>, but returns at once and loads what is stored in the background: see <see cref="Loading"/>.</summary>
    /// <exception cref="TsdbOpenException">The directory is locked by another process, cannot be written, or is not a data directory.</exception>
    public static TsdbStore OpenLoading(TsdbOptions options, TimeProvider time, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BlockRangeMs, 1000);
        var layout = DataDirectory.Prepare(options.Path);
        var directoryLock = DirectoryLock.Acquire(layout.Root);
        try
        {
            return new TsdbStore(options, time, logger, layout, directoryLock);
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

    public ChangeHistory? Changes => _loaded ? _changes : null;

    public IAppender OpenAppender() => _loaded ? new TsdbAppender(this, _head, _batchBuffers) : new LoadingAppender(this);

    public IQuerier OpenQuerier(long minTimeMs, long maxTimeMs)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        var querier = new TsdbQuerier(_head, _blocks, _metricReads, minTimeMs, maxTimeMs, _damage.Add);
        if (!_loaded)
        {
            querier.Warn(string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"stored data are still being loaded, so this answer may not be complete ({100 * _progress.Ratio:F0} % of the log are read)"));
        }
        return querier;
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
            RetentionHeldBack = _maintenance.RetentionHeldBack,
            ClockJumps = _maintenance.ClockJumps,
            Damage = _damage.Entries(),
            Repairs = [.. _repairs],
            Loading = _loaded ? null : new LoadStatus(_progress.DoneBytes, _progress.ExpectedBytes, _progress.Ratio),
        };
    }

    /// <summary>The heaviest names and pairs of the head, at most <paramref name="limit"/> each.</summary>
    public CardinalityStatistics Cardinality(int limit) => CardinalityCount.Of(_head.Index, limit);

    /// <summary>The metrics whose chunks take the most bytes in the blocks, falling. The first call after a block was made looks through its index.</summary>
    public IReadOnlyList<NamedCount> DiskBytesByMetric(int limit, CancellationToken cancellationToken) => _metricBytes.Heaviest(limit, cancellationToken);

    /// <summary>The metrics that no query has read for so long, those that take the most bytes on disk first.</summary>
    public UnreadMetrics UnreadMetrics(TimeSpan notReadFor, int limit, CancellationToken cancellationToken) =>
        new UnreadSearch(_head, _metricBytes, _metricReads).Run(_time.GetUtcNow(), notReadFor, limit, cancellationToken);

    /// <summary>
    /// Deletes the samples of the series that pass every matcher between the two times, both inclusive, ms since the Unix epoch. Durable and seen by
    /// every query on return; the disk gets its room back by compaction, or by <see cref="CleanTombstones"/>.
    /// </summary>
    /// <exception cref="IOException">The disk does not take it; repeat it.</exception>
    public void DeleteSeries(IReadOnlyList<LabelMatcher> matchers, long minTimeMs, long maxTimeMs, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        try
        {
            _deletions.Delete(matchers, new TimeInterval(minTimeMs, maxTimeMs), cancellationToken);
        }
        finally
        {
            // Where it was given up half-way, some of it is done.
            _changes.Add(minTimeMs);
        }
    }

    /// <summary>
    /// Makes a copy of what is stored now as a data directory under <c>snapshots/</c>, and answers its name. Blocks are linked, not copied; the head
    /// is written beside them unless it is skipped.
    /// </summary>
    /// <exception cref="IOException">The disk is full or cannot be written; nothing of the snapshot is left.</exception>
    public string Snapshot(bool skipHead, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        return _snapshots.Write(skipHead, cancellationToken);
    }

    /// <summary>Writes every block with deleted samples anew, without them.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written; what was finished stays.</exception>
    public void CleanTombstones(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        _compaction.CleanTombstones(cancellationToken);
    }

    /// <summary>The retention policies in force, those of the general retention last.</summary>
    public IReadOnlyList<SeriesRetention> RetentionPolicies => _retention.Policies;

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
        _stopLoading.Cancel();
        ((IAsyncResult)Loading).AsyncWaitHandle.WaitOne();
        _stopLoading.Dispose();
        _compaction.Dispose();
        if (_loaded && _options.SealHeadFromLogBytes > 0 && _wal.Bytes >= _options.SealHeadFromLogBytes)
        {
            TrySealHead();
        }
        _maintenance.Dispose();
        TrySaveMetricReads();
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

    /// <summary>How many series the head may hold; may change at any time. Series that exist stay, however many they are.</summary>
    public SeriesLimits SeriesLimits
    {
        get => _budget.Limits;
        set => _budget.Limits = value;
    }

    /// <summary>How full the series budgets are, at most that many jobs and metrics.</summary>
    public BudgetUsage BudgetUsage(int limit) => _head.BudgetUsage(limit);

    /// <summary>The metrics that a series budget refused new series since start, those with the most refused samples first.</summary>
    public IReadOnlyList<SeriesRefusal> SeriesRefusals(int limit) => _budget.Refusals.Heaviest(limit, _head.Index, _time.GetUtcNow());

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
            if (batch.SampleCount > 0)
            {
                _changes.Add(batch.EarliestTime);
            }
            return CommitStatus.Committed;
        }
    }

    /// <summary>
    /// Writes a batch whose series are not known yet to the log, from which it comes into the head later. False where everything is loaded:
    /// then the batch goes the usual way.
    /// </summary>
    internal bool TryLogUnresolved(ReadOnlySpan<byte> record, out CommitStatus status)
    {
        lock (_commits)
        {
            status = !_closed && !_loaded && _wal.TryWrite(record) ? CommitStatus.Committed : CommitStatus.StorageUnavailable;
            return !_loaded;
        }
    }

    /// <summary>Cuts blocks, applies retention: what the timer does, now.</summary>
    internal void RunMaintenance() => _maintenance.Run();

    /// <summary>Compacts whatever is to be compacted, now.</summary>
    internal void RunCompaction() => _compaction.Run();

    private void TrySealHead()
    {
        try
        {
            _maintenance.SealHead();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("the head could not be sealed, so the next start reads the log: {Reason}", e.Message);
        }
    }

    private void SaveMetricReads()
    {
        if (!_metricReads.TakeChanged())
        {
            return;
        }
        try
        {
            _metricReadsFile.Write(_metricReads);
        }
        catch
        {
            _metricReads.KeepChanged();
            throw;
        }
    }

    private void TrySaveMetricReads()
    {
        try
        {
            SaveMetricReads();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("which metrics were read in the last minutes could not be saved: {Reason}", e.Message);
        }
    }

    private void BeginLife()
    {
        _loaded = true;
        _maintenance.Start();
        _compaction.Start();
    }

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
