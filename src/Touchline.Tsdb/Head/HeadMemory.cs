namespace Touchline.Tsdb.Head;

/// <summary>
/// Where the samples of some series of the head are: open chunks in fragments, closed ones in the archive. Written under the commit lock, or by the
/// thread that loads these series.
/// </summary>
internal sealed class HeadMemory(long blockRangeMs, string? directory, Action<string>? damaged = null, int number = 0)
{
    private long _rangeStart;
    private long _rangeEnd;
    private long _openChunks;

    public FragmentPool Fragments { get; } = new();

    public ChunkArchive Archive { get; } = new(directory, damaged ?? (_ => { }), number);

    public long BlockRangeMs => blockRangeMs;

    public long Chunks => Interlocked.Read(ref _openChunks) + Archive.Chunks;

    public void CountOpen(int more) => Interlocked.Add(ref _openChunks, more);

    /// <summary>The end of the block's range that the time lies in; most samples lie in that of the sample before.</summary>
    public long RangeEnd(long time)
    {
        if (time < _rangeStart || time >= _rangeEnd)
        {
            _rangeStart = BlockTimes.Start(time, blockRangeMs);
            _rangeEnd = _rangeStart + blockRangeMs;
        }
        return _rangeEnd;
    }
}
