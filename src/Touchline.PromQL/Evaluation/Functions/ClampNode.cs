using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary><c>clamp</c>: nothing at all where the bounds are the wrong way round.</summary>
internal sealed class ClampNode(VectorNode vector, ScalarNode min, ScalarNode max) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var lows = min.Evaluate(context);
        var highs = max.Evaluate(context);
        var result = new List<SeriesColumn>(series.Count);
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            var builder = new SeriesColumnBuilder(Grid.Count);
            var present = column.FloatMask();
            for (var step = present.Next(0); step >= 0; step = present.Next(step + 1))
            {
                if (!(highs[step] < lows[step]))
                {
                    builder.Set(step, GoMath.Max(lows[step], GoMath.Min(highs[step], column.Values[step])));
                }
            }
            if (builder.Count > 0)
            {
                result.Add(builder.Build(context.Unnamed(column.Labels)));
            }
        }
        context.Budget.Exchange(series, result);
        return SeriesMerge.Merge(context.Deadline, result);
    }
}
