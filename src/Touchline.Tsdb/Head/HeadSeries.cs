using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Head;

/// <summary>
/// A series of the head: its newest chunk and the state of that chunk's encoder. Written under the commit lock only, read without
/// one. Its labels are in the index, by reference.
/// </summary>
internal sealed class HeadSeries(uint reference)
{
    private HeadChunk? _newest;
    private HeadCodecState _state;
    private long _lastTime = long.MinValue;
    private long _lastCommit;
    private long _commitBefore;
    private long _timeBeforeCommit = long.MinValue;

    public uint Reference { get; } = reference;

    /// <summary>Whether the log holds the labels of this reference. Written under the commit lock.</summary>
    public bool IsLogged { get; set; }

    /// <summary>Whether the head has forgotten it: nothing may be appended any more.</summary>
    public bool IsRemoved { get; set; }

    /// <summary>The batch that last checked a sample for this series, and that sample's time: how a batch sees its own samples.</summary>
    public int PendingBatch { get; set; }

    public long PendingTime { get; set; }

    /// <summary>The time of the newest sample; the least number where there is none.</summary>
    public long LastTime => Volatile.Read(ref _lastTime);

    /// <summary>The newest value's bits, or a fingerprint of the newest histogram.</summary>
    public ulong LastBits => Volatile.Read(ref _state.ValueBits);

    public HeadChunk? Newest => Volatile.Read(ref _newest);

    /// <summary>What <see cref="LastBits"/> is for a histogram with this encoding.</summary>
    public static ulong FingerprintOf(ReadOnlySpan<byte> payload) => ((ulong)payload.Length << 32) | Crc32C.Of(payload);

    /// <summary>
    /// The newest sample's time as a reader knows it who came after the given commit and before the next: batches that are being
    /// committed, or were since, are not seen half. False where the series was in two batches since, so that it cannot tell any more.
    /// </summary>
    public bool TryVisibleTime(long commit, out long time)
    {
        // In this order: a commit is noted before its samples are, and what was before it earlier still.
        var newest = Volatile.Read(ref _lastTime);
        if (Volatile.Read(ref _lastCommit) <= commit)
        {
            time = newest;
            return true;
        }
        time = Volatile.Read(ref _timeBeforeCommit);
        return Volatile.Read(ref _commitBefore) <= commit;
    }

    /// <summary>Adds a sample later than the newest, in the commit of that number. Answers whether a chunk was begun for it.</summary>
    public bool Append(long time, double value, long blockRange, long commit)
    {
        NoteCommit(commit);
        var begun = ChunkFor(ChunkKind.Float, time, blockRange, out var chunk);
        chunk.Append(ref _state, time, value);
        Publish(chunk, time, begun);
        return begun;
    }

    public bool AppendHistogram(long time, ReadOnlySpan<byte> payload, long blockRange, long commit)
    {
        NoteCommit(commit);
        var begun = ChunkFor(ChunkKind.Histogram, time, blockRange, out var chunk);
        chunk.AppendHistogram(ref _state, time, payload);
        _state.ValueBits = FingerprintOf(payload);
        Publish(chunk, time, begun);
        return begun;
    }

    /// <summary>Puts back a chunk from a checkpoint; they come oldest first, before any sample.</summary>
    public void Restore(ChunkKind kind, long minTime, long maxTime, int count, byte[] bytes)
    {
        Volatile.Write(ref _newest, new HeadChunk(kind, minTime, maxTime, count, bytes, _newest));
        Volatile.Write(ref _lastTime, maxTime);
    }

    public void RestoreLastBits(ulong bits) => _state.ValueBits = bits;

    public bool HasSamples(long minTime, long maxTime)
    {
        for (var chunk = Newest; chunk is not null; chunk = chunk.Previous)
        {
            if (chunk.Overlaps(minTime, maxTime))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The chunks that may hold samples between the times, oldest first; they stay readable whatever the head forgets.</summary>
    public List<HeadChunk> ChunksWithin(long minTime, long maxTime)
    {
        var chunks = new List<HeadChunk>();
        for (var chunk = Newest; chunk is not null; chunk = chunk.Previous)
        {
            if (chunk.Overlaps(minTime, maxTime))
            {
                chunks.Add(chunk);
            }
        }
        chunks.Reverse();
        return chunks;
    }

    /// <summary>
    /// Deletes the samples within the interval, by writing the chunks that hold some of them anew. The time and value of the newest sample are
    /// remembered even where it is deleted. Answers by how many chunks the series has grown, which mostly is less than none.
    /// </summary>
    public int Delete(TimeInterval interval)
    {
        if (!HasSamples(interval.MinTime, interval.MaxTime))
        {
            return 0;
        }
        // A list of its own, published at once; none of its chunks takes another sample, so the encoder begins anew with the next.
        HeadChunk? newest = null;
        var grown = 0;
        foreach (var chunk in ChunksWithin(long.MinValue, long.MaxValue))
        {
            var left = chunk.Without(interval, newest);
            grown += left is null ? -1 : 0;
            newest = left ?? newest;
        }
        Volatile.Write(ref _newest, newest);
        return grown;
    }

    /// <summary>Forgets chunks that end before the time. Answers how many; all of them leave the series empty.</summary>
    public int Truncate(long beforeTime)
    {
        var forgotten = 0;
        if (_newest is { } newest && newest.MaxTime < beforeTime)
        {
            forgotten = Length(newest);
            Volatile.Write(ref _newest, null);
            return forgotten;
        }
        for (var chunk = _newest; chunk is not null; chunk = chunk.Previous)
        {
            if (chunk.Previous is { } previous && previous.MaxTime < beforeTime)
            {
                forgotten = Length(previous);
                chunk.Previous = null;
            }
        }
        return forgotten;
    }

    private void NoteCommit(long commit)
    {
        if (_lastCommit != commit)
        {
            Volatile.Write(ref _commitBefore, _lastCommit);
            Volatile.Write(ref _timeBeforeCommit, _lastTime);
            Volatile.Write(ref _lastCommit, commit);
        }
    }

    private static int Length(HeadChunk? chunk)
    {
        var length = 0;
        for (; chunk is not null; chunk = chunk.Previous)
        {
            length++;
        }
        return length;
    }

    private bool ChunkFor(ChunkKind kind, long time, long blockRange, out HeadChunk chunk)
    {
        if (_newest is { } newest && newest.Takes(kind, time))
        {
            chunk = newest;
            return false;
        }
        _newest?.Close();
        _state = default;
        chunk = new HeadChunk(kind, time, BlockTimes.End(time, blockRange), _newest);
        return true;
    }

    private void Publish(HeadChunk chunk, long time, bool begun)
    {
        if (begun)
        {
            Volatile.Write(ref _newest, chunk);
        }
        Volatile.Write(ref _lastTime, time);
    }
}
