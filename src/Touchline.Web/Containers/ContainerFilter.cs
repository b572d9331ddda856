using Touchline.Web.Views;

namespace Touchline.Web.Containers;

/// <summary>Which containers to show; the text may stand anywhere in name, image, runtime or id.</summary>
internal sealed record ContainerFilter(string Text, ContainerCondition? Condition)
{
    /// <summary>Those that pass: the failing ones first, then by name.</summary>
    public IReadOnlyList<ContainerView> Of(IEnumerable<ContainerView> containers) =>
    [
        .. containers.Where(Passes)
            .OrderBy(container => container.Condition switch
            {
                ContainerCondition.Failing => 0,
                ContainerCondition.Running => 1,
                _ => 2,
            })
            .ThenBy(container => container.Name, StringComparer.Ordinal)
            .ThenBy(container => container.Id, StringComparer.Ordinal),
    ];

    private bool Passes(ContainerView container) =>
        (Condition is null || container.Condition == Condition)
        && (Text.Length == 0 || Has(container.Name) || Has(container.Image) || Has(container.Runtime) || Has(container.Id));

    private bool Has(string text) => text.Contains(Text.Trim(), StringComparison.OrdinalIgnoreCase);
}
