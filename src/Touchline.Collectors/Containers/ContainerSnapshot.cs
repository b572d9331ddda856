using Touchline.Collectors.Containers.Engines;

namespace Touchline.Collectors.Containers;

/// <summary>A container as a person sees it: what an engine says of it, and what its group uses. Sizes in bytes.</summary>
public sealed record ContainerSnapshot
{
    /// <summary>64 hexadecimal digits, or a name where whoever made it uses names.</summary>
    public required string Id { get; init; }

    /// <summary>Its name, or the first digits of its id where nobody told the name.</summary>
    public required string Name { get; init; }

    public required string Image { get; init; }

    /// <summary>Who runs it: <c>docker</c>, <c>podman</c>, <c>containerd</c>, <c>crio</c>, <c>lxc</c> or <c>nspawn</c>.</summary>
    public required string Runtime { get; init; }

    public required ContainerState State { get; init; }

    /// <summary>The path of its group, the label <c>id</c> of its series; empty where it does not run.</summary>
    public string CgroupPath { get; init; } = "";

    public long Restarts { get; init; }

    /// <summary>How it ended the last time; null where it never did, or nobody knows.</summary>
    public int? LastExitCode { get; init; }

    public bool IsOomKilled { get; init; }

    /// <summary>Processes of it that were killed for memory, as far as was seen.</summary>
    public double OomKills { get; init; }

    /// <summary>Whether it ended badly the last time.</summary>
    public bool HasFailed { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Processors in use, 1.5 being one and a half of them; null until it was looked at twice.</summary>
    public double? CpuCores { get; init; }

    /// <summary>Null where it may use all.</summary>
    public double? CpuLimitCores { get; init; }

    /// <summary>The working set: what it cannot give back.</summary>
    public double? MemoryBytes { get; init; }

    /// <summary>Null where there is none of its own.</summary>
    public double? MemoryLimitBytes { get; init; }

    /// <summary>What it wrote last before it failed, oldest line first.</summary>
    public IReadOnlyList<string> LastLines { get; init; } = [];
}
