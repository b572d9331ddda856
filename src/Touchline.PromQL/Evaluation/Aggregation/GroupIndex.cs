using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>Which group each series belongs to: found once from the labels, for all steps.</summary>
internal sealed class GroupIndex
{
    private readonly List<Labels> _labels = [];

    public GroupIndex(AggregateExpr expr, List<SeriesColumn> series, QueryDeadline deadline)
    {
        var names = LabelSets.Sorted(expr.Grouping);
        var index = new Dictionary<Labels, int>();
        GroupOf = new int[series.Count];
        for (var i = 0; i < series.Count; i++)
        {
            deadline.ThrowIfOver();
            var labels = Of(expr.Without, names, series[i].Labels);
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(index, labels, out var exists);
            if (!exists)
            {
                group = _labels.Count;
                _labels.Add(labels);
            }
            GroupOf[i] = group;
        }
    }

    public int[] GroupOf { get; }

    public int Count => _labels.Count;

    public Labels LabelsOf(int group) => _labels[group];

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
