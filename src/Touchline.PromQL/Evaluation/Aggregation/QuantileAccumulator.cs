using Touchline.Model;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary><c>quantile</c>: keeps the columns of the group and sorts step by step.</summary>
internal sealed class QuantileAccumulator(int steps, AggregationNotes notes, double[] quantiles, QueryDeadline deadline) : GroupAccumulator(steps, notes)
{
    private readonly List<(double[] Values, StepMask Floats)> _columns = [];

    public override void Add(SeriesColumn series)
    {
        if (series.HasHistograms())
        {
            Notes.IgnoredHistogram();
        }
        _columns.Add((series.Values, series.FloatMask()));
    }

    public override SeriesColumn Finish(Labels labels)
    {
        var builder = new SeriesColumnBuilder(Steps);
        var sorted = new double[_columns.Count];
        for (var step = 0; step < Steps; step++)
        {
            deadline.ThrowIfOver();
            var count = 0;
            foreach (var (values, floats) in _columns)
            {
                if (floats[step])
                {
                    sorted[count++] = values[step];
                }
            }
            if (count > 0)
            {
                builder.Set(step, Quantile.Of(quantiles[step], sorted.AsSpan(0, count)));
            }
        }
        return builder.Build(labels);
    }
}
