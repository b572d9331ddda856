using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Containers.Engines;

namespace Touchline.Collectors.Containers;

/// <summary>Joins groups and engines' lists into what a person sees.</summary>
internal static class ContainerSnapshots
{
    private const int ShortIdLength = 12;

    public static IReadOnlyList<ContainerSnapshot> Of(IReadOnlyList<Cgroup> groups, IReadOnlyList<EngineWatch> watches, ContainerNames names, ContainerUsage usage)
    {
        var snapshots = new List<ContainerSnapshot>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in groups.Where(group => group.Name.IsContainer))
        {
            var known = names.Known(group);
            if (seen.Add(group.Name.Id) && known is not { IsSandbox: true })
            {
                snapshots.Add(WithUsage(Of(known, group), group, usage));
            }
        }
        foreach (var watch in watches)
        {
            foreach (var container in watch.Snapshot.Containers.Where(container => !container.IsSandbox && seen.Add(container.Id)))
            {
                snapshots.Add(Of(container, watch.Engine.Name, ""));
            }
        }
        return snapshots;
    }

    private static ContainerSnapshot Of(EngineContainer? known, Cgroup group)
    {
        var runtime = group.Name.Kind.ToString().ToLowerInvariant();
        if (known is not null)
        {
            return Of(known, runtime, group.Path);
        }
        var identity = group.Labels.Identity;
        return new ContainerSnapshot
        {
            Id = group.Name.Id,
            Name = identity.Name == group.Name.Id && group.Name.HasEngineId ? group.Name.Id[..ShortIdLength] : identity.Name,
            Image = identity.Image,
            Runtime = runtime,
            State = group[ContainerMetric.Processes] > 0 ? ContainerState.Running : ContainerState.Unknown,
            StartedAt = DateTimeOffset.FromUnixTimeSeconds((long)group.CreatedSeconds),
        };
    }

    private static ContainerSnapshot Of(EngineContainer container, string runtime, string path) => new()
    {
        Id = container.Id,
        Name = container.DisplayName.Length > 0 ? container.DisplayName : container.Id[..Math.Min(ShortIdLength, container.Id.Length)],
        Image = container.Identity.Image,
        Runtime = runtime,
        State = container.State,
        CgroupPath = path,
        Restarts = container.Restarts,
        LastExitCode = container.LastExitCode,
        IsOomKilled = container.IsOomKilled,
        HasFailed = container.HasFailed,
        StartedAt = container.StartedAt,
        FinishedAt = container.FinishedAt,
        LastLines = container.LastLines,
    };

    private static ContainerSnapshot WithUsage(ContainerSnapshot snapshot, Cgroup group, ContainerUsage usage) => snapshot with
    {
        CgroupPath = group.Path,
        OomKills = group[ContainerMetric.OomEvents],
        CpuCores = usage.Cores(group),
        CpuLimitCores = group[ContainerMetric.SpecCpuQuota] / group[ContainerMetric.SpecCpuPeriod] is var limit && double.IsFinite(limit) ? limit : null,
        MemoryBytes = Known(group[ContainerMetric.MemoryWorkingSet]),
        MemoryLimitBytes = group[ContainerMetric.SpecMemoryLimit] is > 0 and var most ? most : null,
    };

    private static double? Known(double value) => double.IsNaN(value) ? null : value;
}
