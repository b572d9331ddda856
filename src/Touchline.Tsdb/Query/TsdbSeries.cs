using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.OutOfOrder;

namespace Touchline.Tsdb.Query;

/// <summary>
/// A series with its parts in blocks and in the head, oldest first. The parts are fixed before it is handed out.
/// </summary>
internal sealed class TsdbSeries(TsdbQuerier querier, SeriesName name, SeriesReading reading) : ISeries
{
    private readonly SeriesName _name = name;
    private Labels? _labels = name.Labels;

    // A query over all series makes as many of these as there are: what most do not have is not made for them.
    private List<AggregatePart>? _aggregates;
    private List<(Block Block, uint Series)>? _blocks;
    private HeadChunk[] _head = [];
    private long _headMaxTime;
    private ArraySegment<long> _created = ArraySegment<long>.Empty;
    private IReadOnlyList<OutOfOrderView> _outOfOrder = [];

    /// <summary>Made when they are asked for: most queries that select a million series never look at them.</summary>
    public Labels Labels => _labels ??= _name.ToLabels();

    public string MetricName => _labels?.MetricName ?? _name.MetricName();

    public void AddPart(Block block, uint series) => (_blocks ??= new(2)).Add((block, series));

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

    /// <param name="chunks">Its chunks in the head, oldest first.</param>
    /// <param name="maxTime">The time of the newest sample that was committed when the querier was opened.</param>
    public void SetHead(HeadChunk[] chunks, long maxTime)
    {
        _head = chunks;
        _headMaxTime = maxTime;
    }

    /// <summary>What came too late for those chunks, as it was when the series was selected.</summary>
    public void SetOutOfOrder(IReadOnlyList<OutOfOrderView> views) => _outOfOrder = views;

    /// <summary>Since when it counts, as far as the head knows.</summary>
    public void SetCreated(ArraySegment<long> created) => _created = created;

    public IReadOnlyList<long> CreatedTimes()
    {
        var extras = new SeriesExtras();
        foreach (var (block, series) in _blocks ?? [])
        {
            block.Index.ExtrasOf(series, extras);
        }
        foreach (var created in _created)
        {
            extras.AddCreated(created);
        }
        return extras.Created;
    }

    public void Read(long minTimeMs, long maxTimeMs, SampleColumns into)
    {
        var minTime = Math.Max(minTimeMs, querier.MinTimeMs);
        var maxTime = Math.Min(maxTimeMs, querier.MaxTimeMs);
        if (minTime > maxTime)
        {
            return;
        }
        var start = into.Count;
        var (hints, cancellation) = (reading.Hints, reading.Cancellation);
        cancellation.ThrowIfCancellationRequested();
        foreach (var part in _aggregates ?? [])
        {
            cancellation.ThrowIfCancellationRequested();
            var before = into.Count;
            var from = hints is null ? minTime : TsdbQuerier.EarliestFor(minTime, part.ResolutionMs);
            if (part.Read(from, maxTime, hints?.Reading ?? SampleReading.Last, querier, into) is { } through)
            {
                querier.NoteAggregates(part.ResolutionMs, through, hints);
                SampleMerge.KeepOrder(into, start, before);
            }
        }
        var wanted = hints?.Reading ?? SampleReading.Last;
        var chunks = _blocks is null ? [] : new List<ChunkMeta>(1);
        foreach (var (block, series) in _blocks ?? [])
        {
            chunks.Clear();
            block.Index.ChunksOf(series, minTime, maxTime, chunks);
            into.CountChunks(chunks.Count);
            foreach (var chunk in chunks)
            {
                cancellation.ThrowIfCancellationRequested();
                // A block that has just been cut and the head it was cut from may both have been seen, and blocks may overlap.
                querier.ReadChunk(block, series, chunk, minTime, maxTime, into, start, wanted);
            }
        }
        into.CountChunks(_head.Length);
        foreach (var chunk in _head)
        {
            cancellation.ThrowIfCancellationRequested();
            var before = into.Count;
            chunk.Read(minTime, Math.Min(maxTime, _headMaxTime), into, timesOnly: wanted == SampleReading.Count);
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
}
