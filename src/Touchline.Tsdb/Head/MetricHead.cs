using System.Numerics;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Cardinality;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Index;
using Touchline.Tsdb.OutOfOrder;
using Touchline.Tsdb.Wal;

namespace Touchline.Tsdb.Head;

/// <summary>
/// The newest hours of every active series, in memory. Samples are appended under the commit lock of the store; series are created
/// under a lock of their own; readers take neither.
/// </summary>
internal sealed class MetricHead
{
    /// <summary>How many memories the series share by their references, so that as many threads can load samples; a power of two.</summary>
    public static readonly int Memories = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(Environment.ProcessorCount, 1, 8));

    private const int TruncationSlice = 4096;

    private readonly Lock _creation = new();
    private readonly Lock _loading = new();
    private readonly HeadMemory[] _memories;
    private readonly SeriesTable _series;
    private HeadIndex _index = new();
    private uint _lastReference;
    private int _removedSinceRebuild;
    private long _minTime = long.MaxValue;
    private long _minTimeMeanwhile = long.MaxValue; // Since the truncation that is under way began.
    private long _maxTime = long.MinValue;
    private long _minValidTime = long.MinValue;
    private int _removalEpoch;
    private long _committed;
    private long _committing;
    private CommitPin[] _pinned = []; // Of the readers that the commit which is under way has to keep something for.

    /// <param name="blockRangeMs">The time range of a block.</param>
    /// <param name="directory">Where closed chunks go; null keeps them in memory.</param>
    /// <param name="damaged">Told of what such a file does not give back as it was written.</param>
    public MetricHead(long blockRangeMs, string? directory = null, Action<string>? damaged = null)
    {
        BlockRangeMs = blockRangeMs;
        if (directory is not null)
        {
            ChunkArchive.Empty(directory);
        }
        _memories = new HeadMemory[Memories];
        for (var i = 0; i < Memories; i++)
        {
            _memories[i] = new HeadMemory(blockRangeMs, directory, damaged, i);
        }
        _series = new SeriesTable(_memories);
        OutOfOrder = new OutOfOrderHead(blockRangeMs);
    }

    public HeadIndex Index => Volatile.Read(ref _index);

    public MetadataTable Metadata { get; } = new();

    public ExemplarRing Exemplars { get; } = new(100_000);

    public CreatedTable Created { get; } = new();

    /// <summary>What came too late for the series' own chunks.</summary>
    public OutOfOrderHead OutOfOrder { get; }

    /// <summary>Which new series are let in; asked under the creation lock.</summary>
    public SeriesBudget Budget { get; init; } = new(TimeProvider.System);

    public long BlockRangeMs { get; }

    public int SeriesCount => Index.SeriesCount - Volatile.Read(ref _removedSinceRebuild);

    public long ChunkCount => _memories.Sum(memory => memory.Chunks);

    /// <summary>The oldest sample's time, or the greatest number where there is none.</summary>
    public long MinTime => Volatile.Read(ref _minTime);

    /// <summary>The newest sample's time, or the least number where there is none.</summary>
    public long MaxTime => Volatile.Read(ref _maxTime);

    /// <summary>
    /// Samples older than this are refused: a block holds that time, or half a block range has passed since, so that a block of it
    /// may be cut at any moment.
    /// </summary>
    public long MinValidTime
    {
        get
        {
            var valid = Volatile.Read(ref _minValidTime);
            var newest = MaxTime;
            return newest == long.MinValue ? valid : Math.Max(valid, newest - (BlockRangeMs / 2));
        }
    }

    /// <summary>Samples older than this belong to a block that is cut: nothing is added there, neither by a batch that began before nor from the log.</summary>
    public long OldestOpenTime => Volatile.Read(ref _minValidTime);

    /// <summary>The number of the last commit that is visible as a whole. What is replayed from the log counts as commit 0.</summary>
    public long Committed => Volatile.Read(ref _committed);

    /// <summary>What readers look at.</summary>
    public CommitPins Pins { get; init; } = new();

    /// <summary>Counts removals, so that a batch knows whether a series that it resolved may be gone.</summary>
    public int RemovalEpoch => Volatile.Read(ref _removalEpoch);

    public HeadSeries? Find(ulong reference) => reference is > 0 and <= uint.MaxValue ? _series.Find((uint)reference) : null;

    public HeadSeries? Find(Labels labels)
    {
        var index = Index;
        var search = index.Search(labels);
        while (index.Next(ref search, labels, out var reference))
        {
            if (_series.Find(reference) is { } living)
            {
                return living;
            }
        }
        return null;
    }

    public HeadSeries GetOrCreate(Labels labels)
    {
        if (Find(labels) is { } known)
        {
            return known;
        }
        lock (_creation)
        {
            return Find(labels) ?? Create(++_lastReference, labels, isNew: true);
        }
    }

    /// <summary>As <see cref="GetOrCreate(Labels)"/>, where the series budget lets a new one in; null where it does not.</summary>
    public HeadSeries? TryGetOrCreate(Labels labels)
    {
        lock (_creation)
        {
            return Find(labels) ?? (Budget.Admits(labels) ? Create(++_lastReference, labels, isNew: true) : null);
        }
    }

    public BudgetUsage BudgetUsage(int limit)
    {
        lock (_creation)
        {
            return Budget.Usage(limit);
        }
    }

    /// <summary>
    /// For replay: the series of a reference in the log. The same labels may have had several references over time (the series was
    /// gone in between); all of them lead to one series.
    /// </summary>
    public HeadSeries GetOrCreate(uint reference, LoggedLabels labels)
    {
        lock (_creation)
        {
            _lastReference = Math.Max(_lastReference, reference);
            var search = _index.Search(labels.Hash);
            while (_index.Next(ref search, labels.Ids, out var same))
            {
                if (_series.Find(same) is { } known)
                {
                    return known;
                }
            }
            // A reference whose earlier labels were damaged in the log may have been given away again.
            var given = _series.Find(reference) is null ? reference : ++_lastReference;
            Budget.Created(labels.MetricName, labels.Job, isNew: false);
            var series = _series.Create(given);
            _index.Add(given, labels.Ids, labels.Hash);
            return series;
        }
    }

    /// <summary>Which of the memories a series has.</summary>
    public static uint MemoryOf(uint reference) => (reference >> SeriesPage.Bits) & (uint)(Memories - 1);

    /// <summary>For replay: references up to here were used, even where their labels are lost.</summary>
    public void ReserveReferences(uint upTo)
    {
        lock (_creation)
        {
            _lastReference = Math.Max(_lastReference, upTo);
        }
    }

    /// <summary>What would become of a sample now, where nothing older than the given time is taken. The caller has checked the clock.</summary>
    public static AppendStatus Check(HeadSeries series, long time, ulong bits, long minTime)
    {
        var last = series.LastTime;
        if (time > last)
        {
            return time < minTime ? AppendStatus.TooOld : AppendStatus.Stored;
        }
        if (time == last)
        {
            return bits == series.LastBits ? AppendStatus.Duplicate : AppendStatus.DuplicateTimestamp;
        }
        return time < minTime ? AppendStatus.TooOld : AppendStatus.OutOfOrder;
    }

    /// <summary>Numbers the samples that are appended until <see cref="EndCommit"/>; under the commit lock.</summary>
    public void BeginCommit()
    {
        _committing = _committed + 1;
        _pinned = Pins.Current;
    }

    /// <summary>Makes them visible to readers who come from now on, all at once.</summary>
    public void EndCommit() => Volatile.Write(ref _committed, _committing);

    /// <summary>Appends a checked sample; under the commit lock.</summary>
    public void Append(HeadSeries series, long time, double value)
    {
        KeepForReaders(series);
        series.Append(time, value, _committing);
        Widen(time, time);
    }

    public void AppendHistogram(HeadSeries series, long time, ReadOnlySpan<byte> payload)
    {
        KeepForReaders(series);
        series.AppendHistogram(time, payload, _committing);
        Widen(time, time);
    }

    /// <summary>Adds a checked sample that is not the newest of its series; under the commit lock.</summary>
    public void AppendLate(HeadSeries series, long time, double value, NativeHistogram? histogram) =>
        OutOfOrder.Add(series, time, value, histogram, _committing, _pinned);

    /// <summary>
    /// For replay: appends a checked sample that belongs to no commit. Threads may do so at once where their series have different memories; the head
    /// learns of the times by <see cref="Loaded"/>.
    /// </summary>
    public static void AppendLoaded(HeadSeries series, long time, double value) => series.Append(time, value, 0);

    public static void AppendLoaded(HeadSeries series, long time, ReadOnlySpan<byte> payload) => series.AppendHistogram(time, payload, 0);

    /// <summary>Takes note of the times of samples that were read back.</summary>
    public void Loaded(long minTime, long maxTime)
    {
        lock (_loading)
        {
            Widen(minTime, maxTime);
        }
    }

    /// <summary>Deletes samples of a series; under the commit lock. Readers who have its chunks already still see them.</summary>
    public void Delete(HeadSeries series, TimeInterval interval)
    {
        series.Delete(interval);
        OutOfOrder.Delete(series.Reference, interval);
        Exemplars.Remove(series.Reference, interval);
    }

    /// <summary>From now on nothing older is accepted; under the commit lock, or before there are writers.</summary>
    public void RaiseMinValidTime(long time) => Volatile.Write(ref _minValidTime, Math.Max(_minValidTime, time));

    /// <summary>
    /// Takes samples from the time on again, whatever was there: for a head that is empty, after a clock that was ahead. Under the commit lock.
    /// </summary>
    public void BeginAnew(long minValidTime)
    {
        if (_minTime == long.MaxValue)
        {
            Volatile.Write(ref _maxTime, long.MinValue);
        }
        Volatile.Write(ref _minValidTime, minValidTime);
    }

    /// <summary>
    /// Forgets chunks that end before the time, and series left without any. The commit lock is held for a slice of the series at a time, a
    /// millisecond or so, because there may be millions. Where a tenth of the index is of series that are gone, it is built anew, beside commits.
    /// </summary>
    public void Truncate(long beforeTime, Lock commits)
    {
        uint[] references;
        lock (commits)
        {
            foreach (var memory in _memories)
            {
                memory.Archive.Truncate(beforeTime);
            }
            references = Index.AllSeries();
            _minTimeMeanwhile = long.MaxValue;
        }
        var oldest = long.MaxValue;
        foreach (var slice in references.Chunk(TruncationSlice))
        {
            lock (commits)
            {
                oldest = Math.Min(oldest, TruncateSlice(beforeTime, slice));
            }
        }
        lock (commits)
        {
            Volatile.Write(ref _minTime, Math.Min(Math.Min(oldest, _minTimeMeanwhile), _memories.Min(memory => memory.Archive.MinTime)));
        }
        RebuildIndex();
    }

    /// <summary>Answers the oldest time of an open chunk of these series.</summary>
    private long TruncateSlice(long beforeTime, uint[] references)
    {
        var oldest = long.MaxValue;
        var removed = 0;
        lock (_creation)
        {
            foreach (var reference in references)
            {
                if (_series.Find(reference) is not { } series)
                {
                    continue;
                }
                series.Truncate(beforeTime);
                if (series.IsEmpty && !OutOfOrder.Holds(reference))
                {
                    Budget.Removed(Index.LabelsOf(reference));
                    _series.Remove(reference);
                    removed++;
                    continue;
                }
                oldest = Math.Min(oldest, series.OpenMinTime);
            }
            if (removed > 0)
            {
                Volatile.Write(ref _removedSinceRebuild, _removedSinceRebuild + removed);
                Volatile.Write(ref _removalEpoch, _removalEpoch + 1);
            }
        }
        return oldest;
    }

    private void KeepForReaders(HeadSeries series)
    {
        foreach (var pin in _pinned)
        {
            if (series.ForgetsBy(_committing))
            {
                pin.Keep(series);
            }
        }
    }

    private void RebuildIndex()
    {
        lock (_creation)
        {
            var index = Index;
            if (_removedSinceRebuild * 10L <= index.SeriesCount)
            {
                return;
            }
            var living = new List<uint>();
            foreach (var reference in index.AllRefs)
            {
                if (_series.Find(reference) is not null)
                {
                    living.Add(reference);
                }
            }
            Volatile.Write(ref _index, index.Rebuild(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(living)));
            Volatile.Write(ref _removedSinceRebuild, 0);
            // A batch that began with the old index looks up what it made since in the new one.
            Volatile.Write(ref _removalEpoch, _removalEpoch + 1);
        }
    }

    private HeadSeries Create(uint reference, Labels labels, bool isNew)
    {
        Budget.Created(labels.MetricName, labels[LabelNames.Job], isNew);
        var series = _series.Create(reference);
        _index.Add(reference, labels);
        return series;
    }

    private void Widen(long minTime, long maxTime)
    {
        if (minTime < _minTime)
        {
            Volatile.Write(ref _minTime, minTime);
        }
        _minTimeMeanwhile = Math.Min(_minTimeMeanwhile, minTime);
        if (maxTime > _maxTime)
        {
            Volatile.Write(ref _maxTime, maxTime);
        }
    }
}
