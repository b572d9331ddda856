using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>Whether a counter reset lies between two histogram samples: any count fell, or the layout changed in a way that loses counts.</summary>
internal static class HistogramResets
{
    public static bool IsReset(NativeHistogram previous, NativeHistogram current)
    {
        switch (current.CounterResetHint)
        {
            case CounterResetHint.CounterReset:
                return true;
            case CounterResetHint.NotCounterReset:
                return false;
        }
        if (current.Count < previous.Count || HistogramArithmetic.Mismatch(previous, current) != HistogramMismatch.None)
        {
            return true;
        }
        if (current.Schema > previous.Schema || current.ZeroThreshold < previous.ZeroThreshold)
        {
            return true;
        }
        if (!HistogramArithmetic.UsesCustomBounds(current))
        {
            var (zeroCount, threshold) = ZeroBuckets.CountFor(previous, current.ZeroThreshold);
            if (threshold != current.ZeroThreshold || current.ZeroCount < zeroCount)
            {
                return true;
            }
        }
        return AnyFell(previous.PositiveSpans, previous.PositiveBuckets, current.PositiveSpans, current.PositiveBuckets, previous, current)
            || AnyFell(previous.NegativeSpans, previous.NegativeBuckets, current.NegativeSpans, current.NegativeBuckets, previous, current);
    }

    private static bool AnyFell(
        BucketSpan[] previousSpans, double[] previousCounts, BucketSpan[] currentSpans, double[] currentCounts, NativeHistogram previous, NativeHistogram current)
    {
        var before = SparseBuckets.Of(previousSpans, previousCounts).Reduce(previous.Schema, current.Schema).All;
        var after = SparseBuckets.Of(currentSpans, currentCounts).All;
        var at = 0;
        foreach (var (index, count) in before)
        {
            if (!HistogramArithmetic.UsesCustomBounds(current)
                && BucketBounds.Lower(index, current.Schema, current.CustomBounds) < current.ZeroThreshold)
            {
                continue;
            }
            while (at < after.Length && after[at].Index < index)
            {
                at++;
            }
            // A bucket that is gone has fallen, also from below zero, where differences of histograms have theirs.
            if (at < after.Length && after[at].Index == index ? after[at].Count < count : count != 0)
            {
                return true;
            }
        }
        return false;
    }
}
