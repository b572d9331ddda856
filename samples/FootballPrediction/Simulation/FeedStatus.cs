namespace FootballPrediction.Simulation;

/// <summary>How the service's inner life is doing, for the readiness check. Written by the season loop, read by requests.</summary>
internal sealed class FeedStatus(TimeProvider time)
{
    /// <summary>The loop turns several times a second; when it has not for this long, something holds it up.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(15);

    private long _lastTurn;
    private volatile string? _problem;

    /// <summary>Why the last turn failed; null when it did not.</summary>
    public string? Problem => _problem;

    /// <summary>Null until the feed was read for the first time.</summary>
    public TimeSpan? Age
    {
        get
        {
            long last = Volatile.Read(ref _lastTurn);
            return last == 0 ? null : time.GetElapsedTime(last);
        }
    }

    public bool Fresh => Age < Stale;

    public void TurnSucceeded()
    {
        _problem = null;
        Volatile.Write(ref _lastTurn, Math.Max(1, time.GetTimestamp()));
    }

    public void TurnFailed(string problem) => _problem = problem;
}
