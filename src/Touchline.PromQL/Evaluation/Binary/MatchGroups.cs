using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Binary;

/// <summary>
/// Which series of the two sides can meet. Labels do not change from step to step, so the groups are found once for all steps.
/// </summary>
internal sealed class MatchGroups
{
    private readonly List<Group> _groups = [];

    public MatchGroups(VectorMatching matching, List<SeriesColumn> left, List<SeriesColumn> right, QueryDeadline deadline)
    {
        Names = LabelSets.Sorted(matching.Labels);
        var index = new Dictionary<Labels, Group>();
        foreach (var column in left)
        {
            deadline.ThrowIfOver();
            GroupOf(index, column, matching.On).Left.Add(column);
        }
        foreach (var column in right)
        {
            deadline.ThrowIfOver();
            GroupOf(index, column, matching.On).Right.Add(column);
        }
    }

    public IReadOnlyList<Group> All => _groups;

    /// <summary>The labels of the matching, sorted.</summary>
    public string[] Names { get; }

    private Group GroupOf(Dictionary<Labels, Group> index, SeriesColumn column, bool on)
    {
        var signature = on ? LabelSets.Keep(column.Labels, Names) : LabelSets.Drop(column.Labels, Names, dropName: true);
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(index, signature, out var exists);
        if (!exists)
        {
            group = new Group(signature);
            _groups.Add(group);
        }
        return group!;
    }

    /// <summary>The series that share the labels of the matching.</summary>
    internal sealed class Group(Labels signature)
    {
        public Labels Signature { get; } = signature;

        public List<SeriesColumn> Left { get; } = [];

        public List<SeriesColumn> Right { get; } = [];
    }
}
