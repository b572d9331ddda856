using Touchline.RemoteWrite.Sending.Queueing;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>How much of a record of the queue is still to be sent. Thread-safe.</summary>
/// <param name="start">Where the record begins.</param>
/// <param name="end">Where the record ends.</param>
/// <param name="isRepeated">Whether some of it may have been sent before.</param>
internal sealed class RecordProgress(QueuePosition start, QueuePosition end, bool isRepeated)
{
    /// <summary>One for whoever still adds to it.</summary>
    private int _open = 1;

    /// <summary>Where the record begins.</summary>
    public QueuePosition Start { get; } = start;

    /// <summary>Where the record ends.</summary>
    public QueuePosition End { get; } = end;

    /// <summary>Whether a process before this one, or other settings of the remote, may have sent some of it without noting that.</summary>
    public bool IsRepeated { get; } = isRepeated;

    public bool IsDone => Volatile.Read(ref _open) <= 0;

    public void Add() => Interlocked.Increment(ref _open);

    public void Done(int samples = 1) => Interlocked.Add(ref _open, -samples);
}
