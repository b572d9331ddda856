using Touchline.Collectors.Containers.Cgroups;

namespace Touchline.Collectors.Containers;

/// <summary>Writes what was read of all groups, family by family.</summary>
internal static class ContainerFigures
{
    public static void Write(IReadOnlyList<Cgroup> groups, IMetricWriter writer)
    {
        for (var i = 0; i < ContainerMetrics.Labelled.Length; i++)
        {
            Begin(writer, ContainerMetrics.Labelled[i]);
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
            Begin(writer, ContainerMetrics.Single[i]);
            foreach (var group in groups)
            {
                if (group[(ContainerMetric)i] is var value && !double.IsNaN(value))
                {
                    writer.Sample(value, group.Labels.Base);
                }
            }
        }
    }

    private static void Begin(IMetricWriter writer, ContainerFamily family) => writer.Family(family.Name, family.Type, family.Help);
}
