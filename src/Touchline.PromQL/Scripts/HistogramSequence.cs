using Touchline.Model;
using Touchline.PromQL.Evaluation.Histograms;

namespace Touchline.PromQL.Scripts;

/// <summary>Histograms that follow one another in a script.</summary>
internal static class HistogramSequence
{
    /// <summary>The next histogram of <c>{{…}}+{{…}}x3</c>, null where the increment is too coarse for it or its buckets are of another kind.</summary>
    public static NativeHistogram? Add(NativeHistogram histogram, NativeHistogram increment, int sign)
    {
        if (histogram.Schema > increment.Schema)
        {
            return null;
        }
        return sign > 0 ? HistogramArithmetic.Add(histogram, increment, out _) : HistogramArithmetic.Subtract(histogram, increment, out _);
    }

    /// <summary>
    /// A histogram as an engine gives it back that keeps series in chunks: it knows of counter resets before all but the first.
    /// </summary>
    public static NativeHistogram AsStored(NativeHistogram histogram, NativeHistogram? previous) =>
        previous is null || histogram.CounterResetHint != CounterResetHint.Unknown ? histogram : histogram with
        {
            CounterResetHint = HistogramResets.IsReset(previous, histogram) ? CounterResetHint.CounterReset : CounterResetHint.NotCounterReset,
        };
}
