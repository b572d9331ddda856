using Touchline.Collectors.Containers;
using Touchline.Collectors.Containers.Engines;
using Touchline.Options;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>The containers for the pages.</summary>
internal sealed class ContainersView(ContainerCollector collector, ServerOptions options) : IContainersView
{
    public bool IsWatched => options.CollectContainers;

    public IReadOnlyList<ContainerView> Containers() => [.. collector.Containers.Select(Of)];

    private static ContainerView Of(ContainerSnapshot container) => new()
    {
        Id = container.Id,
        Name = container.Name,
        Image = container.Image,
        Runtime = container.Runtime,
        State = container.State.ToString(),
        Condition = ConditionOf(container),
        CgroupPath = container.CgroupPath,
        Restarts = container.Restarts,
        LastExitCode = container.LastExitCode,
        IsOomKilled = container.IsOomKilled,
        OomKills = double.IsNaN(container.OomKills) ? 0 : (long)container.OomKills,
        StartedAt = container.StartedAt,
        FinishedAt = container.FinishedAt,
        CpuCores = container.CpuCores,
        CpuLimitCores = container.CpuLimitCores,
        MemoryBytes = container.MemoryBytes,
        MemoryLimitBytes = container.MemoryLimitBytes,
        LastLines = container.LastLines,
    };

    private static ContainerCondition ConditionOf(ContainerSnapshot container) => container.State switch
    {
        ContainerState.Restarting or ContainerState.Dead => ContainerCondition.Failing,
        ContainerState.Running or ContainerState.Paused => ContainerCondition.Running,
        _ => container.HasFailed ? ContainerCondition.Failing : ContainerCondition.Stopped,
    };
}
