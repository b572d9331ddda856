namespace Touchline.Tsdb.Retention;

/// <summary>Holds the clock against the time that passed, which nobody can set. One caller at a time.</summary>
internal sealed class ClockWatch(TimeProvider time)
{
    /// <summary>What a clock may be corrected by without a word.</summary>
    private static readonly TimeSpan Remarkable = TimeSpan.FromMinutes(5);

    private DateTimeOffset _clock = time.GetUtcNow();
    private long _passed = time.GetTimestamp();
    private long _jumps;

    /// <summary>How often it jumped.</summary>
    public long Jumps => Interlocked.Read(ref _jumps);

    /// <summary>How far the clock jumped since it was looked at last, back where negative; null where it went as time did.</summary>
    public TimeSpan? Look()
    {
        var (clock, passed) = (time.GetUtcNow(), time.GetTimestamp());
        var jump = clock - _clock - time.GetElapsedTime(_passed, passed);
        (_clock, _passed) = (clock, passed);
        if (jump.Duration() < Remarkable)
        {
            return null;
        }
        Interlocked.Increment(ref _jumps);
        return jump;
    }
}
