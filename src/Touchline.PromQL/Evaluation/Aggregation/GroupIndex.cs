using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>Which group each series belongs to: found once from the labels, for all steps. Groups are numbered as their first series come.</summary>
internal sealed class GroupIndex(AggregateExpr expr)
{
    private readonly string[] _names = LabelSets.Sorted(expr.Grouping);
    private readonly Dictionary<Labels, int> _groups = [];
    private readonly Dictionary<string, int> _byValue = []; // Where one label makes the groups.
    private readonly List<Labels> _labels = [];

    public int Count => _labels.Count;

    public Labels LabelsOf(int group) => _labels[group];

    /// <summary>The group of a series; a group that there was not before has the next number.</summary>
    public int Find(SeriesColumn series)
    {
        if (expr.Without)
        {
            return Find(LabelSets.Drop(series.Labels, _names, dropName: true), series.Identity);
        }
        switch (_names.Length)
        {
            case 0:
                return _labels.Count > 0 ? 0 : Find(Labels.Empty, series.Identity);
            case 1:
                ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(_byValue, series.Identity.Value(_names[0]), out var exists);
                if (!exists)
                {
                    known = Find(Of(series.Identity), series.Identity);
                }
                return known;
            default:
                return Find(Of(series.Identity), series.Identity);
        }
    }

    private int Find(Labels labels, SeriesIdentity first)
    {
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, labels, out var exists);
        if (!exists)
        {
            group = _labels.Count;
            _labels.Add(DroppedNames.OfGroup(labels, first));
        }
        return group;
    }

    public int[] FindAll(List<SeriesColumn> series, QueryDeadline deadline)
    {
        var groups = new int[series.Count];
        for (var i = 0; i < groups.Length; i++)
        {
            deadline.ThrowIfOver();
            groups[i] = Find(series[i]);
        }
        return groups;
    }

    private Labels Of(SeriesIdentity series)
    {
        var labels = new Label[_names.Length];
        var count = 0;
        foreach (var name in _names)
        {
            var value = series.Value(name);
            if (value.Length > 0 && (count == 0 || labels[count - 1].Name != name))
            {
                labels[count++] = new Label(name, value);
            }
        }
        Array.Resize(ref labels, count);
        return Labels.FromSorted(labels);
    }

    /// <summary>The labels of the group that a series belongs to.</summary>
    public static Labels Of(bool without, string[] sortedNames, Labels labels)
    {
        if (without)
        {
            return LabelSets.Drop(labels, sortedNames, dropName: true);
        }
        return sortedNames.Length == 0 ? Labels.Empty : LabelSets.Keep(labels, sortedNames);
    }
}
