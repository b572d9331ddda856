using Touchline.Model;

namespace Touchline.Collectors.Host;

/// <summary>
/// Keeps what a collector writes until it is known to be whole, so that one that hangs half-way leaves nothing half-written. Its
/// arrays are kept from collection to collection. Not thread-safe.
/// </summary>
internal sealed class MetricBuffer : IMetricWriter
{
    private readonly List<Entry> _entries = [];
    private readonly List<string> _labels = [];

    public void Clear()
    {
        _entries.Clear();
        _labels.Clear();
    }

    public void Family(string name, MetricType type, string help) =>
        _entries.Add(new Entry(name, help, type, 0, -1, 0));

    public void Sample(double value, params ReadOnlySpan<string> labelNamesAndValues) => SuffixedSample("", value, labelNamesAndValues);

    public void SuffixedSample(string suffix, double value, params ReadOnlySpan<string> labelNamesAndValues)
    {
        _entries.Add(new Entry(suffix, "", MetricType.Unknown, value, _labels.Count, labelNamesAndValues.Length));
        _labels.AddRange(labelNamesAndValues);
    }

    public void WriteTo(IMetricWriter writer)
    {
        var labels = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_labels);
        foreach (ref readonly var entry in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_entries))
        {
            if (entry.LabelsStart < 0)
            {
                writer.Family(entry.Text, entry.Type, entry.Help);
            }
            else if (entry.Text.Length == 0)
            {
                writer.Sample(entry.Value, labels.Slice(entry.LabelsStart, entry.LabelCount));
            }
            else
            {
                writer.SuffixedSample(entry.Text, entry.Value, labels.Slice(entry.LabelsStart, entry.LabelCount));
            }
        }
    }

    /// <summary>A family (its name in <paramref name="Text"/>, no labels) or a sample (its suffix in <paramref name="Text"/>).</summary>
    private readonly record struct Entry(string Text, string Help, MetricType Type, double Value, int LabelsStart, int LabelCount);
}
