using Touchline.Model;

namespace Touchline.Collectors.Probes;

/// <summary>A number that a probe found.</summary>
public sealed class ProbeGauge
{
    public double Value { get; set; }
}

/// <summary>The gauges of one probe, written in order of name and labels, as a registry of Prometheus's client does. Not thread-safe.</summary>
public sealed class ProbeMetrics
{
    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);

    /// <summary>The gauge of a name and labels, made with the value 0 where it is not there yet.</summary>
    /// <param name="name">The whole name.</param>
    /// <param name="help">What the first to make it says of it.</param>
    /// <param name="labelNamesAndValues">Names and values alternate, names in ordinal order.</param>
    public ProbeGauge Gauge(string name, string help, params string[] labelNamesAndValues)
    {
        if (!_families.TryGetValue(name, out var family))
        {
            _families.Add(name, family = new Family(help));
        }
        var key = string.Join('\0', labelNamesAndValues);
        if (!family.Samples.TryGetValue(key, out var sample))
        {
            family.Samples.Add(key, sample = (labelNamesAndValues, new ProbeGauge()));
        }
        return sample.Gauge;
    }

    /// <summary>The value of a gauge, null where it was not made.</summary>
    public double? Value(string name, params string[] labelNamesAndValues) =>
        _families.TryGetValue(name, out var family) && family.Samples.TryGetValue(string.Join('\0', labelNamesAndValues), out var sample) ? sample.Gauge.Value : null;

    public void WriteTo(IMetricWriter writer)
    {
        foreach (var (name, family) in _families)
        {
            writer.Family(name, MetricType.Gauge, family.Help);
            foreach (var (labels, gauge) in family.Samples.Values)
            {
                writer.Sample(gauge.Value, labels);
            }
        }
    }

    private sealed class Family(string help)
    {
        public string Help { get; } = help;

        public SortedDictionary<string, (string[] Labels, ProbeGauge Gauge)> Samples { get; } = new(StringComparer.Ordinal);
    }
}
