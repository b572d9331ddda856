using Touchline.Model;
using Touchline.Probes;
using Touchline.Scraping;

namespace Touchline.Views;

/// <summary>Every target there is: the configuration's, then what is watched without one. Thread-safe.</summary>
internal sealed class TargetRegistry(Scraper scraper, BuiltInTargets builtIn, Checks checks)
{
    public IReadOnlyList<TargetSnapshot> Active() => [.. scraper.Targets(), .. builtIn.Targets(), .. checks.Targets()];

    public IReadOnlyList<DroppedTarget> Dropped() => scraper.DroppedTargets();

    /// <summary>How many are dropped in each job, whether they are remembered or not.</summary>
    public IReadOnlyDictionary<string, int> DroppedCounts() => scraper.DroppedCounts();

    /// <summary>Job names in ordinal order; those of jobs that have no target are among them.</summary>
    public IReadOnlyList<string> Pools() =>
        [.. scraper.Jobs().Concat(builtIn.Targets().Select(t => t.JobName)).Distinct().Order(StringComparer.Ordinal)];
}
