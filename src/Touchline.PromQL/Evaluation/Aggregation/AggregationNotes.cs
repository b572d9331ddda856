using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Aggregation;

/// <summary>What an aggregation has to say about the samples it met.</summary>
internal sealed class AggregationNotes(AnnotationSink annotations, AggregateExpr expr)
{
    public void IgnoredHistogram() =>
        annotations.Inform($"ignored histogram in {expr.Operator.ToString().ToLowerInvariant()} aggregation", IsSelection ? expr.Span : expr.Operand.Span);

    private bool IsSelection => expr.Operator is AggregateOperator.TopK or AggregateOperator.BottomK;

    public void MixedSamples() => annotations.Warn("encountered a mix of histograms and floats for aggregation", expr.Operand.Span);

    public void Mismatch(HistogramMismatch mismatch, string metricName) =>
        HistogramNotes.WarnOfMismatch(mismatch, metricName, expr.Operand.Span, annotations);
}
