using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>Hands on the first sample of each series of a family, in whatever order labels stand. Not thread-safe.</summary>
internal sealed class DistinctSamples(IMetricWriter writer) : IMetricWriter
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Value)> _labels = [];

    public void Family(string name, MetricType type, string help)
    {
        _seen.Clear();
        writer.Family(name, type, help);
    }

    public void Sample(double value, params ReadOnlySpan<string> labelNamesAndValues) => SuffixedSample("", value, labelNamesAndValues);

    public void SuffixedSample(string suffix, double value, params ReadOnlySpan<string> labelNamesAndValues)
    {
        _labels.Clear();
        for (var i = 0; i + 1 < labelNamesAndValues.Length; i += 2)
        {
            // A label without a value is one that is not there.
            if (labelNamesAndValues[i + 1].Length > 0)
            {
                _labels.Add((labelNamesAndValues[i], labelNamesAndValues[i + 1]));
            }
        }
        _labels.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        // Values may hold whatever separates them, so their lengths stand with them.
        if (_seen.Add($"{suffix}\n{string.Join('\n', _labels.Select(label => $"{label.Name}\n{label.Value.Length}\n{label.Value}"))}"))
        {
            writer.SuffixedSample(suffix, value, labelNamesAndValues);
        }
    }
}
