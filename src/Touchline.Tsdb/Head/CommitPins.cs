namespace Touchline.Tsdb.Head;

/// <summary>
/// The commits that readers look at, so that a batch is seen whole or not at all, however fast others follow it. Readers take no lock of the
/// writer's: they say what they look at, and it keeps for them what series are about to forget. Thread-safe.
/// </summary>
/// <param name="maxKept">How many series' pasts are kept for all readers together; a reader of whom more would have to be kept moves on. Some 30 bytes each.</param>
internal sealed class CommitPins(int maxKept = 2_000_000)
{
    private readonly Lock _changing = new();
    private CommitPin[] _pins = [];
    private int _kept;

    public bool IsFull => Volatile.Read(ref _kept) >= maxKept;

    /// <summary>Those of all readers there are; what comes later looks at the newest commit, of which nothing is forgotten by the next.</summary>
    public CommitPin[] Current
    {
        get
        {
            // Between the end of the commit before, and this look at the readers: see Add.
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref _pins);
        }
    }

    /// <param name="newest">Answers the number of the newest commit.</param>
    public CommitPin Add(Func<long> newest)
    {
        var pin = new CommitPin(this);
        lock (_changing)
        {
            Volatile.Write(ref _pins, [.. _pins, pin]);
        }
        // First it is there, then it looks: either the commit after the next knows of it, or it looks at a later one.
        Interlocked.MemoryBarrier();
        pin.MoveOn(newest, keepsAll: false);
        return pin;
    }

    public void Remove(CommitPin pin)
    {
        lock (_changing)
        {
            Volatile.Write(ref _pins, [.. _pins.Where(other => other != pin)]);
        }
        pin.Release();
    }

    public void CountKept(int more) => Interlocked.Add(ref _kept, more);
}
