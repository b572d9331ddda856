using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL;

/// <summary>Values as Prometheus's tools write them in text that is for people.</summary>
public static class SampleText
{
    /// <summary>As Go's <c>%g</c>: the shortest digits that read back to the same double, with an exponent below 1e-4 and from 1e6 on.</summary>
    public static string Of(double value) => GoFormat.General(value);

    /// <summary>On one line: <c>{count:20, sum:10, [-2,-1):2, (0.5,1]:1}</c>.</summary>
    public static string Of(NativeHistogram histogram) => HistogramText.Of(histogram);
}
