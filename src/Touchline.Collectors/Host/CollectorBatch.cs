namespace Touchline.Collectors.Host;

/// <summary>
/// Collectors that one thread runs one after the other, so that not each of them costs a change of threads. Another may abandon it, when one of them hangs; then none
/// is begun any more.
/// </summary>
internal sealed class CollectorBatch(IReadOnlyList<GuardedCollector> collectors, int first)
{
    private const int Abandoned = -1;

    private readonly int _first = first;
    private int _current = first;

    /// <summary>The collector that runs; the number of all where none does any more. Tells how far it is.</summary>
    public int Current => Volatile.Read(ref _current);

    public void Run()
    {
        // The first also where it was abandoned before the thread woke: it counts as running.
        for (var i = _first; i < collectors.Count; i++)
        {
            collectors[i].RunOnce();
            // Whoever abandons it learns which one runs; so the next may only be begun where that has not happened.
            if (Interlocked.CompareExchange(ref _current, i + 1, i) != i)
            {
                return;
            }
        }
    }

    /// <summary>Has no other collector begun, and tells which one runs, as <see cref="Current"/>.</summary>
    public int Abandon() => Interlocked.Exchange(ref _current, Abandoned);
}
