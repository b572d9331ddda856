using Touchline.Model;
using Touchline.Tsdb.Blocks;

namespace Touchline.Tsdb.Head;

/// <summary>What the head knows about series beside their samples in a range of time, gathered once for a block that is cut from it.</summary>
internal sealed class HeadExtras
{
    private readonly MetricHead _head;
    private readonly long _start;
    private readonly long _end;
    private readonly Dictionary<uint, List<Exemplar>> _exemplars = [];

    /// <param name="end">The first time behind the range.</param>
    public HeadExtras(MetricHead head, long start, long end)
    {
        (_head, _start, _end) = (head, start, end);
        foreach (var (series, exemplar) in head.Exemplars.Within(start, end - 1))
        {
            if (!_exemplars.TryGetValue(series, out var list))
            {
                _exemplars.Add(series, list = []);
            }
            list.Add(exemplar);
        }
    }

    /// <summary>Replaces the content of the extras by those of a series.</summary>
    public void Fill(uint series, SeriesExtras into)
    {
        into.Clear();
        if (_exemplars.TryGetValue(series, out var exemplars))
        {
            into.AddExemplars(exemplars);
        }
        var created = _head.Created.Of(series);
        // The last before the range still holds at its beginning.
        var first = 0;
        while (first + 1 < created.Count && created[first + 1] <= _start)
        {
            first++;
        }
        for (var i = first; i < created.Count && created[i] < _end; i++)
        {
            into.AddCreated(created[i]);
        }
    }
}
