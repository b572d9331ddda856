using Touchline.Push.Groups;
using Touchline.Scraping.Families;

namespace Touchline.Telemetry;

/// <summary>What was pushed, as Pushgateway shows it to a scrape.</summary>
internal sealed class PushedSource(PushGroups groups) : FamilySource
{
    public override IReadOnlyList<MetricFamily> Families() => groups.Families();
}
