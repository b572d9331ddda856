using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.OutOfOrder;

namespace Touchline.Tsdb.Query;

/// <summary>
/// A series with its parts in blocks and in the head, oldest first. The parts are fixed before it is handed out.
/// </summary>
internal sealed class TsdbSeries(SeriesName name, SeriesReading reading) : ISeries
{
    private readonly SeriesName _name = name;
    private Labels? _labels = name.Labels;

    // A query over all series makes as many of these as there are: what most do not have is not made for them.
    private List<AggregatePart>? _aggregates;
    private readonly BlockSeriesList? _alone; // Where but one block has it: what that has of the series is looked for when it is read.
    private SeriesReading.BlockPart[]? _own;
    private int _firstPart = -1;
    private int _lastPart = -1;
    private HeadSelection? _head;
    private int _headStart;
    private int _headCount;
    private long _headMaxTime;
    private ArraySegment<long> _created = ArraySegment<long>.Empty;
    private IReadOnlyList<OutOfOrderView> _outOfOrder = [];

    /// <summary>Made when they are asked for: most queries that select a million series never look at them.</summary>
    public Labels Labels => _labels ??= _name.ToLabels();

    public string MetricName => LabelValue(LabelNames.MetricName);

    public string LabelValue(string name) => _labels?[name] ?? _name.Value(name);

    public ulong DescriptionlessHash() => _labels is { } labels ? Model.DescriptionlessHash.Of(labels) : _name.DescriptionlessHash();

    /// <summary>Its reference in the head; 0 where the head did not have it.</summary>
    public uint HeadReference => _name.HeadReference;

    /// <summary>Where it stands is known already, when the series of a selection are put in order.</summary>
    public bool IsPlaced { get; set; }

    /// <summary>Orders by labels, which are not made where it can be done without them.</summary>
    public int CompareTo(TsdbSeries other) => SeriesName.TryCompare(_name, other._name, out var order) ? order : Labels.CompareTo(other.Labels);

    private ReadOnlySpan<HeadChunk> HeadChunks => _head is null ? [] : CollectionsMarshal.AsSpan(_head.Chunks).Slice(_headStart, _headCount);

    /// <summary>One that a single block has.</summary>
    public TsdbSeries(SeriesName name, SeriesReading reading, BlockSeriesList alone)
        : this(name, reading)
    {
        _alone = alone;
        _firstPart = _lastPart = 0;
    }

    public void AddPart(Block block, in ChunkListPlace chunks)
    {
        var part = reading.Add(block, chunks);
        if (_lastPart < 0)
        {
            _firstPart = part;
        }
        else
        {
            reading.Link(_lastPart, part);
        }
        _lastPart = part;
    }

    /// <summary>The part of the aggregates that a block has at a resolution, to add columns to.</summary>
    public AggregatePart AggregatesOf(Block block, long resolutionMs)
    {
        _aggregates ??= [];
        // Blocks come one after the other.
        for (var i = _aggregates.Count - 1; i >= 0 && _aggregates[i].Block == block; i--)
        {
            if (_aggregates[i].ResolutionMs == resolutionMs)
            {
                return _aggregates[i];
            }
        }
        _aggregates.Add(new AggregatePart(block, resolutionMs));
        return _aggregates[^1];
    }

    /// <param name="selection">Whose chunks have its own among them, oldest first.</param>
    /// <param name="start">The first of them.</param>
    /// <param name="count">Their number.</param>
    /// <param name="maxTime">The time of the newest sample that was committed when the querier was opened.</param>
    public void SetHead(HeadSelection selection, int start, int count, long maxTime)
    {
        (_head, _headStart, _headCount) = (selection, start, count);
        _headMaxTime = maxTime;
    }

    /// <summary>What came too late for those chunks, as it was when the series was selected.</summary>
    public void SetOutOfOrder(IReadOnlyList<OutOfOrderView> views) => _outOfOrder = views;

    /// <summary>Since when it counts, as far as the head knows.</summary>
    public void SetCreated(ArraySegment<long> created) => _created = created;

    public IReadOnlyList<long> CreatedTimes()
    {
        var extras = new SeriesExtras();
        for (var part = _firstPart; part >= 0; part = Part(part).Next)
        {
            Part(part).Block.Index.ExtrasOf(Part(part).Chunks.Series, extras);
        }
        foreach (var created in _created)
        {
            extras.AddCreated(created);
        }
        return extras.Created;
    }

    public void Read(long minTimeMs, long maxTimeMs, SampleColumns into)
    {
        var querier = reading.Querier;
        var minTime = Math.Max(minTimeMs, querier.MinTimeMs);
        var maxTime = Math.Min(maxTimeMs, querier.MaxTimeMs);
        if (minTime > maxTime)
        {
            return;
        }
        if (reading.CountsOnce && TryCount(minTime, maxTime, into))
        {
            return;
        }
        var start = into.Count;
        var (hints, cancellation) = (reading.Hints, reading.Cancellation);
        cancellation.ThrowIfCancellationRequested();
        var columns = _aggregates is null ? null : new AggregateColumnSet(into);
        foreach (var part in _aggregates ?? [])
        {
            cancellation.ThrowIfCancellationRequested();
            var before = into.Count;
            var from = hints is null ? minTime : TsdbQuerier.EarliestFor(minTime, part.ResolutionMs);
            if (part.Read(from, maxTime, hints?.Reading ?? SampleReading.Last, querier, columns!, into) is { } through)
            {
                querier.NoteAggregates(part.ResolutionMs, through, hints);
                SampleMerge.KeepOrder(into, start, before);
            }
        }
        columns?.Clear();
        for (var number = _firstPart; number >= 0; number = Part(number).Next)
        {
            ref readonly var part = ref Part(number);
            foreach (var chunk in part.Block.Index.ChunksAt(part.Chunks))
            {
                if (chunk.MinTime > maxTime || chunk.MaxTime < minTime)
                {
                    continue;
                }
                cancellation.ThrowIfCancellationRequested();
                into.CountChunks(1);
                // A block that has just been cut and the head it was cut from may both have been seen, and blocks may overlap.
                querier.ReadChunk(part.Block, part.Chunks.Series, chunk, minTime, maxTime, into, start, reading.TimesOnly);
            }
        }
        into.CountChunks(_headCount);
        foreach (var chunk in HeadChunks)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = into.Count;
            chunk.Read(minTime, Math.Min(maxTime, _headMaxTime), into, reading.TimesOnly);
            SampleMerge.KeepOrder(into, start, before);
        }
        foreach (var view in _outOfOrder)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = into.Count;
            view.Read(minTime, maxTime, into);
            SampleMerge.KeepOrder(into, start, before);
        }
    }

    /// <summary>
    /// One row for the samples of each chunk that lies between the times and has no staleness markers; those of the others one by one. That is right where each chunk ends before the
    /// next begins and none has deleted samples; false, and nothing added, where it does not or has.
    /// </summary>
    private bool TryCount(long minTime, long maxTime, SampleColumns into)
    {
        if (_aggregates is not null || _outOfOrder.Count > 0)
        {
            return false;
        }
        var start = into.Count;
        var newest = long.MinValue;
        for (var number = _firstPart; number >= 0; number = Part(number).Next)
        {
            ref readonly var part = ref Part(number);
            if (!part.Block.Tombstones.Of(part.Chunks.Series).IsEmpty)
            {
                into.Truncate(start);
                return false;
            }
            foreach (var chunk in part.Block.Index.ChunksAt(part.Chunks))
            {
                if (chunk.MinTime > maxTime || chunk.MaxTime < minTime)
                {
                    continue;
                }
                if (chunk.MinTime <= newest)
                {
                    into.Truncate(start);
                    return false;
                }
                newest = chunk.MaxTime;
                if (chunk.HasMarks || chunk.MinTime < minTime || chunk.MaxTime > maxTime)
                {
                    reading.Querier.ReadChunk(part.Block, part.Chunks.Series, chunk, minTime, maxTime, into, into.Count, timesOnly: true);
                }
                else
                {
                    AddRow(chunk.MaxTime, chunk.Count, into);
                }
            }
        }
        maxTime = Math.Min(maxTime, _headMaxTime);
        foreach (var chunk in HeadChunks)
        {
            var (first, last) = (chunk.MinTime, chunk.MaxTime);
            if (first <= newest)
            {
                into.Truncate(start);
                return false;
            }
            newest = last;
            if (!chunk.IsPure || first < minTime || last > maxTime)
            {
                chunk.Read(minTime, maxTime, into, timesOnly: true);
            }
            else
            {
                AddRow(last, chunk.Count, into);
            }
        }
        return true;
    }

    private void AddRow(long time, int samples, SampleColumns into)
    {
        if (reading.IsCount)
        {
            into.Add(time, 0, samples);
        }
        else
        {
            into.Add(time, 0);
        }
    }

    private ref readonly SeriesReading.BlockPart Part(int number)
    {
        if (_alone is not null)
        {
            // Threads that come here at once find the same.
            _own ??= _alone.PartsBeside(_name.Number);
            return ref _own[_name.Number % IndexFormat.GroupSize];
        }
        return ref reading[number];
    }
}
