using Touchline.Model;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>What observations that are NaN do to a quantile: they count, as the greatest of all, but are in no bucket.</summary>
internal enum NaNEffect
{
    None,
    SkewHigher,
    Answer,
}

/// <summary>Quantiles, fractions and variance estimated from a native histogram.</summary>
internal static class HistogramQuantiles
{
    /// <param name="q">Which one; outside of zero and one it is infinite.</param>
    /// <param name="h">Observations.</param>
    /// <param name="effect">What observations that are NaN have done to the answer.</param>
    public static double Quantile(double q, NativeHistogram h, out NaNEffect effect)
    {
        effect = NaNEffect.None;
        if (q is < 0 or > 1)
        {
            return q < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        }
        if (h.Count == 0 || double.IsNaN(q))
        {
            return double.NaN;
        }
        // From the nearer end, for precision. NaN observations count, but are in no bucket, so with them only the lower end is exact.
        var fromBelow = double.IsNaN(h.Sum) || q < 0.5;
        var rank = fromBelow ? q * h.Count : (1 - q) * h.Count;
        var buckets = BucketBounds.All(h);
        if (!fromBelow)
        {
            buckets.Reverse();
        }
        HistogramBucket bucket = default;
        var count = 0.0;
        var next = 0;
        while (next < buckets.Count)
        {
            bucket = buckets[next++];
            if (bucket.Count == 0)
            {
                continue;
            }
            count += bucket.Count;
            if (count >= rank)
            {
                break;
            }
        }
        var custom = HistogramArithmetic.UsesCustomBounds(h);
        bucket = Clip(bucket, h);
        if (custom && (double.IsNegativeInfinity(bucket.Lower) || double.IsPositiveInfinity(bucket.Upper)))
        {
            return double.IsNegativeInfinity(bucket.Lower) ? bucket.Upper : bucket.Lower;
        }
        count = count > h.Count ? h.Count : count;
        if (count < rank)
        {
            effect = double.IsNaN(h.Sum) ? NaNEffect.Answer : NaNEffect.None;
            return double.IsNaN(h.Sum) ? double.NaN : bucket.Upper;
        }
        rank = fromBelow ? rank - (count - bucket.Count) : count - rank;
        if (double.IsNaN(h.Sum))
        {
            // Infinities of both signs make the sum NaN too, but they are in buckets.
            effect = buckets.Skip(next).Aggregate(count, (sum, b) => sum + b.Count) < h.Count ? NaNEffect.SkewHigher : NaNEffect.None;
        }
        var fraction = rank / bucket.Count;
        if (custom || (bucket.Lower <= 0 && bucket.Upper >= 0))
        {
            return bucket.Lower + (bucket.Upper - bucket.Lower) * fraction;
        }
        var logLower = GoMath.Log2(Math.Abs(bucket.Lower));
        var logUpper = GoMath.Log2(Math.Abs(bucket.Upper));
        return bucket.Lower > 0
            ? Math.Pow(2, logLower + (logUpper - logLower) * fraction)
            : -Math.Pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
    }

    /// <param name="lower">Where the part begins.</param>
    /// <param name="upper">Where it ends.</param>
    /// <param name="h">Observations.</param>
    /// <param name="excludesNaN">Whether there are observations that are in no part, as they are NaN.</param>
    public static double Fraction(double lower, double upper, NativeHistogram h, out bool excludesNaN)
    {
        excludesNaN = false;
        if (h.Count == 0 || double.IsNaN(lower) || double.IsNaN(upper))
        {
            return double.NaN;
        }
        if (lower >= upper)
        {
            return 0;
        }
        var buckets = BucketBounds.All(h);
        // NaN observations are in the count but in no bucket, so they are below nothing.
        var all = double.IsNaN(h.Sum) ? buckets.Sum(b => b.Count) : h.Count;
        excludesNaN = double.IsNaN(h.Sum) && all < h.Count;
        return (Math.Min(Below(upper, buckets, h), all) - Math.Min(Below(lower, buckets, h), all)) / h.Count;
    }

    public static double Variance(NativeHistogram h)
    {
        var mean = h.Sum / h.Count;
        var sum = new KahanSum();
        foreach (var bucket in BucketBounds.All(h))
        {
            if (bucket.Count == 0)
            {
                continue;
            }
            double middle;
            if (HistogramArithmetic.UsesCustomBounds(h))
            {
                middle = (bucket.Upper + bucket.Lower) / 2;
            }
            else if (bucket.Lower <= 0 && bucket.Upper >= 0)
            {
                middle = 0;
            }
            else
            {
                middle = Math.Sqrt(bucket.Upper * bucket.Lower) * (bucket.Upper < 0 ? -1 : 1);
            }
            var delta = middle - mean;
            sum.Add(bucket.Count * delta * delta);
        }
        return (sum.Sum + sum.Compensation) / h.Count;
    }

    /// <summary>
    /// With observations of one sign only, the zero bucket reaches no further than zero on the other side. The lowest custom bucket begins
    /// at zero where its end is positive.
    /// </summary>
    private static HistogramBucket Clip(HistogramBucket bucket, NativeHistogram h)
    {
        if (HistogramArithmetic.UsesCustomBounds(h))
        {
            return double.IsNegativeInfinity(bucket.Lower) && bucket.Upper > 0 ? bucket with { Lower = 0 } : bucket;
        }
        return ClipAtZero(bucket, h);
    }

    private static HistogramBucket ClipAtZero(HistogramBucket bucket, NativeHistogram h)
    {
        if (bucket.Lower <= 0 && bucket.Upper >= 0)
        {
            if (h.NegativeBuckets.Length == 0 && h.PositiveBuckets.Length > 0)
            {
                return bucket with { Lower = 0 };
            }
            if (h.PositiveBuckets.Length == 0 && h.NegativeBuckets.Length > 0)
            {
                return bucket with { Upper = 0 };
            }
        }
        return bucket;
    }

    private static double Below(double value, List<HistogramBucket> buckets, NativeHistogram h)
    {
        var rank = 0.0;
        foreach (var unclipped in buckets)
        {
            // Here, unlike in quantiles, a custom bucket around or beside zero is cut like the zero bucket.
            var bucket = ClipAtZero(unclipped, h);
            if (bucket.Lower >= value)
            {
                return rank;
            }
            if (bucket.Upper > value)
            {
                return rank + bucket.Count * Share(value, bucket, h);
            }
            rank += bucket.Count;
        }
        return double.PositiveInfinity;
    }

    private static double Share(double value, HistogramBucket bucket, NativeHistogram h)
    {
        if (double.IsNegativeInfinity(bucket.Lower))
        {
            return 1;
        }
        if (HistogramArithmetic.UsesCustomBounds(h) || (bucket.Lower <= 0 && bucket.Upper >= 0))
        {
            return (value - bucket.Lower) / (bucket.Upper - bucket.Lower);
        }
        var logLower = GoMath.Log2(Math.Abs(bucket.Lower));
        var logUpper = GoMath.Log2(Math.Abs(bucket.Upper));
        var logValue = GoMath.Log2(Math.Abs(value));
        return value > 0 ? (logValue - logLower) / (logUpper - logLower) : 1 - (logValue - logUpper) / (logLower - logUpper);
    }
}
