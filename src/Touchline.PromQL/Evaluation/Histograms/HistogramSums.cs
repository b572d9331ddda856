using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>Sum and mean of the native histograms of one window; null, with a warning, where they do not fit together.</summary>
internal static class HistogramSums
{
    /// <param name="counts">How many samples each stands for; empty where each is one.</param>
    public static NativeHistogram? Sum(
        ReadOnlySpan<NativeHistogram> samples, ReadOnlySpan<long> counts, string metricName, TextSpan span, AnnotationSink annotations) =>
        Sum(counts.IsEmpty ? samples : Weighted(samples, counts), metricName, span, annotations);

    /// <param name="counts">How many samples each stands for; empty where each is one.</param>
    public static NativeHistogram? Mean(
        ReadOnlySpan<NativeHistogram> samples, ReadOnlySpan<long> counts, string metricName, TextSpan span, AnnotationSink annotations)
    {
        if (counts.IsEmpty)
        {
            return Mean(samples, metricName, span, annotations);
        }
        var total = 0L;
        foreach (var count in counts)
        {
            total += count;
        }
        var sum = Sum(Weighted(samples, counts), metricName, span, annotations);
        return sum is null ? null : HistogramArithmetic.Divide(sum, total);
    }

    private static NativeHistogram? Sum(ReadOnlySpan<NativeHistogram> samples, string metricName, TextSpan span, AnnotationSink annotations)
    {
        var sum = samples[0];
        foreach (var sample in samples[1..])
        {
            var next = HistogramArithmetic.Add(sum, sample, out var mismatch);
            if (next is null)
            {
                HistogramNotes.WarnOfMismatch(mismatch, metricName, span, annotations);
                return null;
            }
            sum = next;
        }
        // Not compacted: that a side has buckets, even empty ones, decides about how the zero bucket is read.
        return sum;
    }

    private static NativeHistogram? Mean(ReadOnlySpan<NativeHistogram> samples, string metricName, TextSpan span, AnnotationSink annotations)
    {
        var mean = samples[0];
        for (var i = 1; i < samples.Length; i++)
        {
            var next = AddToMean(mean, samples[i], i + 1, out var mismatch);
            if (next is null)
            {
                HistogramNotes.WarnOfMismatch(mismatch, metricName, span, annotations);
                return null;
            }
            mean = next;
        }
        return mean;
    }

    /// <summary>The mean of <paramref name="count"/> histograms, from the mean of all but the last.</summary>
    public static NativeHistogram? AddToMean(NativeHistogram mean, NativeHistogram sample, double count, out HistogramMismatch mismatch)
    {
        var change = HistogramArithmetic.Subtract(HistogramArithmetic.Divide(sample, count), HistogramArithmetic.Divide(mean, count), out mismatch);
        return change is null ? null : HistogramArithmetic.Add(mean, change, out mismatch);
    }

    private static NativeHistogram[] Weighted(ReadOnlySpan<NativeHistogram> samples, ReadOnlySpan<long> counts)
    {
        var weighted = new NativeHistogram[samples.Length];
        for (var i = 0; i < weighted.Length; i++)
        {
            weighted[i] = counts[i] == 1 ? samples[i] : HistogramArithmetic.Multiply(samples[i], counts[i]);
        }
        return weighted;
    }
}
