using Touchline.Collectors.Host.Reading;
using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>How many processes wanted to run on average, from /proc/loadavg.</summary>
internal sealed class LoadAverageCollector(HostOptions options) : NodeCollector("loadavg")
{
    private readonly FileReader _reader = new();
    private readonly string _path = Path.Combine(options.ProcPath, "loadavg");

    public override void Collect(IMetricWriter writer)
    {
        var fields = new ByteText(_reader.Read(_path));
        var (one, five, fifteen) = (fields.Number(), fields.Number(), fields.Number());
        writer.Family("node_load1", MetricType.Gauge, "1m load average.");
        writer.Sample(one);
        writer.Family("node_load15", MetricType.Gauge, "15m load average.");
        writer.Sample(fifteen);
        writer.Family("node_load5", MetricType.Gauge, "5m load average.");
        writer.Sample(five);
    }
}
