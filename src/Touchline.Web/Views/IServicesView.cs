namespace Touchline.Web.Views;

/// <summary>The services that the Overview shows: applications with request metrics, or processes that Touchline started. Thread-safe.</summary>
public interface IServicesView
{
    IReadOnlyList<ServiceView> Services(CancellationToken cancellationToken);
}

public enum ServiceState
{
    Starting,
    Up,
    Down,
}

/// <summary>A service as it is now.</summary>
public sealed record ServiceView
{
    public required string Name { get; init; }

    public required ServiceState State { get; init; }

    /// <summary>The <c>job</c> label of its series.</summary>
    public required string Job { get; init; }

    /// <summary>Since when it is in this state.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>One sentence on why it is down, empty otherwise.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The rest is known only of processes that Touchline itself started.</summary>
    public ServiceProcessView? Process { get; init; }
}

/// <summary>A supervised process: restarts since start, the last exit code (128 + n for signal n), the last lines that it printed.</summary>
public sealed record ServiceProcessView(int? ProcessId, int Restarts, int? LastExitCode, IReadOnlyList<string> LastLines);
