using Touchline.Model;
using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.OutOfOrder;

namespace Touchline.Tsdb.Query;

/// <summary>A series with its parts in blocks and in the head, oldest first. The parts are fixed before it is handed out.</summary>
internal sealed class TsdbSeries(TsdbQuerier querier, Labels labels) : ISeries
{
    private readonly List<(Block Block, uint Series)> _blocks = [];
    private List<HeadChunk> _head = [];
    private long _headMaxTime;
    private List<OutOfOrderView> _outOfOrder = [];

    public Labels Labels => labels;

    public void AddPart(Block block, uint series) => _blocks.Add((block, series));

    /// <param name="chunks">Its chunks in the head, oldest first.</param>
    /// <param name="maxTime">The time of the newest sample that was committed when the querier was opened.</param>
    public void SetHead(List<HeadChunk> chunks, long maxTime)
    {
        _head = chunks;
        _headMaxTime = maxTime;
    }

    /// <summary>What came too late for those chunks, as it was when the series was selected.</summary>
    public void SetOutOfOrder(List<OutOfOrderView> views) => _outOfOrder = views;

    public void Read(long minTimeMs, long maxTimeMs, SampleColumns into)
    {
        var minTime = Math.Max(minTimeMs, querier.MinTimeMs);
        var maxTime = Math.Min(maxTimeMs, querier.MaxTimeMs);
        if (minTime > maxTime)
        {
            return;
        }
        var start = into.Count;
        var chunks = new List<ChunkMeta>();
        foreach (var (block, series) in _blocks)
        {
            chunks.Clear();
            block.Index.ChunksOf(series, minTime, maxTime, chunks);
            foreach (var chunk in chunks)
            {
                var before = into.Count;
                if (block.Read(chunk, minTime, maxTime, into) is { } damage)
                {
                    querier.Warn(damage);
                }
                DeletedRows.Remove(into, before, block.Tombstones.Of(series));
                // A block that has just been cut and the head it was cut from may both have been seen, and blocks may overlap.
                SampleMerge.KeepOrder(into, start, before);
            }
        }
        foreach (var chunk in _head)
        {
            var before = into.Count;
            chunk.Read(minTime, Math.Min(maxTime, _headMaxTime), into);
            SampleMerge.KeepOrder(into, start, before);
        }
        foreach (var view in _outOfOrder)
        {
            var before = into.Count;
            view.Read(minTime, maxTime, into);
            SampleMerge.KeepOrder(into, start, before);
        }
    }
}
