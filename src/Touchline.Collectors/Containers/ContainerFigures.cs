using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Containers;

/// <summary>Writes what was read of all groups, family by family.</summary>
internal static class ContainerFigures
{
    public static void Write(IReadOnlyList<Cgroup> groups, ContainerMetricKinds kinds, IMetricWriter writer)
    {
        for (var i = 0; i < ContainerMetrics.Labelled.Length; i++)
        {
            if (!TryBegin(writer, ContainerMetrics.Labelled[i], kinds))
            {
                continue;
            }
            foreach (var group in groups)
            {
                foreach (var (extraLabels, value) in group[(LabelledMetric)i])
                {
                    writer.Sample(value, group.Labels.With(extraLabels));
                }
            }
        }
        for (var i = 0; i < ContainerMetrics.Single.Length; i++)
        {
            if (!TryBegin(writer, ContainerMetrics.Single[i], kinds))
            {
                continue;
            }
            foreach (var group in groups)
            {
                if (group[(ContainerMetric)i] is var value && !double.IsNaN(value))
                {
                    writer.Sample(value, group.Labels.Base);
                }
            }
        }
    }

    /// <summary>False where the family is switched off.</summary>
    private static bool TryBegin(IMetricWriter writer, ContainerFamily family, ContainerMetricKinds kinds)
    {
        if (!kinds.HasFlag(family.Kind))
        {
            return false;
        }
        writer.Family(family.Name, family.Type, family.Help);
        return true;
    }
}
