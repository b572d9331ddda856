using Touchline.Web.Views;

namespace Touchline.Web.Discovery;

/// <summary>What one job shows: the sources, and one page of the targets that pass the filter.</summary>
/// <param name="Matching">How many pass.</param>
/// <param name="First">The index of the first that is shown.</param>
internal sealed record DiscoveryGroup(DiscoveryJobView Job, int Active, int Matching, int First, IReadOnlyList<DiscoveredTargetView> Shown)
{
    /// <summary>How many a job shows where it is shown alone; with others beside it, it shows fewer.</summary>
    public const int PageSize = 50;

    public const int Few = 10;

    public bool HasMore => First + Shown.Count < Matching;

    public static IReadOnlyList<DiscoveryGroup> Of(IReadOnlyList<DiscoveryJobView> jobs, DiscoveryFilter filter, int page)
    {
        var wanted = jobs.Where(filter.Passes).ToList();
        var isAlone = wanted.Count == 1;
        var size = isAlone ? PageSize : Few;
        var groups = new List<DiscoveryGroup>();
        foreach (var job in wanted)
        {
            var matching = job.Targets.Where(target => filter.Passes(job, target)).ToList();
            if (matching.Count == 0 && filter is not { Text.Length: 0, Outcome: null })
            {
                continue;
            }
            var last = Math.Max(0, (matching.Count - 1) / size);
            var first = isAlone ? Math.Clamp(page, 0, last) * size : 0;
            groups.Add(new DiscoveryGroup(job, job.Targets.Count(target => !target.IsDropped), matching.Count, first, [.. matching.Skip(first).Take(size)]));
        }
        return groups;
    }
}
