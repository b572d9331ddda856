using System.Runtime.InteropServices;
using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Looks at columns that come one after the other for what <see cref="SeriesMerge"/> refuses: two of the same labels at the same step. Where they
/// share no step, an aggregation makes the same of the two as of one that joins them.
/// </summary>
internal sealed class AlikeSeries
{
    private readonly Dictionary<Labels, StepMask> _steps = [];

    public void Add(SeriesColumn column)
    {
        ref var steps = ref CollectionsMarshal.GetValueRefOrAddDefault(_steps, column.Labels, out var exists);
        if (!exists)
        {
            steps = column.Present;
            return;
        }
        if (steps!.Overlaps(column.Present))
        {
            throw SeriesMerge.Ambiguous();
        }
        steps = steps.Copy();
        steps.OrWith(column.Present);
    }
}
