using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Families of one sample, which most of a host's are.</summary>
internal static class SingleSamples
{
    public static void Gauge(this IMetricWriter writer, string name, string help, double value)
    {
        writer.Family(name, MetricType.Gauge, help);
        writer.Sample(value);
    }

    public static void Counter(this IMetricWriter writer, string name, string help, double value)
    {
        writer.Family(name, MetricType.Counter, help);
        writer.Sample(value);
    }
}
