using Touchline.Storage;

namespace Touchline.Tsdb.Tests.Query;

/// <summary>Counts what columns hold, now and at most, and refuses nothing.</summary>
internal sealed class CountingMeter : ISampleMeter
{
    public long Held { get; private set; }

    public long Peak { get; private set; }

    public void Reserve(long samples)
    {
        Held += samples;
        Peak = Math.Max(Peak, Held);
    }

    public void Release(long samples) => Held -= samples;
}
