namespace FootballPrediction.Simulation;

/// <summary>
/// What time it is in the league: real time, or a simulated time that only moves when it is told to, so that everything
/// that happens within one step sees the same time. Written by one thread, read by all.
/// </summary>
internal sealed class LeagueClock(TimeProvider time)
{
    /// <summary>A process that was suspended goes on where it was instead of leaping over a season.</summary>
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(5);

    private long _simulatedTicks;
    private long _lastStep;

    public DateTimeOffset Now
    {
        get
        {
            long ticks = Volatile.Read(ref _simulatedTicks);
            return ticks == 0 ? time.GetUtcNow() : new DateTimeOffset(ticks, TimeSpan.Zero);
        }
    }

    public void Simulate(DateTimeOffset start)
    {
        _lastStep = time.GetTimestamp();
        Volatile.Write(ref _simulatedTicks, start.UtcTicks);
    }

    /// <summary>Where a step of the clock would lead that takes up the real time since the last.</summary>
    public DateTimeOffset Ahead(double daysPerMinute)
    {
        TimeSpan elapsed = time.GetElapsedTime(_lastStep);
        return Now + (TimeSpan.FromDays(daysPerMinute) * ((elapsed < LongestStep ? elapsed : LongestStep) / TimeSpan.FromMinutes(1)));
    }

    public void MoveTo(DateTimeOffset now) => Simulate(now);
}
