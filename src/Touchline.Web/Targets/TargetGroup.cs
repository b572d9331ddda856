using Touchline.Web.Views;

namespace Touchline.Web.Targets;

/// <summary>Which targets to show; the text may stand anywhere in job, address, labels or error.</summary>
internal sealed record TargetFilter(string Text, TargetState? State)
{
    public bool Passes(TargetView target) =>
        (State is null || target.State == State)
        && (Text.Length == 0 || Has(target.Job) || Has(target.Url) || Has(target.LastError)
            || target.Labels.AsEnumerable().Any(label => Has($"{label.Name}={label.Value}")));

    private bool Has(string text) => text.Contains(Text.Trim(), StringComparison.OrdinalIgnoreCase);
}

/// <summary>The targets of one job that pass a filter, those that are down first.</summary>
internal sealed record TargetGroup(string Job, int Up, IReadOnlyList<TargetView> Targets)
{
    public static IReadOnlyList<TargetGroup> Of(IReadOnlyList<TargetView> targets, TargetFilter filter) =>
    [
        .. targets.Where(filter.Passes)
            .GroupBy(t => t.Job, StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new TargetGroup(
                g.Key,
                g.Count(t => t.State == TargetState.Up),
                [.. g.OrderBy(t => t.State == TargetState.Down ? 0 : 1).ThenBy(t => t.Url, StringComparer.Ordinal)])),
    ];
}
