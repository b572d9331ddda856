namespace Touchline.Fetching;

/// <summary>Bounds the bytes of all bodies in memory at one time, so that many large targets at once cannot exhaust it. Thread-safe.</summary>
public sealed class BodyBudget(long limitBytes)
{
    private long _taken;

    public long LimitBytes => limitBytes;

    public long TakenBytes => Interlocked.Read(ref _taken);

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= limitBytes)
        {
            return true;
        }
        Interlocked.Add(ref _taken, -bytes);
        return false;
    }

    public void GiveBack(int bytes) => Interlocked.Add(ref _taken, -bytes);
}
