using Touchline.Model;

namespace Touchline.PromQL.Evaluation;

/// <summary>A subtree that is the same at every step, evaluated once and repeated.</summary>
internal sealed class StepInvariantVectorNode(VectorNode inner, StepGrid grid) : VectorNode(grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var tally = new SampleTally(0);
        var once = context.Apart(tally, inner.Evaluate);
        context.Tally.AddToAll(Grid.Count, tally.Total);
        var everywhere = StepMask.Full(Grid.Count);
        var result = new List<SeriesColumn>(once.Count);
        foreach (var column in once)
        {
            context.Deadline.ThrowIfOver();
            if (column.Present.IsEmpty)
            {
                continue;
            }
            context.Budget.Reserve(Grid.Count * SampleTally.SizeOf(column.HistogramAt(0)));
            var values = new double[Grid.Count];
            Array.Fill(values, column.Values[0]);
            NativeHistogram?[]? histograms = null;
            if (column.HistogramAt(0) is { } histogram)
            {
                histograms = new NativeHistogram?[Grid.Count];
                Array.Fill(histograms, histogram);
            }
            result.Add(new SeriesColumn(column.Labels, everywhere, values, histograms));
        }
        context.Budget.Release(once);
        return result;
    }
}

/// <summary>The scalar counterpart of <see cref="StepInvariantVectorNode"/>.</summary>
internal sealed class StepInvariantScalarNode(ScalarNode inner, StepGrid grid) : ScalarNode(grid)
{
    public override double? Constant => inner.Constant;

    public override double[] Evaluate(QueryContext context)
    {
        var values = new double[Grid.Count];
        if (values.Length > 0)
        {
            var tally = new SampleTally(0);
            Array.Fill(values, context.Apart(tally, inner.Evaluate)[0]);
            context.Tally.AddToAll(Grid.Count, tally.Total);
        }
        return values;
    }
}
