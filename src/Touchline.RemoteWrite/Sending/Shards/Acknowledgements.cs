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

    /// <summary>Notes a record that is about to be sent.</summary>
    public RecordProgress Begin(QueuePosition end)
    {
        var record = new RecordProgress(end, end.CompareTo(repeatedUntil) <= 0);
        lock (_lock)
        {
            _records.Enqueue(record);
        }
        return record;
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
}
