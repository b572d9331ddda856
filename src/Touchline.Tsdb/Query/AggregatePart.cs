using Touchline.Storage;
using Touchline.Tsdb.Aggregates;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Query;

/// <summary>The columns that one block has of the aggregates of a series, at one resolution.</summary>
internal sealed class AggregatePart(Block block, long resolutionMs)
{
    private readonly List<(AggregateColumn Column, uint Number)> _columns = [];

    public Block Block => block;

    public long ResolutionMs => resolutionMs;

    public void Add(AggregateColumn column, uint number) => _columns.Add((column, number));

    /// <summary>Appends what the reading asks for of the rows between the times, and notes up to when there are aggregates.</summary>
    /// <returns>The end of the last window; null where the times have no row.</returns>
    /// <param name="minTime">The first time that is wanted, inclusive.</param>
    /// <param name="maxTime">The last, inclusive.</param>
    /// <param name="reading">What is made of the rows.</param>
    /// <param name="querier">Told of damage.</param>
    /// <param name="set">What the columns are read into; it holds them until the next part is read.</param>
    /// <param name="into">What is appended to.</param>
    public long? Read(long minTime, long maxTime, SampleReading reading, TsdbQuerier querier, AggregateColumnSet set, SampleColumns into)
    {
        set.Clear();
        var chunks = new List<ChunkMeta>();
        var damaged = default(List<TimeInterval>);
        var lastRow = long.MinValue;
        foreach (var (column, number) in _columns)
        {
            if (column is AggregateColumn.Last or AggregateColumn.Histogram)
            {
                chunks.Clear();
                block.Index.ChunksOf(number, maxTime, long.MaxValue, chunks);
                lastRow = chunks.Count > 0 ? Math.Max(lastRow, chunks[^1].MaxTime) : lastRow;
            }
            chunks.Clear();
            block.Index.ChunksOf(number, minTime, maxTime, chunks);
            var rows = set.Begin(column);
            foreach (var chunk in chunks)
            {
                if (!querier.ReadChunk(block, number, chunk, minTime, maxTime, rows, start: 0, timesOnly: false))
                {
                    (damaged ??= []).Add(new TimeInterval(chunk.MinTime, chunk.MaxTime));
                }
            }
        }
        // Of a row that a damaged column had, another column would stand in: a wrong value rather than none.
        foreach (var interval in damaged ?? [])
        {
            set.Remove(interval);
        }
        var before = into.Count;
        AggregateReadings.Read(set, resolutionMs, reading, into);
        if (into.Count == before)
        {
            return null;
        }
        lastRow = Math.Max(lastRow, into.Timestamps[into.Count - 1]);
        var through = AggregateWindow.EndOf(lastRow, resolutionMs);
        into.NoteAggregates(through, resolutionMs);
        return through;
    }
}
