using Touchline.Collectors.Containers.Cgroups;
using Touchline.Collectors.Containers.Engines;

namespace Touchline.Collectors.Containers;

/// <summary>Gives groups the names that engines know them by. Not thread-safe.</summary>
internal sealed class ContainerNames(IReadOnlyList<EngineWatch> watches)
{
    public void Apply(Cgroup group)
    {
        if (!group.Name.IsContainer)
        {
            return;
        }
        if (Find(watches, group.Name.Id) is { } known)
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

    /// <summary>Null where no engine knows it.</summary>
    public static EngineContainer? Find(IReadOnlyList<EngineWatch> watches, string id)
    {
        foreach (var watch in watches)
        {
            if (watch.Snapshot.ById.TryGetValue(id, out var container))
            {
                return container;
            }
        }
        return null;
    }
}
