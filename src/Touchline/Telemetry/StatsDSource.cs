using Touchline.Collectors;
using Touchline.Push.StatsD;

namespace Touchline.Telemetry;

/// <summary>What StatsD told, as statsd_exporter shows it to a scrape.</summary>
internal sealed class StatsDSource(StatsDRegistry registry) : IMetricSource
{
    public void Collect(IMetricWriter writer, CancellationToken cancellationToken) => FamilyWriting.Write(registry.Families(), writer, cancellationToken);
}
