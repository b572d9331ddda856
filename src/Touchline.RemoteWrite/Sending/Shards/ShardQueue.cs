namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>The samples that wait in one shard: filled by one, emptied in batches by another, who waits until one is full or old enough.</summary>
internal sealed class ShardQueue(int capacity, int batchSize, TimeSpan deadline, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingSample> _samples = new();
    private TaskCompletionSource? _space;
    private TaskCompletionSource? _batch;
    private long _oldestAt;
    private bool _isClosed;

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

    /// <summary>Moves the next batch into the list. False where the shard is closed and empty.</summary>
    public async ValueTask<bool> TakeAsync(List<PendingSample> into)
    {
        while (true)
        {
            Task signal;
            TimeSpan? wait = null;
            lock (_lock)
            {
                var age = time.GetElapsedTime(_oldestAt);
                if (_samples.Count >= batchSize || _isClosed || (_samples.Count > 0 && age >= deadline))
                {
                    return Take(into);
                }
                _batch = NewSignal();
                signal = _batch.Task;
                if (_samples.Count > 0)
                {
                    wait = deadline - age;
                }
            }
            if (wait is { } atMost)
            {
                var batch = _batch;
                using var timer = time.CreateTimer(_ => batch.TrySetResult(), null, atMost, Timeout.InfiniteTimeSpan);
                await signal.ConfigureAwait(false);
            }
            else
            {
                await signal.ConfigureAwait(false);
            }
        }
    }

    /// <summary>Takes all that is left, in order.</summary>
    public List<PendingSample> TakeRest()
    {
        lock (_lock)
        {
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
