using Touchline.Model;
using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>
/// Histograms of which count and sum are left. Whether a counter was reset before each is told by its hint, which was worked out while the buckets were there; gauges
/// have no such hint. Source: Prometheus, promql/histogram_stats_iterator.go.
/// </summary>
internal static class BucketlessHistograms
{
    /// <param name="samples">The samples of one series.</param>
    /// <param name="findResets">Whether hints that are missing are to be worked out, which whoever takes samples one by one has no use for.</param>
    public static void Strip(SampleColumns samples, bool findResets)
    {
        NativeHistogram? previous = null;
        for (var row = 0; samples.HasHistograms && row < samples.Count; row++)
        {
            if (samples.Histograms[row] is not { IsStale: false } histogram)
            {
                continue;
            }
            var hint = histogram.CounterResetHint;
            if (findResets && hint == CounterResetHint.Unknown && previous is not null)
            {
                hint = HistogramResets.IsReset(previous, histogram) ? CounterResetHint.CounterReset : CounterResetHint.NotCounterReset;
            }
            samples.Replace(row, new NativeHistogram { IsFloat = true, CounterResetHint = hint, Count = histogram.Count, Sum = histogram.Sum });
            previous = histogram;
        }
    }
}
