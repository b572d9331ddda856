namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>The samples that wait in one shard: filled by one, emptied in batches by another, who waits until one is full or old enough.</summary>
internal sealed class ShardQueue(int capacity, int batchSize, TimeSpan deadline, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingSample> _samples = new();
    private TaskCompletionSource? _space;
    private TaskCompletionSource? _batch;
    private RecordProgress? _taken;
    private long _oldestAt;
    private bool _isClosed;

    /// <summary>
    /// The record of the oldest sample that is neither sent nor given up, null where there is none. What was taken counts until more is asked for.
    /// </summary>
    public RecordProgress? Oldest
    {
        get
        {
            lock (_lock)
            {
                return _taken ?? (_samples.TryPeek(out var first) ? first.Record : null);
            }
        }
    }

    /// <summary>False where the shard is full.</summary>
    public bool TryAdd(in PendingSample sample)
    {
        lock (_lock)
        {
            if (_samples.Count >= capacity)
            {
                return false;
            }
            Enqueue(sample);
            return true;
        }
    }

    /// <summary>Adds what another shard did not get sent, however much that is.</summary>
    public void AddAll(IEnumerable<PendingSample> samples)
    {
        lock (_lock)
        {
            foreach (var sample in samples)
            {
                Enqueue(sample);
            }
        }
    }

    /// <summary>Ends when there is room, or <see cref="Poke"/> was called.</summary>
    public Task WaitForSpaceAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_samples.Count < capacity)
            {
                return Task.CompletedTask;
            }
            _space ??= NewSignal();
            return _space.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Has whoever waits for room look again.</summary>
    public void Poke()
    {
        lock (_lock)
        {
            Signal(ref _space);
        }
    }

    /// <summary>No batch is waited for any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            Signal(ref _batch);
        }
    }

    /// <summary>Moves the next batch into the list. False where the shard is closed and empty. All that was taken before is settled.</summary>
    public async ValueTask<bool> TakeAsync(List<PendingSample> into)
    {
        while (true)
        {
            TaskCompletionSource batch;
            TimeSpan? wait = null;
            lock (_lock)
            {
                _taken = null;
                var age = time.GetElapsedTime(_oldestAt);
                if (_samples.Count >= batchSize || _isClosed || (_samples.Count > 0 && age >= deadline))
                {
                    return Take(into);
                }
                _batch = batch = NewSignal();
                if (_samples.Count > 0)
                {
                    wait = deadline - age;
                }
            }
            if (wait is { } atMost)
            {
                using var timer = time.CreateTimer(_ => batch.TrySetResult(), null, atMost, Timeout.InfiniteTimeSpan);
                await batch.Task.ConfigureAwait(false);
            }
            else
            {
                await batch.Task.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes all that is left, in order. It still counts as not sent here, until another shard has it.</summary>
    public List<PendingSample> TakeRest()
    {
        lock (_lock)
        {
            _taken ??= _samples.TryPeek(out var first) ? first.Record : null;
            List<PendingSample> rest = [.. _samples];
            _samples.Clear();
            return rest;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Signal(ref TaskCompletionSource? signal)
    {
        signal?.TrySetResult();
        signal = null;
    }

    private void Enqueue(in PendingSample sample)
    {
        _samples.Enqueue(sample);
        if (_samples.Count == 1)
        {
            _oldestAt = time.GetTimestamp();
            Signal(ref _batch);
        }
        else if (_samples.Count == batchSize)
        {
            Signal(ref _batch);
        }
    }

    private bool Take(List<PendingSample> into)
    {
        _taken = _samples.TryPeek(out var first) ? first.Record : null;
        for (var left = Math.Min(batchSize, _samples.Count); left > 0; left--)
        {
            into.Add(_samples.Dequeue());
        }
        _oldestAt = time.GetTimestamp();
        if (_samples.Count < capacity)
        {
            Signal(ref _space);
        }
        return into.Count > 0;
    }
}
