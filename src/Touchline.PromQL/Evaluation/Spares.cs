using System.Diagnostics.CodeAnalysis;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// What one operator has made and may use again. Thread-safe. A lock and a stack: few threads come here, and rarely, while a concurrent bag makes lists of its own for each thread
/// and leaves a finalizer behind for each query.
/// </summary>
internal sealed class Spares<T>
{
    private readonly Lock _lock = new();
    private readonly Stack<T> _free = [];

    public bool TryTake([MaybeNullWhen(false)] out T spare)
    {
        lock (_lock)
        {
            return _free.TryPop(out spare);
        }
    }

    public void Add(T spare)
    {
        lock (_lock)
        {
            _free.Push(spare);
        }
    }
}
