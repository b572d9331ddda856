using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>The warnings that go with histograms that do not fit together.</summary>
internal static class HistogramNotes
{
    public static void WarnOfMismatch(HistogramMismatch mismatch, string metricName, TextSpan span, AnnotationSink annotations)
    {
        var name = QuotedString.Of(metricName);
        annotations.Warn(
            mismatch == HistogramMismatch.ExponentialWithCustom
                ? $"vector contains a mix of histograms with exponential and custom buckets schemas for metric name {name}"
                : $"vector contains histograms with incompatible custom buckets for metric name {name}",
            span);
    }

    public static void WarnNotCounter(string metricName, TextSpan span, AnnotationSink annotations) =>
        annotations.Warn($"this native histogram metric is not a counter: {QuotedString.Of(metricName)}", span);

    public static void WarnNotGauge(string metricName, TextSpan span, AnnotationSink annotations) =>
        annotations.Warn($"this native histogram metric is not a gauge: {QuotedString.Of(metricName)}", span);
}
