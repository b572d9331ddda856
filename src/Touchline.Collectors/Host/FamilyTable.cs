using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>
/// Takes samples device by device, and writes them family by family as an exposition wants them, in order of names. A series that
/// comes twice (two chips of one name) counts once, with its first value. Not thread-safe.
/// </summary>
internal sealed class FamilyTable
{
    // Names come from drivers and kernel modules; beyond this they are not what we came for.
    private const int MaxFamilies = 10_000;

    private readonly SortedDictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">There are more names than any machine has.</exception>
    public void Add(string name, MetricType type, string help, double value, params ReadOnlySpan<string> labelNamesAndValues)
    {
        if (!_families.TryGetValue(name, out var family))
        {
            if (_families.Count >= MaxFamilies)
            {
                throw new FormatException($"more than {MaxFamilies} metrics");
            }
            _families.Add(name, family = new Family(type, help));
        }
        family.Samples.Add((value, labelNamesAndValues.ToArray()));
    }

    public void Gauge(string name, string help, double value, params ReadOnlySpan<string> labelNamesAndValues) =>
        Add(name, MetricType.Gauge, help, value, labelNamesAndValues);

    public void Counter(string name, string help, double value, params ReadOnlySpan<string> labelNamesAndValues) =>
        Add(name, MetricType.Counter, help, value, labelNamesAndValues);

    public void WriteTo(IMetricWriter writer)
    {
        foreach (var (name, family) in _families)
        {
            writer.Family(name, family.Type, family.Help);
            _seen.Clear();
            foreach (var (value, labels) in family.Samples)
            {
                if (family.Samples.Count == 1 || _seen.Add(string.Join('\n', labels)))
                {
                    writer.Sample(value, labels);
                }
            }
        }
    }

    private sealed record Family(MetricType Type, string Help)
    {
        public List<(double Value, string[] Labels)> Samples { get; } = [];
    }
}
