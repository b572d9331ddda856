namespace Touchline.Model;

/// <summary>
/// A hash of labels without those that describe the metric (<see cref="LabelNames.DescribesMetric"/>): whether two series may become alike when their names are dropped. Made
/// label by label, in the order of names, from hashes that a store may keep. Good within the process only.
/// </summary>
public struct DescriptionlessHash
{
    public ulong Value { get; private set; }

    public static ulong Of(Labels labels)
    {
        var hash = default(DescriptionlessHash);
        foreach (ref readonly var label in labels.Span)
        {
            hash.Add(OfLabel(label.Name, label.Value));
        }
        return hash.Value;
    }

    /// <summary>The part that one label has in it; 0 for one that describes the metric.</summary>
    public static int OfLabel(string name, string value) =>
        LabelNames.DescribesMetric(name) ? 0 : HashCode.Combine(name.GetHashCode(), value.GetHashCode()) is var hash && hash == 0 ? 1 : hash;

    public void Add(int label)
    {
        if (label != 0)
        {
            Value = ((Value ^ (uint)label) * 0x9e3779b97f4a7c15) ^ (Value >> 29);
        }
    }
}
