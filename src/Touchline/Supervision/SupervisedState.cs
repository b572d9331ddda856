namespace Touchline.Supervision;

internal enum SupervisedPhase
{
    Starting,
    Running,
    Down,
}

/// <summary>A supervised process as it is now. The exit code is 128 + n for signal n; the problem is why it ended last, empty where it never did.</summary>
internal sealed record SupervisedState(SupervisedPhase Phase, DateTimeOffset Since, int? ProcessId, int Restarts, int? LastExitCode, string Problem)
{
    /// <summary>When it ended last.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
