using Touchline.Push.StatsD;
using Touchline.Scraping.Families;

namespace Touchline.Telemetry;

/// <summary>What StatsD told, as statsd_exporter shows it to a scrape.</summary>
internal sealed class StatsDSource(StatsDRegistry registry) : FamilySource
{
    public override IReadOnlyList<MetricFamily> Families() => registry.Families();
}
