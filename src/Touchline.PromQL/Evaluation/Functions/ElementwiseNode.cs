namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>A function of each float on its own; histograms are left out, and the metric's name with them. The parameters go step by step.</summary>
internal sealed class ElementwiseNode(VectorNode vector, ElementwiseNode.Function function, ScalarNode? first = null, ScalarNode? second = null)
    : VectorNode(vector.Grid)
{
    /// <summary>The value and up to two parameters at its step, zero where there are none.</summary>
    internal delegate double Function(double value, double first, double second);

    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var firsts = first?.Evaluate(context);
        var seconds = second?.Evaluate(context);
        var result = new List<SeriesColumn>(series.Count);
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            var present = column.FloatMask();
            var values = new double[Grid.Count];
            for (var step = present.Next(0); step >= 0; step = present.Next(step + 1))
            {
                values[step] = function(column.Values[step], firsts is null ? 0 : firsts[step], seconds is null ? 0 : seconds[step]);
            }
            if (!present.IsEmpty)
            {
                result.Add(new SeriesColumn(context.Unnamed(column.Labels), present, values));
            }
        }
        context.Budget.Exchange(series, result);
        return SeriesMerge.Merge(context.Deadline, result);
    }
}
