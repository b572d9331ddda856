using Microsoft.Extensions.Logging;
using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Deletion;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.OutOfOrder;
using Touchline.Tsdb.Retention;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb;

/// <summary>
/// What happens beside ingestion and queries: blocks are cut from the head, the log is shortened, old blocks are deleted. Driven by
/// the clock, one run at a time; what fails (a full disk, say) leaves everything as it was and is tried again.
/// </summary>
internal sealed class Maintenance : IDisposable
{
    private static readonly TimeSpan MetricReadsInterval = TimeSpan.FromMinutes(5);

    /// <summary>A block of so many series leaves tens of megabytes behind that the collector would keep for hours.</summary>
    private const long LargeBlockSeries = 100_000;

    private readonly TsdbOptions _options;
    private readonly TimeProvider _time;
    private readonly MetricHead _head;
    private readonly BlockCatalog _blocks;
    private readonly WriteAheadLog _wal;
    private readonly Deletions _deletions;
    private readonly Lock _commits;
    private readonly Func<RetentionTable> _retention;
    private readonly Action _saveMetricReads;
    private readonly ILogger _logger;
    private readonly ClockedRun _runs;
    private readonly OutOfOrderFlush _outOfOrder;
    private readonly ClockWatch _clock;
    private bool _checkpointDue;
    private long _checkpointBytes;
    private long _metricReadsSavedAt;
    private string? _retentionHeldBack;

    public Maintenance(
        TsdbOptions options, TimeProvider time, MetricHead head, BlockCatalog blocks, WriteAheadLog wal, Deletions deletions, Lock commits,
        Func<RetentionTable> retention, Action saveMetricReads, ILogger logger)
    {
        _options = options;
        _time = time;
        _head = head;
        _blocks = blocks;
        _wal = wal;
        _deletions = deletions;
        _commits = commits;
        _retention = retention;
        _saveMetricReads = saveMetricReads;
        _metricReadsSavedAt = time.GetTimestamp();
        _logger = logger;
        _runs = new ClockedRun("maintenance of the data directory", RunOnce, time, logger);
        _clock = new ClockWatch(time);
        _outOfOrder = new OutOfOrderFlush(head, blocks, deletions, commits, time);
    }

    /// <inheritdoc cref="ClockedRun.Start"/>
    public void Start() => _runs.Start();

    /// <inheritdoc cref="ClockedRun.Failure"/>
    public string? Failure => _runs.Failure;

    /// <summary>Why ages count from earlier than the newest sample; null where they do not.</summary>
    public string? RetentionHeldBack => Volatile.Read(ref _retentionHeldBack);

    public long ClockJumps => _clock.Jumps;

    /// <summary>From when on ages count, for retention and downsampling.</summary>
    public RetentionOrigin AgesCountFrom() => RetentionOrigin.Of(
        _blocks.Blocks.Select(block => block.Meta), _head.MaxTime, _time.GetUtcNow().ToUnixTimeMilliseconds(),
        RetentionOrigin.DoubtOf(_retention().ShortestAgeMs, _head.BlockRangeMs));

    public void Run() => _runs.Run();

    public void Dispose() => _runs.Dispose();

    private void RunOnce(CancellationToken stop)
    {
        if (_clock.Look() is { } jump)
        {
            _logger.LogWarning("the clock jumped {Direction} by {Jump}, and it is now {Now:u}", jump > TimeSpan.Zero ? "ahead" : "back", jump.Duration(), _time.GetUtcNow());
        }
        // Retention first: it may make the room that a block needs.
        ApplyRetention();
        _blocks.Look();
        SetAsideTheFuture(stop);
        var series = 0L;
        while (TryNextRange(out var start, out var end))
        {
            series = Math.Max(series, CutBlock(start, end, partial: false, stop));
            _checkpointDue = true;
        }
        if (_checkpointDue || _outOfOrder.IsPressing)
        {
            FlushOutOfOrder(stop);
        }
        if (_checkpointDue || IsLogLong())
        {
            ShortenLog(stop);
            _checkpointDue = false;
        }
        if (series >= LargeBlockSeries)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        ApplyRetention();
        if (_time.GetElapsedTime(_metricReadsSavedAt) >= MetricReadsInterval)
        {
            _saveMetricReads();
            _metricReadsSavedAt = _time.GetTimestamp();
        }
    }

    /// <summary>
    /// Where the head has samples that lie further ahead than any is accepted, the clock was ahead and is right again. As long as such samples are
    /// the newest of their series, everything at the right time would be too old: so the head becomes blocks, which lose nothing, and begins anew.
    /// </summary>
    private void SetAsideTheFuture(CancellationToken stop)
    {
        var latest = _time.GetUtcNow().ToUnixTimeMilliseconds() + _options.MaxFutureMs;
        if (_head.MaxTime <= latest)
        {
            return;
        }
        _logger.LogWarning(
            "the clock went back: the newest sample is of {Newest}. What is in memory is set aside in blocks, so that samples are taken at the clock's time",
            DateTimeOffset.FromUnixTimeMilliseconds(_head.MaxTime));
        _checkpointDue = true;
        // Nothing is deleted until the log is short: what is deleted from these blocks, which close no range, a start would read back.
        _deletions.Exclusively(() =>
        {
            while (_head.MinTime != long.MaxValue)
            {
                var start = BlockTimes.Start(_head.MinTime, _head.BlockRangeMs);
                CutBlock(start, start + _head.BlockRangeMs, partial: true, stop);
            }
            lock (_commits)
            {
                _head.BeginAnew(_blocks.ClosedUntil(latest - (_head.BlockRangeMs / 2)));
            }
            ShortenLog(stop);
            return true;
        });
    }

    /// <summary>
    /// The oldest range of the head, once it is so far back that no sample of it is accepted any more: half a range behind the
    /// newest sample.
    /// </summary>
    private bool TryNextRange(out long start, out long end)
    {
        var oldest = _head.MinTime;
        (start, end) = (0, 0);
        if (oldest == long.MaxValue)
        {
            return false;
        }
        start = BlockTimes.Start(oldest, _head.BlockRangeMs);
        end = start + _head.BlockRangeMs;
        return _head.MaxTime >= end + (_head.BlockRangeMs / 2);
    }

    /// <summary>Answers of how many series the block is; 0 where there was nothing to cut.</summary>
    private long CutBlock(long start, long end, bool partial, CancellationToken stop)
    {
        var series = 0L;
        List<OutOfOrderRange> late;
        long lastCommit;
        lock (_commits)
        {
            _head.RaiseMinValidTime(end);
            // Nothing of these times is added from here on, so the block holds what these commits left, and no part of a later one.
            lastCommit = _head.Committed;
            late = _head.OutOfOrder.Freeze(start, end);
        }
        using var watch = _deletions.Watch();
        if (new HeadBlockWriter(_head, _time).Write(_blocks.Directory, start, end, late, partial, stop) is { } directory)
        {
            SyncLog();
            var block = watch.Publish(apply => _blocks.Add(directory, apply, lastCommit));
            series = block.Meta.Series;
            _logger.LogInformation(
                "block {Block} was cut: {Series} series, {Samples} samples, {Bytes} bytes",
                block.Meta.Ulid, block.Meta.Series, block.Meta.Samples, block.Bytes);
        }
        lock (_commits)
        {
            late.ForEach(_head.OutOfOrder.Drop);
            _head.Exemplars.RemoveBefore(end);
        }
        _head.Truncate(end, _commits);
        return series;
    }

    /// <summary>
    /// Before samples are on disk in another place than the log: were power lost then, a batch could be there for some series and not for others. A log
    /// that cannot be forced to disk says so itself, and what is copied from it is as good as it was.
    /// </summary>
    private void SyncLog() => _wal.Sync();

    private void FlushOutOfOrder(CancellationToken stop)
    {
        foreach (var block in _outOfOrder.Run(SyncLog, stop))
        {
            _checkpointDue = true;
            _logger.LogInformation(
                "block {Block} was made of out-of-order samples: {Series} series, {Samples} samples, {Bytes} bytes",
                block.Meta.Ulid, block.Meta.Series, block.Meta.Samples, block.Bytes);
        }
    }

    /// <summary>A checkpoint larger than the log that it replaces would save nothing, so a large head has a log as large as itself.</summary>
    private bool IsLogLong() => _wal.Bytes - _checkpointBytes > Math.Max(_options.CheckpointFromLogBytes, _checkpointBytes);

    private void ShortenLog(CancellationToken stop)
    {
        int number;
        lock (_commits)
        {
            // Between batches: whatever lies in lower segments is in the head by now.
            number = _wal.Rotate();
        }
        Checkpoint.Write(_wal.Directory, number, _head, _commits, SyncLog, stop);
        lock (_commits)
        {
            _head.OutOfOrder.LogIsShortened();
        }
        _wal.DeleteBelow(number);
        _checkpointBytes = _wal.Bytes;
    }

    /// <summary>
    /// Writes the head as blocks and leaves nothing in the log but metadata, so that the next start has nothing to read back. For the end of the
    /// store, when no batch comes any more; until the checkpoint has its name, the log is whole.
    /// </summary>
    /// <exception cref="IOException">The disk is full: the log stays as it is.</exception>
    public void SealHead() => _runs.Exclusively(_ =>
    {
        var started = _time.GetTimestamp();
        var number = _wal.Rotate();
        // Nothing is deleted meanwhile, so that nothing deleted is written.
        var blocks = _deletions.Exclusively(() => new HeadBlockWriter(_head, _time).WriteAll(_blocks.Directory, _head.MaxTime, CancellationToken.None));
        try
        {
            Checkpoint.WriteMetadata(_wal.Directory, number, _head);
        }
        catch when (!File.Exists(Path.Combine(_wal.Directory, WalFormat.CheckpointName(number))))
        {
            // The log still holds the same samples: each end on a disk that stays full would add another copy of them.
            blocks.ForEach(BlockFiles.Remove);
            throw;
        }
        _blocks.Register(blocks);
        _wal.DeleteBelow(number);
        _logger.LogInformation(
            "the head is sealed in {Blocks} blocks after {Seconds:F1} s: the next start need not read the log", blocks.Count,
            _time.GetElapsedTime(started).TotalSeconds);
    });

    private void ApplyRetention()
    {
        var table = _retention();
        var origin = AgesCountFrom();
        HoldBack(table.ShortestAgeMs == long.MaxValue ? null : origin.NewerMs, origin.TimeMs);
        foreach (var block in RetentionPolicy.Expired(_blocks.Blocks, origin.TimeMs, _wal.Bytes, table.LongestKeepMs, _options.RetentionSizeBytes))
        {
            _blocks.Delete(block);
        }
        if (table.LongestKeepMs is > 0 and < long.MaxValue)
        {
            _blocks.ForgetMissing(origin.TimeMs - table.LongestKeepMs);
        }
    }

    private void HoldBack(long? newerMs, long originMs)
    {
        string? reason = null;
        if (newerMs is { } newer)
        {
            var (from, to) = (DateTimeOffset.FromUnixTimeMilliseconds(originMs), DateTimeOffset.FromUnixTimeMilliseconds(newer));
            reason = string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"ages count from {from:u}, though there are samples up to {to:u}: these are few and far ahead of all others, as after a long stop, or with a wrong clock");
            if (_retentionHeldBack is null)
            {
                _logger.LogWarning("retention is held back: {Reason}", reason);
            }
        }
        Volatile.Write(ref _retentionHeldBack, reason);
    }
}
