using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>Brings zero buckets of different widths to one width by merging the regular buckets that the wider one covers.</summary>
internal static class ZeroBuckets
{
    public static (NativeHistogram A, NativeHistogram B) Reconcile(NativeHistogram a, NativeHistogram b)
    {
        while (a.ZeroThreshold != b.ZeroThreshold)
        {
            if (a.ZeroThreshold > b.ZeroThreshold)
            {
                b = Widen(b, a.ZeroThreshold);
            }
            if (b.ZeroThreshold > a.ZeroThreshold)
            {
                a = Widen(a, b.ZeroThreshold);
            }
        }
        return (a, b);
    }

    /// <summary>The count of a zero bucket of at least this width; wider where the border would cut through a populated bucket.</summary>
    public static (double Count, double Threshold) CountFor(NativeHistogram h, double threshold)
    {
        if (threshold == h.ZeroThreshold)
        {
            return (h.ZeroCount, threshold);
        }
        while (true)
        {
            var count = h.ZeroCount;
            count += CountSide(h.PositiveSpans, h.PositiveBuckets, h, ref threshold);
            var widened = threshold;
            count += CountSide(h.NegativeSpans, h.NegativeBuckets, h, ref widened);
            if (widened == threshold)
            {
                return (count, threshold);
            }
            threshold = widened;
        }
    }

    private static double CountSide(BucketSpan[] spans, double[] counts, NativeHistogram h, ref double threshold)
    {
        var sum = 0.0;
        foreach (var (index, count) in SparseBuckets.Of(spans, counts).All)
        {
            if (BucketBounds.Lower(index, h.Schema, h.CustomBounds) >= threshold)
            {
                break;
            }
            sum += count;
            var upper = BucketBounds.Upper(index, h.Schema, h.CustomBounds);
            if (upper > threshold)
            {
                threshold = count != 0 ? upper : threshold;
                break;
            }
        }
        return sum;
    }

    private static NativeHistogram Widen(NativeHistogram h, double wanted)
    {
        var (count, threshold) = CountFor(h, wanted);
        var (positiveSpans, positive) = Outside(h.PositiveSpans, h.PositiveBuckets, h, threshold).ToSpans();
        var (negativeSpans, negative) = Outside(h.NegativeSpans, h.NegativeBuckets, h, threshold).ToSpans();
        return h with
        {
            ZeroCount = count,
            ZeroThreshold = threshold,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
        };
    }

    private static SparseBuckets Outside(BucketSpan[] spans, double[] counts, NativeHistogram h, double threshold)
    {
        var buckets = SparseBuckets.Of(spans, counts);
        var first = int.MaxValue;
        foreach (var (index, _) in buckets.All)
        {
            if (BucketBounds.Lower(index, h.Schema, h.CustomBounds) >= threshold)
            {
                first = index;
                break;
            }
        }
        return buckets.From(first).WithoutEmpty();
    }
}
