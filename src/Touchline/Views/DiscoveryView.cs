using Touchline.Scraping;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>What is discovered, for its page.</summary>
internal sealed class DiscoveryView(Scraper scraper) : IDiscoveryView
{
    public IReadOnlyList<DiscoveryJobView> Jobs()
    {
        var active = scraper.Targets().ToLookup(target => target.JobName, StringComparer.Ordinal);
        var dropped = scraper.DroppedTargets().ToLookup(target => target.JobName, StringComparer.Ordinal);
        var sources = scraper.Discoveries().ToLookup(discovery => discovery.JobName, StringComparer.Ordinal);
        var counts = scraper.DroppedCounts();
        return
        [
            .. scraper.Jobs().Select(job => new DiscoveryJobView(
                job,
                [.. sources[job].Select(source => new DiscoverySourceView(source.Mechanism, source.Source, source.Addresses, source.LastRefresh, source.LastError))],
                [.. active[job].Select(OfActive), .. dropped[job].Select(OfDropped)],
                counts.GetValueOrDefault(job))),
        ];
    }

    private static DiscoveredTargetView OfActive(TargetSnapshot target) =>
        new(target.DiscoveredLabels, target.Labels, target.ScrapeUrl, null, target.IsUsable ? "" : target.LastError);

    private static DiscoveredTargetView OfDropped(DroppedTarget target) =>
        new(target.DiscoveredLabels, null, "", $"{target.Step + 1}. {target.StepText}", "");
}
