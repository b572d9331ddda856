using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Evaluation.Numerics;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Functions;

/// <summary>One number of each native histogram; floats are left out.</summary>
internal sealed class HistogramValueNode(VectorNode vector, Func<NativeHistogram, double> value) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var result = new List<SeriesColumn>();
        foreach (var column in series)
        {
            context.Deadline.ThrowIfOver();
            if (column.Histograms is null)
            {
                continue;
            }
            var builder = new SeriesColumnBuilder(Grid.Count);
            for (var step = column.Present.Next(0); step >= 0; step = column.Present.Next(step + 1))
            {
                if (column.Histograms[step] is { } histogram)
                {
                    builder.Set(step, value(histogram));
                }
            }
            result.Add(builder.Build(context.Unnamed(column.Labels)));
        }
        context.Budget.Exchange(series, result);
        return SeriesMerge.Merge(context.Deadline, result);
    }
}

/// <summary><c>histogram_quantile</c> and, with a label for the quantiles, <c>histogram_quantiles</c>.</summary>
internal sealed class HistogramQuantileNode(VectorNode vector, IReadOnlyList<ScalarNode> quantiles, string? label, TextSpan vectorSpan, IReadOnlyList<TextSpan> quantileSpans)
    : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        if (label is not null && (label.Length == 0 || !Utf8Text.IsValid(label)))
        {
            throw new PromQLEvaluationException(QueryErrorKind.Execution, $"invalid label name {QuotedString.Of(label)}");
        }
        var series = vector.Evaluate(context);
        var groups = HistogramGroup.Of(series, vectorSpan, context);
        var result = new List<SeriesColumn>();
        for (var i = 0; i < quantiles.Count; i++)
        {
            var qs = quantiles[i].Evaluate(context);
            foreach (var q in qs)
            {
                Quantile.WarnIfInvalid(q, context.Annotations, quantileSpans[i]);
            }
            foreach (var group in groups)
            {
                context.Deadline.ThrowIfOver();
                AddGroup(result, group, qs, quantileSpans[i], context);
            }
        }
        context.Budget.Exchange(series, result);
        return SeriesMerge.Merge(context.Deadline, result);
    }

    private void AddGroup(List<SeriesColumn> result, HistogramGroup group, double[] quantilesByStep, TextSpan quantileSpan, QueryContext context)
    {
        var annotations = context.Annotations;
        var buckets = new List<(double Bound, double Count)>();
        var byLabels = new Dictionary<double, SeriesColumnBuilder>();
        var classicSeen = false;
        for (var step = 0; step < Grid.Count; step++)
        {
            double value;
            var q = quantilesByStep[step];
            switch (group.At(step, buckets, vectorSpan, annotations))
            {
                case HistogramKind.Native:
                    value = NativeQuantile(q, group, step, quantileSpan, context);
                    break;
                case HistogramKind.Classic:
                    value = ClassicBuckets.Quantile(q, buckets, out var forced);
                    if (forced)
                    {
                        // Prometheus drops the name with the first answer of a histogram, so that later steps speak of no name.
                        var name = classicSeen && !context.DelaysNames ? "" : group.MetricName;
                        annotations.Inform(
                            "input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                            + $" for metric name {QuotedString.Of(name)}",
                            vectorSpan);
                    }
                    classicSeen = true;
                    break;
                default:
                    continue;
            }
            // The label is of the step's own quantile, so a quantile that changes makes several series.
            var key = label is null ? 0 : q;
            if (!byLabels.TryGetValue(key, out var builder))
            {
                byLabels.Add(key, builder = new SeriesColumnBuilder(Grid.Count));
            }
            builder.Set(step, value);
        }
        foreach (var (q, builder) in byLabels)
        {
            result.Add(builder.Build(label is null ? group.Labels : new LabelsBuilder(group.Labels).Set(label, OpenMetricsFloat.Format(q)).ToLabels()));
        }
    }

    private double NativeQuantile(double q, HistogramGroup group, int step, TextSpan span, QueryContext context)
    {
        var value = HistogramQuantiles.Quantile(q, group.Native!.Histograms![step]!, out var effect);
        if (effect is not NaNEffect.None)
        {
            context.Annotations.Inform(
                $"input to histogram_quantile has NaN observations, result is {(effect is NaNEffect.Answer ? "NaN" : "skewed higher")}{group.ForName(context)}", span);
        }
        return value;
    }
}

/// <summary><c>histogram_fraction</c>.</summary>
internal sealed class HistogramFractionNode(VectorNode vector, ScalarNode lower, ScalarNode upper, TextSpan vectorSpan, TextSpan lowerSpan) : VectorNode(vector.Grid)
{
    public override List<SeriesColumn> Evaluate(QueryContext context)
    {
        var series = vector.Evaluate(context);
        var lows = lower.Evaluate(context);
        var highs = upper.Evaluate(context);
        var result = new List<SeriesColumn>();
        var buckets = new List<(double Bound, double Count)>();
        foreach (var group in HistogramGroup.Of(series, vectorSpan, context))
        {
            context.Deadline.ThrowIfOver();
            var builder = new SeriesColumnBuilder(Grid.Count);
            for (var step = 0; step < Grid.Count; step++)
            {
                switch (group.At(step, buckets, vectorSpan, context.Annotations))
                {
                    case HistogramKind.Native:
                        builder.Set(step, HistogramQuantiles.Fraction(lows[step], highs[step], group.Native!.Histograms![step]!, out var excludesNaN));
                        if (excludesNaN)
                        {
                            context.Annotations.Inform(
                                $"input to histogram_fraction has NaN observations, which are excluded from all fractions{group.ForName(context)}", lowerSpan);
                        }
                        break;
                    case HistogramKind.Classic:
                        builder.Set(step, ClassicBuckets.Fraction(lows[step], highs[step], buckets));
                        break;
                }
            }
            if (builder.Count > 0)
            {
                result.Add(builder.Build(group.Labels));
            }
        }
        context.Budget.Exchange(series, result);
        return SeriesMerge.Merge(context.Deadline, result);
    }
}
