using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>Unary minus on a vector.</summary>
internal sealed class NegateNode(VectorNode vector) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var result = new List<SeriesColumn>(series.Count);
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            var values = new double[Grid.Count];
            for (var step = 0; step < values.Length; step++)
            {
                values[step] = -column.Values[step];
            }
            NativeHistogram?[]? histograms = null;
            if (column.Histograms is not null)
            {
                histograms = Array.ConvertAll(column.Histograms, h => h is null ? null : HistogramArithmetic.Multiply(h, -1));
            }
            result.Add(new SeriesColumn(context.Unnamed(column.Labels), column.Present, values, histograms));
        }
        return SeriesMerge.Merge(context.Deadline, result);
    }
}
