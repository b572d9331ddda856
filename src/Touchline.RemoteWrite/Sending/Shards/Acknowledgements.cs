using Touchline.RemoteWrite.Sending.Queueing;

namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>Records that are being sent, in the order of the queue: shards finish them in any order. Thread-safe.</summary>
/// <param name="from">Where the remote begins.</param>
/// <param name="repeatedUntil">Up to where there were records already when it began.</param>
internal sealed class Acknowledgements(QueuePosition from, QueuePosition repeatedUntil)
{
    private readonly Queue<RecordProgress> _records = new();
    private readonly Lock _lock = new();
    private QueuePosition _done = from;
    private QueuePosition _begun = from;
    private QueuePosition _handedOut = from;

    /// <summary>Notes a record that is about to be sent.</summary>
    public RecordProgress Begin(QueuePosition end)
    {
        lock (_lock)
        {
            var record = new RecordProgress(_begun, end, end.CompareTo(repeatedUntil) <= 0);
            _begun = end;
            _records.Enqueue(record);
            return record;
        }
    }

    /// <summary>Notes that all samples of a record are in shards.</summary>
    public void HandOut(RecordProgress record)
    {
        record.Done();
        lock (_lock)
        {
            // Behind one of which some never got there, none counts.
            _handedOut = record.Start == _handedOut ? record.End : _handedOut;
        }
    }

    /// <summary>Up to where everything was sent or given up.</summary>
    public QueuePosition Done()
    {
        lock (_lock)
        {
            while (_records.TryPeek(out var oldest) && oldest.IsDone)
            {
                _done = oldest.End;
                _records.Dequeue();
            }
            return _done;
        }
    }

    /// <summary>Up to where each of the shards has sent or given up everything of its own.</summary>
    public List<QueuePosition> DoneBy(Func<IReadOnlyList<Shard>> shards)
    {
        QueuePosition handedOut;
        lock (_lock)
        {
            handedOut = _handedOut;
        }
        // In this order: a shard that is empty after that has sent all that was handed out before.
        return [.. shards().Select(shard => shard.Waiting.Oldest is { } oldest && oldest.Start.CompareTo(handedOut) < 0 ? oldest.Start : handedOut)];
    }
}
