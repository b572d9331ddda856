using Touchline.Model;
using Touchline.Web.Views;

namespace Touchline.Web.Discovery;

/// <summary>Which targets are wanted by what became of them.</summary>
public enum Outcome
{
    Active,
    Dropped,
}

/// <summary>Which targets to show; the text may stand anywhere in the job, the labels before and after, or the step that dropped it.</summary>
internal sealed record DiscoveryFilter(string Text, Outcome? Outcome, string Job)
{
    public bool Passes(DiscoveryJobView job) => Job.Length == 0 || job.Job == Job;

    public bool Passes(DiscoveryJobView job, DiscoveredTargetView target) =>
        (Outcome is null || target.IsDropped == (Outcome == Discovery.Outcome.Dropped))
        && (Text.Length == 0 || Has(job.Job) || Has(target.Url) || Has(target.DroppedBy ?? "") || Has(target.Problem) || Has(target.Discovered) || Has(target.Labels));

    private bool Has(Labels? labels) => labels is not null && labels.AsEnumerable().Any(label => Has($"{label.Name}={label.Value}"));

    private bool Has(string text) => text.Contains(Text.Trim(), StringComparison.OrdinalIgnoreCase);
}
