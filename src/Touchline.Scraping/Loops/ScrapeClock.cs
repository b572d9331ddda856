namespace Touchline.Scraping.Loops;

/// <summary>When a target is scraped: at its offset in each interval, whatever the scrapes take.</summary>
internal sealed class ScrapeClock
{
    /// <summary>Timers fire a little late. Times within this and 1 % of the interval are put where they should be, because even ones compress.</summary>
    private const long ToleranceMs = 2;

    /// <summary>Timers take 49 days at most.</summary>
    private const long LongestTimerMs = 24 * 3600 * 1000;

    private readonly TimeProvider _time;
    private readonly long _intervalMs;
    private readonly long _toleranceMs;
    private readonly long _earlyMs;

    public ScrapeClock(TimeProvider time, long intervalMs, long offsetMs)
    {
        _time = time;
        _intervalMs = intervalMs;
        _toleranceMs = Math.Min(ToleranceMs, intervalMs / 100);
        // Timers count whole milliseconds and fire late rather than early: set a little before the time, they mostly meet it.
        _earlyMs = Math.Min(1, _toleranceMs);
        var now = NowMs;
        var inInterval = now % intervalMs;
        NextMs = now - inInterval + offsetMs + (offsetMs < inInterval ? intervalMs : 0);
    }

    /// <summary>The next scrape's time, ms since the Unix epoch.</summary>
    public long NextMs { get; private set; }

    public long NowMs => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Waits for the next time and moves on. The result is the time to give its samples.</summary>
    public async Task<long> WaitAsync(CancellationToken cancellationToken)
    {
        // A clock that is set back must not stop the scraping for as long as it was set back.
        NextMs = Math.Min(NextMs, NowMs + _intervalMs + _earlyMs);
        for (var wait = NextMs - _earlyMs - NowMs; wait > 0; wait = NextMs - _earlyMs - NowMs)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(wait, LongestTimerMs)), _time, cancellationToken).ConfigureAwait(false);
        }
        cancellationToken.ThrowIfCancellationRequested();
        var now = NowMs;
        // Times that passed meanwhile (a slow scrape, a machine asleep) are left out.
        NextMs += (now - NextMs) / _intervalMs * _intervalMs;
        var due = NextMs;
        NextMs += _intervalMs;
        return now - due <= _toleranceMs ? due : now;
    }
}
