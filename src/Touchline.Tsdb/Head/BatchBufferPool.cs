namespace Touchline.Tsdb.Head;

/// <summary>Buffers of batches that ended, for those that begin: as many as can be gathered at once on this machine. Thread-safe.</summary>
internal sealed class BatchBufferPool
{
    private readonly Stack<BatchBuffers> _idle = new();
    private readonly Lock _lock = new();
    private readonly int _most = Environment.ProcessorCount;

    public BatchBuffers Take()
    {
        lock (_lock)
        {
            return _idle.TryPop(out var buffers) ? buffers : new BatchBuffers();
        }
    }

    /// <summary>Takes back buffers, which must not be used any more by whoever had them.</summary>
    public void GiveBack(BatchBuffers buffers)
    {
        buffers.Clear();
        lock (_lock)
        {
            if (_idle.Count < _most)
            {
                _idle.Push(buffers);
            }
        }
    }
}
