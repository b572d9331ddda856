namespace Touchline.Web.Views;

/// <summary>What the Containers page shows. Implemented by the executable over the collector of containers. Thread-safe.</summary>
public interface IContainersView
{
    /// <summary>Whether containers are looked at.</summary>
    bool IsWatched { get; }

    IReadOnlyList<ContainerView> Containers();
}

/// <summary>How a container is, in a word that decides its colour.</summary>
public enum ContainerCondition
{
    Running,

    /// <summary>It ended as it was meant to, or was not started yet.</summary>
    Stopped,

    /// <summary>It ended badly, or does so again and again.</summary>
    Failing,
}

/// <summary>A container as it is now. Sizes in bytes.</summary>
public sealed record ContainerView
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Image { get; init; }

    /// <summary>Who runs it: <c>docker</c>, <c>podman</c>, <c>containerd</c>, …</summary>
    public required string Runtime { get; init; }

    /// <summary>Its state in the words of whoever runs it.</summary>
    public required string State { get; init; }

    public required ContainerCondition Condition { get; init; }

    /// <summary>The label <c>id</c> of its series; empty where it does not run.</summary>
    public string CgroupPath { get; init; } = "";

    public long Restarts { get; init; }

    /// <summary>128 + n for signal n; null where it never ended, or nobody knows how.</summary>
    public int? LastExitCode { get; init; }

    public bool IsOomKilled { get; init; }

    /// <summary>Processes of it that were killed for memory while it was watched.</summary>
    public long OomKills { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Processors in use; null where it is not known.</summary>
    public double? CpuCores { get; init; }

    public double? CpuLimitCores { get; init; }

    public double? MemoryBytes { get; init; }

    public double? MemoryLimitBytes { get; init; }

    /// <summary>What it wrote before it failed, oldest line first.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
