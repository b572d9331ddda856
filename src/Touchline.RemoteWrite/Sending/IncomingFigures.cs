namespace Touchline.RemoteWrite.Sending;

/// <summary>What was queued, whoever it is for. Thread-safe.</summary>
public sealed class IncomingFigures
{
    private long _samples;
    private long _histograms;
    private long _exemplars;
    private long _highestTimestampMs;

    public long Samples => Interlocked.Read(ref _samples);

    public long Histograms => Interlocked.Read(ref _histograms);

    public long Exemplars => Interlocked.Read(ref _exemplars);

    /// <summary>Of all samples, ms since the Unix epoch; 0 before the first.</summary>
    public long HighestTimestampMs => Interlocked.Read(ref _highestTimestampMs);

    internal void Count(int samples, int histograms, int exemplars, long latestMs)
    {
        Interlocked.Add(ref _samples, samples);
        Interlocked.Add(ref _histograms, histograms);
        Interlocked.Add(ref _exemplars, exemplars);
        Highest.Raise(ref _highestTimestampMs, latestMs);
    }
}

/// <summary>A number that only rises.</summary>
internal static class Highest
{
    public static void Raise(ref long highest, long to)
    {
        var seen = Interlocked.Read(ref highest);
        while (to > seen)
        {
            var before = Interlocked.CompareExchange(ref highest, to, seen);
            if (before == seen)
            {
                return;
            }
            seen = before;
        }
    }
}
