using Touchline.Storage;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Chunks;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Query;

namespace Touchline.Tsdb.Head;

/// <summary>
/// A series of the head: a handle on its slot. Written under the commit lock only, read without one. Its labels are in the index, by
/// reference.
/// </summary>
internal readonly record struct HeadSeries(SeriesPage Page, uint Reference)
{
    private const int LeastFirstSamples = 24;

    /// <summary>Histograms up to so many bytes are encoded without an allocation.</summary>
    private const int EncodedOnStack = 512;

    /// <summary>Scatters references, which follow one another (Knuth's multiplier, 2^32 over the golden ratio).</summary>
    private const uint ReferenceSpread = 2_654_435_769;

    /// <summary>No series but its number in a record, for a batch that is logged before the head knows its series.</summary>
    public static HeadSeries Unresolved(uint number) => new(null!, number);

    /// <summary>Whether it is no series at all.</summary>
    public bool IsNone => Page is null;

    public bool IsLogged
    {
        get => (Volatile.Read(ref Slot.Flags) & SeriesFlags.Logged) != 0;
        set => Volatile.Write(ref Slot.Flags, (byte)(value ? Slot.Flags | SeriesFlags.Logged : Slot.Flags & ~SeriesFlags.Logged));
    }

    /// <summary>Whether the head has forgotten it: nothing may be appended any more.</summary>
    public bool IsRemoved => (Volatile.Read(ref Slot.Flags) & SeriesFlags.Removed) != 0;

    /// <summary>The batch that last checked a sample for this series, and that sample's time: how a batch sees its own samples.</summary>
    public int PendingBatch
    {
        get => Slot.PendingBatch;
        set => Slot.PendingBatch = value;
    }

    public long PendingTime
    {
        get => Slot.PendingTime;
        set => Slot.PendingTime = value;
    }

    /// <summary>The time of the newest sample; the least number where there is none.</summary>
    public long LastTime => Volatile.Read(ref Slot.Codec.LastTime);

    /// <summary>The newest value's bits, or a fingerprint of the newest histogram.</summary>
    public ulong LastBits => Volatile.Read(ref Slot.Codec.ValueBits);

    /// <summary>Whether it has no chunk, closed ones that the head has forgotten apart.</summary>
    public bool IsEmpty => Slot.Codec.Count == 0 && Page.Memory.Archive.Find(Slot.Archived, out _) is null;

    /// <summary>The exponent of the newest decimal value, and whether the newest values had none: hints, which may be old.</summary>
    public int ExponentHint => Slot.Codec.Exponent;

    public bool IsSeldomDecimal => Slot.Codec.Misses > 1;

    private ref SeriesSlot Slot => ref Page.Slot(Reference);

    /// <summary>How many samples a chunk of this series has at most: spread, because series begin together.</summary>
    private int ChunkSamples => HeadChunk.MinSamples + (int)(Reference & (HeadChunk.MinSamples - 1));

    /// <summary>Fewer, by a number of the series' own: series that begin together would else have their longest open chunks together, and the memory for them stays.</summary>
    private int FirstChunkSamples => LeastFirstSamples + (int)(((Reference * ReferenceSpread) >> 16) % (uint)(ChunkSamples - LeastFirstSamples));

    /// <summary>What <see cref="LastBits"/> is for a histogram with this encoding.</summary>
    public static ulong FingerprintOf(ReadOnlySpan<byte> payload) => ((ulong)payload.Length << 32) | Crc32C.Of(payload);

    /// <summary>
    /// The newest sample's time as a reader knows it who came after the given commit and before the next: batches that are being
    /// committed, or were since, are not seen half. False where the series was in two batches since, so that it cannot tell any more.
    /// </summary>
    public bool TryVisibleTime(long commit, out long time)
    {
        ref var slot = ref Slot;
        // In this order: a commit is noted before its samples are, and what was before it earlier still.
        var newest = Volatile.Read(ref slot.Codec.LastTime);
        if (Volatile.Read(ref slot.LastCommit) - (int)commit <= 0)
        {
            time = newest;
            return true;
        }
        time = Volatile.Read(ref slot.TimeBeforeCommit);
        return Volatile.Read(ref slot.CommitBefore) - (int)commit <= 0;
    }

    /// <summary>The writer's: whether a sample of the commit makes the series forget what it held before the last that added to it.</summary>
    public bool ForgetsBy(long commit) => Slot.LastCommit != (int)commit;

    /// <summary>The writer's: the newest time after the given commit, where that is what the series forgets with the next one that adds to it.</summary>
    public bool TryTimeBefore(int commit, out long time)
    {
        ref var slot = ref Slot;
        time = slot.TimeBeforeCommit;
        return slot.LastCommit - commit > 0 && slot.CommitBefore - commit <= 0;
    }

    /// <summary>Adds a sample later than the newest, in the commit of that number. Answers whether a chunk was begun for it.</summary>
    public bool Append(long time, double value, long commit)
    {
        ref var slot = ref Slot;
        NoteCommit(ref slot, (int)commit);
        var begun = PrepareChunk(ref slot, ChunkKind.Float, time);
        Span<byte> encoded = stackalloc byte[HeadCodec.MaxSampleLength];
        // A copy, so that what readers look at is written in an order: the bytes, their number, then the count.
        var codec = slot.Codec;
        var length = HeadCodec.Encode(ref codec, encoded, time, value);
        Publish(ref slot, codec, encoded[..length]);
        return begun;
    }

    public bool AppendHistogram(long time, ReadOnlySpan<byte> payload, long commit)
    {
        ref var slot = ref Slot;
        NoteCommit(ref slot, (int)commit);
        var begun = PrepareChunk(ref slot, ChunkKind.Histogram, time);
        var most = HeadCodec.MaxSampleLength + payload.Length;
        Span<byte> encoded = most <= EncodedOnStack ? stackalloc byte[EncodedOnStack] : new byte[most];
        var codec = slot.Codec;
        var length = HeadCodec.EncodeHistogram(ref codec, encoded, time, payload);
        codec.ValueBits = FingerprintOf(payload);
        Publish(ref slot, codec, encoded[..length]);
        return begun;
    }

    /// <summary>Puts back a chunk from a checkpoint; they come oldest first, before any sample.</summary>
    public void Restore(ChunkKind kind, long minTime, long maxTime, int count, ReadOnlySpan<byte> bytes)
    {
        ref var slot = ref Slot;
        Close(ref slot);
        var memory = Page.Memory;
        slot.Archived = memory.Archive.Add(slot.Archived, kind, minTime, maxTime, memory.RangeEnd(minTime), count, bytes.Length, out var place);
        bytes.CopyTo(place);
        Volatile.Write(ref slot.Codec.LastTime, maxTime);
    }

    public void RestoreLastBits(ulong bits) => Slot.Codec.ValueBits = bits;

    public bool HasSamples(long minTime, long maxTime)
    {
        var (hasOpen, _, archived) = Snapshot(minTime, maxTime, copies: null);
        if (hasOpen)
        {
            return true;
        }
        while (Page.Memory.Archive.Find(archived, out archived) is { } chunk && chunk.MaxTime >= minTime)
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
        ChunksWithin(minTime, maxTime, new ChunkCopies(), chunks);
        return chunks;
    }

    /// <summary>As the other, behind what the list holds already.</summary>
    public void ChunksWithin(long minTime, long maxTime, ChunkCopies copies, List<HeadChunk> chunks)
    {
        var before = chunks.Count;
        var (_, open, archived) = Snapshot(minTime, maxTime, copies);
        if (open is not null)
        {
            chunks.Add(open.Value);
        }
        while (Page.Memory.Archive.Find(archived, out archived, copies) is { } chunk && chunk.MaxTime >= minTime)
        {
            if (chunk.Overlaps(minTime, maxTime))
            {
                chunks.Add(chunk);
            }
        }
        chunks.Reverse(before, chunks.Count - before);
    }

    /// <summary>
    /// Deletes the samples within the interval, by writing the chunks anew that hold some of them or are later. The time and value of the
    /// newest sample are remembered even where it is deleted.
    /// </summary>
    public void Delete(TimeInterval interval)
    {
        if (!HasSamples(interval.MinTime, interval.MaxTime))
        {
            return;
        }
        ref var slot = ref Slot;
        // Closed first, so that all that is to be written anew lies in one chain.
        Close(ref slot);
        var archive = Page.Memory.Archive;
        var kept = slot.Archived;
        var rewritten = new List<HeadChunk>();
        while (archive.Find(kept, out var previous) is { } chunk && chunk.MaxTime >= interval.MinTime)
        {
            rewritten.Add(chunk);
            archive.Discard(kept);
            kept = previous;
        }
        for (var i = rewritten.Count - 1; i >= 0; i--)
        {
            kept = AddWithout(interval, rewritten[i], kept);
        }
        Volatile.Write(ref slot.Archived, kept);
    }

    /// <summary>Forgets the open chunk where it ends before the time. Closed ones go with the archive's pages.</summary>
    public void Truncate(long beforeTime)
    {
        ref var slot = ref Slot;
        if (slot.Codec.Count > 0 && slot.Codec.LastTime < beforeTime)
        {
            DropOpen(ref slot, slot.Archived);
        }
    }

    /// <summary>First time of the open chunk; the greatest number where there is none. Under the commit lock.</summary>
    public long OpenMinTime => Slot.Codec.Count > 0 ? Slot.MinTime : long.MaxValue;

    private static void NoteCommit(ref SeriesSlot slot, int commit)
    {
        if (slot.LastCommit != commit)
        {
            // A new series has no commit before, and 0 is no longer before the others once there were 2^31.
            Volatile.Write(ref slot.CommitBefore, slot.Codec.LastTime == long.MinValue ? commit - 1 : slot.LastCommit);
            Volatile.Write(ref slot.TimeBeforeCommit, slot.Codec.LastTime);
            Volatile.Write(ref slot.LastCommit, commit);
        }
    }

    private bool PrepareChunk(ref SeriesSlot slot, ChunkKind kind, long time)
    {
        if (slot.Codec.Count > 0)
        {
            if (Takes(slot, kind, time))
            {
                return false;
            }
            Close(ref slot);
        }
        slot.Codec.BeginChunk();
        slot.Kind = kind;
        slot.MinTime = time;
        Page.Memory.CountOpen(1);
        return true;
    }

    private bool Takes(in SeriesSlot slot, ChunkKind kind, long time) =>
        slot.Kind == kind && slot.Codec.Count < (slot.Archived == 0 ? FirstChunkSamples : ChunkSamples) && slot.Codec.Bytes < HeadChunk.MaxBytes
        && time - slot.Codec.LastTime <= int.MaxValue && Page.Memory.RangeEnd(time) == Page.Memory.RangeEnd(slot.MinTime);

    private void Publish(ref SeriesSlot slot, in HeadCodecState codec, ReadOnlySpan<byte> encoded)
    {
        var fragments = Page.Memory.Fragments;
        var length = slot.Codec.Bytes;
        while (!encoded.IsEmpty)
        {
            var filled = length % FragmentPool.PayloadLength;
            if (filled == 0)
            {
                AddFragment(ref slot, fragments, isFirst: length == 0);
            }
            var part = Math.Min(encoded.Length, FragmentPool.PayloadLength - filled);
            encoded[..part].CopyTo(fragments.Payload(slot.LastFragment)[filled..]);
            encoded = encoded[part..];
            length += part;
        }
        var count = codec.Count;
        slot.Codec.TakeEncoder(codec);
        Volatile.Write(ref slot.Codec.Bytes, length);
        Volatile.Write(ref slot.Codec.LastTime, codec.LastTime);
        Volatile.Write(ref slot.Codec.Count, count);
    }

    private static void AddFragment(ref SeriesSlot slot, FragmentPool fragments, bool isFirst)
    {
        var added = fragments.Take();
        if (isFirst)
        {
            slot.FirstFragment = added;
        }
        else
        {
            fragments.Link(slot.LastFragment, added);
        }
        slot.LastFragment = added;
    }

    /// <summary>Moves the open chunk, where there is one, into the archive.</summary>
    private void Close(ref SeriesSlot slot)
    {
        if (slot.Codec.Count == 0)
        {
            return;
        }
        var memory = Page.Memory;
        var address = memory.Archive.Add(
            slot.Archived, slot.Kind, slot.MinTime, slot.Codec.LastTime, memory.RangeEnd(slot.MinTime), slot.Codec.Count, slot.Codec.Bytes, out var bytes,
            isPure: slot.Kind == ChunkKind.Float && !slot.Codec.HasMarks);
        memory.Fragments.TryCopy(slot.FirstFragment, bytes);
        DropOpen(ref slot, address);
    }

    private void DropOpen(ref SeriesSlot slot, ulong archived)
    {
        var (first, last) = (slot.FirstFragment, slot.LastFragment);
        Volatile.Write(ref slot.Version, (ushort)(slot.Version + 1));
        Interlocked.MemoryBarrier();
        slot.Archived = archived;
        slot.Codec.BeginChunk();
        Volatile.Write(ref slot.Version, (ushort)(slot.Version + 1));
        Page.Memory.Fragments.GiveBack(first, last);
        Page.Memory.CountOpen(-1);
    }

    /// <summary>
    /// The open chunk, where it has samples between the times, and the newest closed one's address, as they were at one moment. What a
    /// moving chunk left in the copy is never looked at.
    /// </summary>
    private (bool HasOpen, HeadChunk? Open, ulong Archived) Snapshot(long minTime, long maxTime, ChunkCopies? copies)
    {
        ref var slot = ref Slot;
        var wait = default(SpinWait);
        while (true)
        {
            var version = Volatile.Read(ref slot.Version);
            // Count before bytes: the bytes hold at least as many samples.
            var count = Volatile.Read(ref slot.Codec.Count);
            var last = Volatile.Read(ref slot.Codec.LastTime);
            var length = Volatile.Read(ref slot.Codec.Bytes);
            var archived = Volatile.Read(ref slot.Archived);
            var (first, kind, fragment) = (slot.MinTime, slot.Kind, slot.FirstFragment);
            // After the count: a marker among so many samples was noted before they were counted.
            var hasMarks = slot.Codec.HasMarks;
            var whole = true;
            var wanted = count > 0 && first <= maxTime && last >= minTime;
            if (wanted && copies is not null && (version & 1) == 0)
            {
                whole = Page.Memory.Fragments.TryCopy(fragment, copies.Room(length));
            }
            Interlocked.MemoryBarrier();
            if (whole && (version & 1) == 0 && Volatile.Read(ref slot.Version) == version)
            {
                return (wanted, wanted && copies is not null ? copies.Keep(kind, first, last, count, length, kind == ChunkKind.Float && !hasMarks) : null, archived);
            }
            wait.SpinOnce();
        }
    }

    private ulong AddWithout(TimeInterval interval, HeadChunk chunk, ulong previous)
    {
        var memory = Page.Memory;
        var rangeEnd = memory.RangeEnd(chunk.MinTime);
        if (!chunk.Overlaps(interval.MinTime, interval.MaxTime))
        {
            var whole = chunk.ToBytes();
            var copied = memory.Archive.Add(previous, chunk.Kind, chunk.MinTime, chunk.MaxTime, rangeEnd, chunk.Count, whole.Length, out var place, chunk.IsPure);
            whole.CopyTo(place);
            return copied;
        }
        var rows = new SampleColumns();
        chunk.Read(long.MinValue, long.MaxValue, rows);
        DeletedRows.Remove(rows, 0, [interval]);
        if (rows.Count == 0)
        {
            return previous;
        }
        var encoded = Encode(rows, chunk.Kind);
        var address = memory.Archive.Add(
            previous, chunk.Kind, rows.Timestamps[0], rows.Timestamps[^1], rangeEnd, rows.Count, encoded.Length, out var bytes);
        encoded.Written.CopyTo(bytes);
        return address;
    }

    private static ByteBuffer Encode(SampleColumns rows, ChunkKind kind)
    {
        var encoded = new ByteBuffer();
        var histogram = new ByteBuffer();
        var state = default(HeadCodecState);
        for (var row = 0; row < rows.Count; row++)
        {
            var start = encoded.Length;
            int length;
            if (kind == ChunkKind.Float)
            {
                length = HeadCodec.Encode(ref state, encoded.Reserve(HeadCodec.MaxSampleLength), rows.Timestamps[row], rows.Values[row]);
            }
            else
            {
                histogram.Clear();
                HistogramCodec.Encode(rows.Histograms[row]!, histogram);
                var room = encoded.Reserve(HeadCodec.MaxSampleLength + histogram.Length);
                length = HeadCodec.EncodeHistogram(ref state, room, rows.Timestamps[row], histogram.Written);
            }
            encoded.Truncate(start + length);
        }
        return encoded;
    }
}
