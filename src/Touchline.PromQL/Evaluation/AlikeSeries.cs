using System.Runtime.InteropServices;
using Touchline.Model;
using Touchline.PromQL.Evaluation.Selection;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Looks at columns that come one after the other for what <see cref="SeriesMerge"/> refuses: two of the same labels at the same step. Where they
/// share no step, an aggregation makes the same of the two as of one that joins them. Labels are compared only where their hashes are equal.
/// </summary>
internal sealed class AlikeSeries
{
    private readonly Dictionary<ulong, Seen> _byHash = [];

    /// <summary>
    /// Whether any of the series may be alike: what is found out of their hashes alone, on all cores. Mostly none may, and then none has to be remembered while they are
    /// gone through, of which there may be a million.
    /// </summary>
    public static bool MayBeAmong(IRangeSource source, QueryContext context)
    {
        if (source.Count < 2)
        {
            return false;
        }
        var hashes = new ulong[source.Count];
        SeriesLoop.Run(hashes.Length, context, () => 0, (i, _) => hashes[i] = source.IdentityOf(i).DescriptionlessHash, _ => { });
        var seen = new HashSet<ulong>(hashes.Length);
        foreach (var hash in hashes)
        {
            if (!seen.Add(hash))
            {
                return true;
            }
        }
        return false;
    }

    public void Add(SeriesColumn column)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_byHash, column.Identity.DescriptionlessHash, out var exists);
        if (!exists)
        {
            first = new Seen(column.Identity, column.Present);
            return;
        }
        for (var seen = first; ; seen = seen.Next)
        {
            if (seen!.Identity.Labels.Equals(column.Labels))
            {
                if (seen.Steps.Overlaps(column.Present))
                {
                    throw SeriesMerge.Ambiguous();
                }
                seen.Steps = seen.Steps.Copy();
                seen.Steps.OrWith(column.Present);
                return;
            }
            if (seen.Next is null)
            {
                seen.Next = new Seen(column.Identity, column.Present);
                return;
            }
        }
    }

    /// <summary>A series, the steps that it has a point at, and another one with the same hash.</summary>
    private sealed class Seen(SeriesIdentity identity, StepMask steps)
    {
        public SeriesIdentity Identity => identity;

        public StepMask Steps { get; set; } = steps;

        public Seen? Next { get; set; }
    }
}
