using System.Runtime.InteropServices;
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

    public void WriteTo(IMetricWriter writer) => WriteTo(writer, 0, _entries.Count);

    /// <summary>The families in it, with what belongs to each.</summary>
    public IEnumerable<BufferedFamily> Families()
    {
        for (var start = 0; start < _entries.Count;)
        {
            var end = start + 1;
            while (end < _entries.Count && _entries[end].LabelsStart >= 0)
            {
                end++;
            }
            yield return new BufferedFamily(this, _entries[start].Text, _entries[start].Type, _entries[start].Help, start, end);
            start = end;
        }
    }

    /// <summary>Writes the entries of a part.</summary>
    public void WriteTo(IMetricWriter writer, int start, int end)
    {
        var labels = CollectionsMarshal.AsSpan(_labels);
        foreach (ref readonly var entry in CollectionsMarshal.AsSpan(_entries)[start..end])
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

/// <summary>A family of a buffer: its own entry, and behind it those of its samples up to <paramref name="End"/>. Valid until the buffer is cleared.</summary>
internal readonly record struct BufferedFamily(MetricBuffer Buffer, string Name, MetricType Type, string Help, int Start, int End)
{
    public void WriteTo(IMetricWriter writer) => Buffer.WriteTo(writer, Start, End);

    public void WriteSamplesTo(IMetricWriter writer) => Buffer.WriteTo(writer, Start + 1, End);
}
