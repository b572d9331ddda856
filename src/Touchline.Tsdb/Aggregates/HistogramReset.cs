using Touchline.Model;

namespace Touchline.Tsdb.Aggregates;

/// <summary>
/// Whether a native histogram may have been reset between two samples. Being wrong costs two samples that are kept, so histograms of different
/// layouts are not looked into.
/// </summary>
internal static class HistogramReset
{
    public static bool IsPossible(NativeHistogram before, NativeHistogram after) => after.CounterResetHint switch
    {
        CounterResetHint.CounterReset => true,
        CounterResetHint.NotCounterReset or CounterResetHint.Gauge => false,
        _ => after.Count < before.Count || after.ZeroCount < before.ZeroCount || after.Schema != before.Schema
            || after.ZeroThreshold != before.ZeroThreshold || !after.CustomBounds.AsSpan().SequenceEqual(before.CustomBounds)
            || MayFall(before.PositiveSpans, before.PositiveBuckets, after.PositiveSpans, after.PositiveBuckets)
            || MayFall(before.NegativeSpans, before.NegativeBuckets, after.NegativeSpans, after.NegativeBuckets),
    };

    private static bool MayFall(BucketSpan[] spansBefore, double[] before, BucketSpan[] spansAfter, double[] after)
    {
        if (!spansAfter.AsSpan().SequenceEqual(spansBefore) || before.Length != after.Length)
        {
            return true;
        }
        for (var i = 0; i < after.Length; i++)
        {
            if (after[i] < before[i])
            {
                return true;
            }
        }
        return false;
    }
}
