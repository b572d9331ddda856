using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Containers.Engines;

namespace Touchline.Collectors.Containers;

/// <summary>Gives groups the names that engines know them by. Not thread-safe.</summary>
internal sealed class ContainerNames(IReadOnlyList<EngineWatch> watches)
{
    /// <summary>Makes a group a container's where an engine says that it is, which its path need not tell. Before <see cref="Apply"/>.</summary>
    public void Claim(Cgroup group)
    {
        if (!group.Name.IsContainer && FindByPath(group.Path) is { } known)
        {
            group.Name = new CgroupName(CgroupKind.Containerd, known.Id, InPod: false);
        }
    }

    public void Apply(Cgroup group)
    {
        if (!group.Name.IsContainer)
        {
            return;
        }
        if (Known(group) is { } known)
        {
            group.Labels.Identity = known.Identity;
            group[ContainerMetric.HealthState] = known.Health;
            if (known.CreatedAt is { } created)
            {
                group[ContainerMetric.CreationTime] = created.ToUnixTimeSeconds();
            }
            if (known.StartedAt is { } started)
            {
                group[ContainerMetric.StartTime] = started.ToUnixTimeSeconds();
            }
        }
        else if (group.Labels.Identity.Name.Length == 0)
        {
            // Known by its path alone. A name that was known before stays: a series that changes its name is another one.
            group.Labels.Identity = ContainerIdentity.None with { Name = group.Name.Id };
        }
    }

    /// <summary>What an engine knows of a container; null where none does. Two namespaces of containerd may use one id: the path tells them apart.</summary>
    public EngineContainer? Known(Cgroup group) =>
        FindByPath(group.Path) ?? watches.Select(watch => watch.Snapshot.ById.GetValueOrDefault(group.Name.Id)).FirstOrDefault(known => known is not null);

    private EngineContainer? FindByPath(string path) =>
        watches.Select(watch => watch.Snapshot.ByCgroupPath.GetValueOrDefault(path)).FirstOrDefault(known => known is not null);
}
