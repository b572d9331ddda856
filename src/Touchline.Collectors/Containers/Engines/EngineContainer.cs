namespace Touchline.Collectors.Containers.Engines;

/// <summary>The states of a container, in the words of Docker's engine.</summary>
public enum ContainerState
{
    Unknown,
    Created,
    Running,
    Paused,
    Restarting,
    Removing,
    Exited,
    Dead,
}

/// <summary>What an engine knows of a container, running or not.</summary>
public sealed record EngineContainer
{
    /// <summary>As in the path of its group: 64 hexadecimal digits, or what a person gave to <c>ctr</c>.</summary>
    public required string Id { get; init; }

    public required ContainerIdentity Identity { get; init; }

    /// <summary>What a person calls it: the name, or with Kubernetes namespace, pod and container.</summary>
    public required string DisplayName { get; init; }

    public ContainerState State { get; init; }

    /// <summary>The path of its group; empty where the engine does not say, and the id has to tell.</summary>
    public string CgroupPath { get; init; } = "";

    /// <summary>The directory with the container's own changes to its image; empty where the engine does not say.</summary>
    public string WritableLayer { get; init; } = "";

    /// <summary>The directory in which the engine keeps what belongs to the container, as its log; empty where there is none.</summary>
    public string OwnFolder { get; init; } = "";

    /// <summary>Whether it only holds the network of a pod, and nobody's program.</summary>
    public bool IsSandbox { get; init; }

    /// <summary>How often the engine started it again after it ended by itself.</summary>
    public long Restarts { get; init; }

    /// <summary>How it ended the last time (128 + n for signal n); null where it never has, or nobody knows.</summary>
    public int? LastExitCode { get; init; }

    /// <summary>Whether it ended the last time because it had no memory left.</summary>
    public bool IsOomKilled { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>1 where its health check passes, 0 where not, -1 where it has none, as cAdvisor counts.</summary>
    public int Health { get; init; } = -1;

    /// <summary>The last lines that it wrote before it ended, oldest first; empty where it never failed.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];

    /// <summary>Whether it ended badly the last time: with an exit code, or for memory, or over and over.</summary>
    public bool HasFailed => LastExitCode is not (null or 0) || IsOomKilled || State is ContainerState.Restarting or ContainerState.Dead;
}

/// <summary>An engine that knows containers by name.</summary>
internal interface IContainerEngine
{
    /// <summary>What it is and where, for the log and for labels.</summary>
    string Name { get; }

    string Socket { get; }

    /// <summary>Its version; empty before it answered.</summary>
    string Version { get; }

    /// <summary>
    /// All containers, also those that do not run. Called by one task at a time.
    /// </summary>
    /// <exception cref="EngineException">It does not answer, or not in its own language.</exception>
    /// <exception cref="EngineAbsentException">Who answers is another one.</exception>
    Task<IReadOnlyList<EngineContainer>> ListAsync(CancellationToken cancellationToken);
}

/// <summary>An engine that does not answer as it should; the message is one sentence.</summary>
internal class EngineException : Exception
{
    public EngineException(string message)
        : base(message)
    {
    }

    public EngineException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>
/// Whoever answers on the socket does not have what is asked for: containerd without its interface for Kubernetes, as Docker starts it.
/// It is as if there were no socket.
/// </summary>
internal sealed class EngineAbsentException(string message, Exception inner) : EngineException(message, inner);
