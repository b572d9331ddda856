using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Binary;

/// <summary>
/// Arithmetic and comparison between two vectors. Within a match group at most one series of the "one" side may have a point at any step,
/// so each pair of series is computed as whole columns over the steps that both have.
/// </summary>
internal sealed class VectorMatchNode(BinaryExpr expr, VectorNode left, VectorNode right) : VectorNode(left.Grid)
{
    private readonly VectorMatching _matching = expr.Matching!;

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var lefts = left.Evaluate(context);
        var rights = right.Evaluate(context);
        var groups = new MatchGroups(_matching, lefts, rights, context.Deadline);
        var op = new PointOperator(expr.Operator, expr.ReturnBool, expr.Span, context.Annotations);
        var swapped = _matching.Cardinality == MatchCardinality.OneToMany;
        var fills = _matching.FillLeft is not null || _matching.FillRight is not null;
        var anyLeft = fills ? StepMask.Full(Grid.Count) : Union(lefts);
        var anyRight = fills ? anyLeft : Union(rights);
        var result = new List<SeriesColumn>();
        foreach (var group in groups.All)
        {
            context.Deadline.ThrowIfOver();
            // "many" may hold several series a step, "one" must not. For one-to-one that is asked of both sides.
            var many = swapped ? group.Right : group.Left;
            var one = swapped ? group.Left : group.Right;
            RequireUnique(one, group.Signature, swapped ? anyRight : anyLeft, swapped ? "left" : "right");
            var claims = many.Count > 1 ? new Claims(_matching.Cardinality, Grid.Count) : null;
            AddMatches(result, many, one, groups.Names, op, swapped, claims);
            if (fills)
            {
                AddFilled(result, many, one, group.Signature, groups.Names, op, swapped, claims);
            }
        }
        var kept = result.FindAll(c => !c.Present.IsEmpty);
        context.Budget.Release(rights);
        context.Budget.Exchange(lefts, kept);
        return SeriesMerge.Merge(context.Deadline, kept);
    }

    private void AddMatches(
        List<SeriesColumn> result, List<SeriesColumn> many, List<SeriesColumn> one, string[] names, PointOperator op, bool swapped, Claims? claims)
    {
        foreach (var m in many)
        {
            foreach (var o in one)
            {
                var both = m.Present.And(o.Present);
                if (both.IsEmpty)
                {
                    continue;
                }
                var labels = ResultLabels(m.Labels, o.Labels, names, op.DropsName);
                claims?.Add(labels, both);
                // The operator's own sides are not swapped, only what stands for the series.
                result.Add(swapped ? op.Apply(labels, both, o, m, keepRight: false) : op.Apply(labels, both, m, o, keepRight: false));
            }
        }
    }

    /// <summary>Points of one side that have no partner, which a fill modifier gives one.</summary>
    private void AddFilled(
        List<SeriesColumn> result, List<SeriesColumn> many, List<SeriesColumn> one, Labels signature, string[] names, PointOperator op, bool swapped, Claims? claims)
    {
        var (fillMany, fillOne) = swapped ? (_matching.FillRight, _matching.FillLeft) : (_matching.FillLeft, _matching.FillRight);
        if (fillOne is { } forOne)
        {
            var partner = Constant(forOne);
            var ones = Union(one);
            foreach (var m in many)
            {
                var alone = m.Present.AndNot(ones);
                var labels = ResultLabels(m.Labels, signature, names, op.DropsName);
                claims?.Add(labels, alone);
                result.Add(swapped ? op.Apply(labels, alone, partner, m, keepRight: false) : op.Apply(labels, alone, m, partner, keepRight: false));
            }
        }
        if (fillMany is { } forMany)
        {
            var partner = Constant(forMany);
            var manies = Union(many);
            foreach (var o in one)
            {
                var alone = o.Present.AndNot(manies);
                var labels = ResultLabels(signature, o.Labels, names, op.DropsName);
                result.Add(swapped ? op.Apply(labels, alone, o, partner, keepRight: false) : op.Apply(labels, alone, partner, o, keepRight: false));
            }
        }
    }

    private SeriesColumn Constant(double value)
    {
        var values = new double[Grid.Count];
        Array.Fill(values, value);
        return new SeriesColumn(Labels.Empty, StepMask.Full(Grid.Count), values);
    }

    private StepMask Union(List<SeriesColumn> series)
    {
        var union = new StepMask(Grid.Count);
        foreach (var column in series)
        {
            union.OrWith(column.Present);
        }
        return union;
    }

    /// <summary>Prometheus does not look at duplicates where the other side has nothing at all at that step.</summary>
    private void RequireUnique(List<SeriesColumn> one, Labels signature, StepMask otherSide, string side)
    {
        if (one.Count < 2)
        {
            return;
        }
        var seen = new StepMask(Grid.Count);
        for (var i = 0; i < one.Count; i++)
        {
            var relevant = one[i].Present.And(otherSide);
            if (seen.Overlaps(relevant))
            {
                var earlier = one.Take(i).First(c => c.Present.Overlaps(relevant));
                Labels[] pair = [earlier.Labels, one[i].Labels];
                Array.Sort(pair);
                throw new PromQLEvaluationException(
                    QueryErrorKind.Execution,
                    $"found duplicate series for the match group {LabelText.Of(signature)} on the {side} hand-side of the operation: "
                    + $"[{LabelText.Of(pair[0])}, {LabelText.Of(pair[1])}];many-to-many matching not allowed: matching labels must be unique on one side");
            }
            seen.OrWith(relevant);
        }
    }

    private Labels ResultLabels(Labels many, Labels one, string[] names, bool dropName)
    {
        var labels = many;
        if (_matching.Cardinality == MatchCardinality.OneToOne)
        {
            labels = _matching.On ? LabelSets.Keep(labels, names) : LabelSets.Drop(labels, names, dropName: false);
        }
        if (dropName)
        {
            labels = LabelSets.WithoutName(labels);
        }
        if (_matching.Include.Count == 0)
        {
            return labels;
        }
        var builder = new LabelsBuilder(labels);
        foreach (var name in _matching.Include)
        {
            builder.Set(name, one[name]);
        }
        return builder.ToLabels();
    }

    /// <summary>The steps at which series of one match group have a result already, which no other may have under the same labels.</summary>
    private sealed class Claims(MatchCardinality cardinality, int steps)
    {
        private readonly Dictionary<Labels, StepMask> _taken = [];

        public void Add(Labels labels, StepMask wanted)
        {
            var oneToOne = cardinality == MatchCardinality.OneToOne;
            ref var taken = ref CollectionsMarshal.GetValueRefOrAddDefault(_taken, oneToOne ? Labels.Empty : labels, out _);
            taken ??= new StepMask(steps);
            if (taken.Overlaps(wanted))
            {
                throw new PromQLEvaluationException(QueryErrorKind.Execution, oneToOne
                    ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                    : "multiple matches for labels: grouping labels must ensure unique matches");
            }
            taken.OrWith(wanted);
        }
    }
}
