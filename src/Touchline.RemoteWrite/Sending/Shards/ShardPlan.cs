namespace Touchline.RemoteWrite.Sending.Shards;

/// <summary>
/// How many shards a remote needs, of what was measured: what comes in and what has gathered, over what one shard gets sent while it sends.
/// Not thread-safe.
/// </summary>
internal sealed class ShardPlan(int min, int max)
{
    /// <summary>How soon what has gathered should be gone.</summary>
    private const double CatchUpSeconds = 60;

    /// <summary>The weight of the last interval against all before.</summary>
    private const double Weight = 0.2;

    /// <summary>Less of a difference is not worth a change, during which nothing is sent.</summary>
    private const double Tolerance = 0.3;

    private double? _inPerSecond;
    private double? _sendSecondsPerSample;

    /// <summary>Of the last measurement, not rounded.</summary>
    public double Desired { get; private set; } = min;

    /// <summary>Takes in a measurement and answers how many there should be.</summary>
    /// <param name="current">How many there are.</param>
    /// <param name="seconds">How long the interval was.</param>
    /// <param name="samplesIn">Samples that came in during it.</param>
    /// <param name="samplesOut">Samples that were sent during it.</param>
    /// <param name="sendSeconds">How long all shards together were sending them.</param>
    /// <param name="gathered">Samples that wait, on disk or in memory.</param>
    public int Next(int current, double seconds, double samplesIn, double samplesOut, double sendSeconds, double gathered)
    {
        Update(ref _inPerSecond, samplesIn / seconds);
        if (samplesOut > 0)
        {
            Update(ref _sendSecondsPerSample, sendSeconds / samplesOut);
        }
        else if (gathered > 0 || _sendSecondsPerSample is null)
        {
            // The remote is away: more of what cannot be sent is no help, and fewer would be wrong when it is back.
            return current;
        }
        Desired = (_inPerSecond!.Value + gathered / CatchUpSeconds) * _sendSecondsPerSample!.Value;
        if (Desired > current * (1 - Tolerance) && Desired <= current)
        {
            return current;
        }
        var wanted = Desired > current && Desired < current * (1 + Tolerance) && current > 1 ? current : (int)Math.Ceiling(Math.Min(Desired, max));
        return Math.Clamp(wanted, min, max);
    }

    private static void Update(ref double? average, double value) => average = average is { } before ? before + Weight * (value - before) : value;
}
