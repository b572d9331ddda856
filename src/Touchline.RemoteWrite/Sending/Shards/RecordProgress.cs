using Touchline.RemoteWrite.Sending.Queueing;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>How much of a record of the queue is still to be sent. Thread-safe.</summary>
internal sealed class RecordProgress(QueuePosition end)
{
    /// <summary>One for whoever still adds to it.</summary>
    private int _open = 1;

    /// <summary>Where the record ends.</summary>
    public QueuePosition End { get; } = end;

    public bool IsDone => Volatile.Read(ref _open) == 0;

    public void Add() => Interlocked.Increment(ref _open);

    public void Done(int samples = 1) => Interlocked.Add(ref _open, -samples);
}
