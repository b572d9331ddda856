namespace Touchline.Tsdb.Head;

/// <summary>For who goes through the chunks of all series once, one series after the other: what is in files is copied and does not stay in memory. Not thread-safe.</summary>
internal sealed class ChunkWalk
{
    private readonly ChunkCopies _copies = new(ofFiles: true);
    private readonly List<HeadChunk> _chunks = [];

    /// <summary>The chunks of a series that may hold samples between the times, oldest first; they stay readable until the next series is asked for.</summary>
    public List<HeadChunk> Within(HeadSeries series, long minTime, long maxTime)
    {
        _copies.Clear();
        _chunks.Clear();
        series.ChunksWithin(minTime, maxTime, _copies, _chunks);
        return _chunks;
    }
}
