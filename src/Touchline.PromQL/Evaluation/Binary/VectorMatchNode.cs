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
        var places = PlacesOf(swapped ? rights : lefts, swapped ? lefts : rights);
        var result = new List<SeriesColumn>();
        var conflicts = new MatchConflicts();
        foreach (var group in groups.All)
        {
            context.Deadline.ThrowIfOver();
            // "many" may hold several series a step, "one" must not. For one-to-one that is asked of both sides.
            var many = swapped ? group.Right : group.Left;
            var one = swapped ? group.Left : group.Right;
            RequireUnique(conflicts, one, group.Signature, swapped ? anyRight : anyLeft, swapped ? "left" : "right");
            var claims = many.Count > 1 ? new Claims(_matching.Cardinality, Grid.Count, conflicts) : null;
            AddMatches(context, result, many, one, places, groups.Names, op, swapped, claims);
            if (fills)
            {
                AddFilled(context, result, many, one, group.Signature, groups.Names, op, swapped, claims);
            }
        }
        conflicts.ThrowFirst();
        op.TellNotes();
        var kept = result.FindAll(c => !c.Present.IsEmpty);
        context.Budget.Release(rights);
        context.Budget.Exchange(lefts, kept);
        return SeriesMerge.Merge(context.Deadline, kept);
    }

    /// <summary>Where each series of the "many" side stands; nothing where no histograms are there that something could be noted of.</summary>
    private static Dictionary<object, int> PlacesOf(List<SeriesColumn> many, List<SeriesColumn> one)
    {
        var places = new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        if (many.Exists(c => c.Histograms is not null) || one.Exists(c => c.Histograms is not null))
        {
            for (var i = 0; i < many.Count; i++)
            {
                places[many[i]] = i;
            }
        }
        return places;
    }

    private void AddMatches(
        QueryContext context, List<SeriesColumn> result, List<SeriesColumn> many, List<SeriesColumn> one, Dictionary<object, int> places, string[] names, PointOperator op, bool swapped, Claims? claims)
    {
        foreach (var m in many)
        {
            op.Series = places.GetValueOrDefault(m);
            foreach (var o in one)
            {
                var both = m.Present.And(o.Present);
                if (both.IsEmpty)
                {
                    continue;
                }
                var labels = ResultLabels(context, m.Labels, o.Labels, names, op.DropsName);
                // The operator's own sides are not swapped, only what stands for the series.
                var column = swapped ? op.Apply(labels, both, o, m, keepRight: false) : op.Apply(labels, both, m, o, keepRight: false);
                // What a filter leaves out counts all the same; histograms that do not fit do not.
                claims?.Add(labels, op.Misfits is null ? both : both.AndNot(op.Misfits));
                result.Add(column);
            }
        }
    }

    /// <summary>Points of one side that have no partner, which a fill modifier gives one.</summary>
    private void AddFilled(
        QueryContext context, List<SeriesColumn> result, List<SeriesColumn> many, List<SeriesColumn> one, Labels signature, string[] names, PointOperator op, bool swapped, Claims? claims)
    {
        var (fillMany, fillOne) = swapped ? (_matching.FillRight, _matching.FillLeft) : (_matching.FillLeft, _matching.FillRight);
        if (fillOne is { } forOne)
        {
            var partner = Constant(forOne);
            var ones = Union(one);
            foreach (var m in many)
            {
                var alone = m.Present.AndNot(ones);
                var labels = ResultLabels(context, m.Labels, signature, names, op.DropsName);
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
                var labels = ResultLabels(context, signature, o.Labels, names, op.DropsName);
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
    private void RequireUnique(MatchConflicts conflicts, List<SeriesColumn> one, Labels signature, StepMask otherSide, string side)
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
                conflicts.Add(
                    seen.And(relevant).Next(0),
                    isDuplicate: true,
                    $"found duplicate series for the match group {LabelText.Of(signature)} on the {side} hand-side of the operation: "
                    + $"[{LabelText.Of(pair[0])}, {LabelText.Of(pair[1])}];many-to-many matching not allowed: matching labels must be unique on one side");
            }
            seen.OrWith(relevant);
        }
    }

    private Labels ResultLabels(QueryContext context, Labels many, Labels one, string[] names, bool dropName)
    {
        // As in Prometheus, a match forgets that a name was to be dropped.
        var labels = DroppedNames.Restore(many);
        if (_matching.Cardinality == MatchCardinality.OneToOne)
        {
            labels = _matching.On ? LabelSets.Keep(labels, names) : LabelSets.Drop(labels, names, dropName: false);
        }
        if (dropName)
        {
            // Of arithmetic the name is gone at once, of a comparison that answers 1 and 0 at the end.
            labels = expr.ReturnBool ? context.Unnamed(labels) : LabelSets.WithoutName(labels);
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
    private sealed class Claims(MatchCardinality cardinality, int steps, MatchConflicts conflicts)
    {
        private readonly Dictionary<Labels, StepMask> _taken = [];

        public void Add(Labels labels, StepMask wanted)
        {
            var oneToOne = cardinality == MatchCardinality.OneToOne;
            ref var taken = ref CollectionsMarshal.GetValueRefOrAddDefault(_taken, oneToOne ? Labels.Empty : labels, out _);
            taken ??= new StepMask(steps);
            if (taken.Overlaps(wanted))
            {
                conflicts.Add(taken.And(wanted).Next(0), isDuplicate: false, oneToOne
                    ? "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
                    : "multiple matches for labels: grouping labels must ensure unique matches");
            }
            taken.OrWith(wanted);
        }
    }
}
