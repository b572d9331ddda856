namespace Touchline.RemoteWrite.Sending;

/// <summary>Why samples were not sent to a remote.</summary>
public enum DropReason
{
    /// <summary>Its relabelling leaves the series out.</summary>
    DroppedSeries,

    /// <summary>Older than <c>sample_age_limit</c>.</summary>
    TooOld,

    /// <summary>A histogram with custom buckets, which messages of version 1 have no place for.</summary>
    CustomBuckets,

    /// <summary>The queue was full while the remote was away.</summary>
    QueueFull,
}

/// <summary>What was sent to one remote since start. Thread-safe.</summary>
public sealed class RemoteFigures
{
    /// <summary>Upper bounds of the histogram of durations, seconds; Prometheus's.</summary>
    public static readonly double[] DurationBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300];

    private readonly long[] _sent = new long[3];
    private readonly long[] _failed = new long[3];
    private readonly long[] _retried = new long[3];
    private readonly long[] _pending = new long[3];
    private readonly long[] _dropped = new long[4];
    private readonly long[] _durations = new long[DurationBounds.Length + 1];
    private long _durationTicks;
    private long _bytes;
    private long _metadataBytes;
    private long _metadata;
    private long _metadataFailed;
    private long _metadataRetried;
    private long _enqueueRetries;
    private long _highestSentMs;
    private long _repeated;

    public long Sent(SampleKind kind) => Interlocked.Read(ref _sent[(int)kind]);

    public long Failed(SampleKind kind) => Interlocked.Read(ref _failed[(int)kind]);

    public long Retried(SampleKind kind) => Interlocked.Read(ref _retried[(int)kind]);

    /// <summary>Read from the queue, and not yet sent or given up.</summary>
    public long Pending(SampleKind kind) => Interlocked.Read(ref _pending[(int)kind]);

    public long Dropped(DropReason reason) => Interlocked.Read(ref _dropped[(int)reason]);

    /// <summary>Sent again after a restart, and refused as the receiver has them.</summary>
    public long Repeated => Interlocked.Read(ref _repeated);

    /// <summary>Compressed, of requests that arrived.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public long MetadataBytes => Interlocked.Read(ref _metadataBytes);

    public long Metadata => Interlocked.Read(ref _metadata);

    public long MetadataFailed => Interlocked.Read(ref _metadataFailed);

    public long MetadataRetried => Interlocked.Read(ref _metadataRetried);

    /// <summary>How often a shard was full.</summary>
    public long EnqueueRetries => Interlocked.Read(ref _enqueueRetries);

    /// <summary>The highest time of a sample that arrived, ms since the Unix epoch; 0 before the first.</summary>
    public long HighestSentMs => Interlocked.Read(ref _highestSentMs);

    /// <summary>All time that requests took.</summary>
    public TimeSpan SendTime => TimeSpan.FromTicks(Interlocked.Read(ref _durationTicks));

    /// <summary>Requests that took no longer than each of the bounds, and behind them all.</summary>
    public IReadOnlyList<long> CumulativeDurations()
    {
        var counts = new long[_durations.Length];
        long all = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = all += Interlocked.Read(ref _durations[i]);
        }
        return counts;
    }

    internal long AllPending => Pending(SampleKind.Sample) + Pending(SampleKind.Histogram) + Pending(SampleKind.Exemplar);

    internal long AllSent => Sent(SampleKind.Sample) + Sent(SampleKind.Histogram) + Sent(SampleKind.Exemplar);

    internal void AddPending(SampleKind kind, long more) => Interlocked.Add(ref _pending[(int)kind], more);

    internal void AddSent(SampleKind kind, long more) => Interlocked.Add(ref _sent[(int)kind], more);

    internal void AddFailed(SampleKind kind, long more) => Interlocked.Add(ref _failed[(int)kind], more);

    internal void AddRetried(SampleKind kind, long more) => Interlocked.Add(ref _retried[(int)kind], more);

    internal void AddDropped(DropReason reason, long more) => Interlocked.Add(ref _dropped[(int)reason], more);

    internal void AddRepeated(long more) => Interlocked.Add(ref _repeated, more);

    internal void CountEnqueueRetry() => Interlocked.Increment(ref _enqueueRetries);

    internal void NoteSent(int bytes, long highestMs)
    {
        Interlocked.Add(ref _bytes, bytes);
        Highest.Raise(ref _highestSentMs, highestMs);
    }

    internal void NoteDuration(TimeSpan duration)
    {
        Interlocked.Add(ref _durationTicks, duration.Ticks);
        var seconds = duration.TotalSeconds;
        var bucket = 0;
        while (bucket < DurationBounds.Length && seconds > DurationBounds[bucket])
        {
            bucket++;
        }
        Interlocked.Increment(ref _durations[bucket]);
    }

    internal void CountMetadata(SendOutcome outcome, int entries, int bytes)
    {
        switch (outcome)
        {
            case SendOutcome.Sent:
                Interlocked.Add(ref _metadata, entries);
                Interlocked.Add(ref _metadataBytes, bytes);
                break;
            case SendOutcome.Later:
                Interlocked.Add(ref _metadataRetried, entries);
                break;
            default:
                Interlocked.Add(ref _metadataFailed, entries);
                break;
        }
    }
}
