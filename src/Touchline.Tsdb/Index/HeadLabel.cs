namespace Touchline.Tsdb.Index;

/// <summary>A label name of the head and its values. One writer at a time; readers take no lock.</summary>
internal sealed class HeadLabel(string name)
{
    private readonly IdTable _byValue = new();
    private readonly AppendOnlyList<LabelPair> _pairs = new();

    public string Name { get; } = name;

    public ReadOnlySpan<LabelPair> Pairs => _pairs.Items;

    public LabelPair? Find(string value)
    {
        var probe = _byValue.Find((uint)value.GetHashCode());
        while (probe.Next(out var position))
        {
            var pair = _pairs[(int)position];
            if (pair.Value == value)
            {
                return pair;
            }
        }
        return null;
    }

    public void Add(LabelPair pair)
    {
        var position = (uint)_pairs.Count;
        _pairs.Add(pair);
        _byValue.Add((uint)pair.Value.GetHashCode(), position);
    }
}
