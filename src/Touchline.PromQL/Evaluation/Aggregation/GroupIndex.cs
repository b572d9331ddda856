using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>Which group each series belongs to: found once from the labels, for all steps. Groups are numbered as their first series come.</summary>
internal sealed class GroupIndex(AggregateExpr expr)
{
    private readonly string[] _names = LabelSets.Sorted(expr.Grouping);
    private readonly Dictionary<Labels, int> _groups = [];
    private readonly List<Labels> _labels = [];

    public int Count => _labels.Count;

    public Labels LabelsOf(int group) => _labels[group];

    /// <summary>The group of a series; a group that there was not before has the next number.</summary>
    public int Find(Labels series)
    {
        if (!expr.Without && _names.Length == 0 && _labels.Count > 0)
        {
            return 0;
        }
        var labels = Of(expr.Without, _names, series);
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, labels, out var exists);
        if (!exists)
        {
            group = _labels.Count;
            _labels.Add(labels);
        }
        return group;
    }

    public int[] FindAll(List<SeriesColumn> series, QueryDeadline deadline)
    {
        var groups = new int[series.Count];
        for (var i = 0; i < groups.Length; i++)
        {
            deadline.ThrowIfOver();
            groups[i] = Find(series[i].Labels);
        }
        return groups;
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
