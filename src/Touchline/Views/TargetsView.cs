using Touchline.Scraping;
using Touchline.Web.Views;

namespace Touchline.Views;

/// <summary>The targets for the pages.</summary>
internal sealed class TargetsView(TargetRegistry registry) : ITargetsView
{
    public IReadOnlyList<TargetView> Targets() =>
    [
        .. registry.Active().Select(target => new TargetView(
            target.JobName,
            target.ScrapeUrl,
            target.Labels,
            target.Health switch
            {
                TargetHealth.Up => TargetState.Up,
                TargetHealth.Down => TargetState.Down,
                _ => TargetState.Unknown,
            },
            target.LastError,
            target.LastScrape,
            target.LastScrapeDurationMs,
            target.LastSamples,
            target.ScrapeIntervalMs)),
    ];
}
