namespace Touchline.Collectors.Host;

/// <summary>
/// Writes the answers of collectors as one exposition, in which each family stands once, and each series. Only a collector that speaks for others can bring in a family that another
/// has: what it says then stands with that one where type and help are the same, and is left out where they are not, as an exposition cannot say both.
/// </summary>
internal sealed class HostExposition
{
    private readonly List<MetricBuffer> _own = [];
    private readonly Dictionary<string, BufferedFamily> _foreign = new(StringComparer.Ordinal);

    public void Add(MetricBuffer answer, bool speaksForOthers)
    {
        if (!speaksForOthers)
        {
            _own.Add(answer);
            return;
        }
        foreach (var family in answer.Families())
        {
            _foreign.TryAdd(family.Name, family);
        }
    }

    public void WriteTo(IMetricWriter writer)
    {
        var distinct = new DistinctSamples(writer);
        foreach (var answer in _own)
        {
            if (_foreign.Count == 0)
            {
                answer.WriteTo(writer);
                continue;
            }
            foreach (var family in answer.Families())
            {
                WriteOwn(writer, distinct, family);
            }
        }
        foreach (var family in _foreign.Values)
        {
            family.WriteTo(distinct);
        }
    }

    private void WriteOwn(IMetricWriter writer, DistinctSamples distinct, BufferedFamily family)
    {
        if (!_foreign.Remove(family.Name, out var other))
        {
            family.WriteTo(writer);
            return;
        }
        family.WriteTo(distinct);
        if ((other.Type, other.Help) == (family.Type, family.Help))
        {
            other.WriteSamplesTo(distinct);
        }
    }
}
