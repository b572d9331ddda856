using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Applies to the head what follows the series in batch records, on a thread for each of its memories. Every thread walks all records in the
/// order of the log and takes what is of its series: finding that costs an eighth of appending it. Used by one thread.
/// </summary>
internal sealed class ReplayWorkers : IDisposable
{
    private const int RecordsAtOnce = 64;
    private const int BytesAtOnce = 256 * 1024;

    /// <summary>How many bundles may wait, so that reading ahead stays bounded.</summary>
    private const int Waiting = 16;

    private readonly WalReplay[] _parts;
    private readonly Action<string, CorruptDataException> _corrupt;
    private readonly List<BlockingCollection<Bundle>> _queues = [];
    private readonly List<Thread> _threads = [];
    private readonly Lock _reporting = new();
    private (string Path, long Offset) _reported;
    private List<LoggedRecord> _gathered = [];
    private long _gatheredBytes;
    private Exception? _failure;

    /// <param name="replay">Has read the series of each record that is added.</param>
    /// <param name="corrupt">Told of each record that cannot be read, with its file; by one thread at a time.</param>
    public ReplayWorkers(WalReplay replay, Action<string, CorruptDataException> corrupt)
    {
        _parts = replay.Parts();
        _corrupt = corrupt;
        replay.CatchUp = Drain;
    }

    /// <summary>Samples of series whose labels were lost, as far as is known after <see cref="Drain"/>.</summary>
    public long Orphans => _parts.Sum(part => part.Orphans);

    /// <summary>Adds a record. Its file stays open until the next <see cref="Drain"/>.</summary>
    public void Add(LoggedRecord record)
    {
        _gathered.Add(record);
        _gatheredBytes += record.Length;
        if (_gathered.Count >= RecordsAtOnce || _gatheredBytes >= BytesAtOnce)
        {
            HandOut(null);
        }
    }

    /// <summary>Returns once everything that was added is in the head.</summary>
    public void Drain()
    {
        if (_gathered.Count == 0 && _threads.Count == 0)
        {
            return;
        }
        using var done = new CountdownEvent(_parts.Length);
        HandOut(done);
        done.Wait();
        if (_failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        foreach (var queue in _queues)
        {
            queue.CompleteAdding();
        }
        _threads.ForEach(thread => thread.Join());
        _queues.ForEach(queue => queue.Dispose());
    }

    private void HandOut(CountdownEvent? done)
    {
        if (_threads.Count == 0)
        {
            Start();
        }
        var bundle = new Bundle(_gathered, done);
        (_gathered, _gatheredBytes) = ([], 0);
        foreach (var queue in _queues)
        {
            queue.Add(bundle);
        }
    }

    private void Start()
    {
        foreach (var part in _parts)
        {
            var queue = new BlockingCollection<Bundle>(Waiting);
            _queues.Add(queue);
            var thread = new Thread(() => Run(part, queue)) { IsBackground = true, Name = "wal-replay" };
            _threads.Add(thread);
            thread.Start();
        }
    }

    private void Run(WalReplay part, BlockingCollection<Bundle> queue)
    {
        foreach (var bundle in queue.GetConsumingEnumerable())
        {
            try
            {
                foreach (var record in _failure is null ? bundle.Records : [])
                {
                    Apply(part, record);
                }
                part.EndRecord();
            }
            catch (Exception e)
            {
                _failure = e; // Thrown where it is waited for.
            }
            bundle.Done?.Signal();
        }
    }

    private void Apply(WalReplay part, LoggedRecord record)
    {
        part.BeginRecord(record.Number);
        try
        {
            BatchRecord.ReadRest(record.File.Slice(record.Offset, record.Length), part, record.IsOfFirstForm);
        }
        catch (CorruptDataException e)
        {
            lock (_reporting)
            {
                // All parts find the same.
                if (_reported != (record.Path, record.Offset))
                {
                    _reported = (record.Path, record.Offset);
                    _corrupt(record.Path, e);
                }
            }
        }
    }

    private sealed record Bundle(List<LoggedRecord> Records, CountdownEvent? Done);
}

/// <summary>What follows the series in a batch record of a mapped file.</summary>
internal readonly record struct LoggedRecord(uint Number, MappedFile File, string Path, long Offset, int Length, bool IsOfFirstForm);
