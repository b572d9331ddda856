namespace Touchline.Model;

/// <summary>
/// What must hold in a native histogram so that nothing is stored that a query would stumble over. Source: Prometheus, model/histogram
/// (Validate).
/// </summary>
public static class HistogramRules
{
    /// <summary>The lowest resolution that an exponential histogram may have.</summary>
    public const int MinExponentialSchema = -4;

    /// <summary>The highest one.</summary>
    public const int MaxExponentialSchema = 8;

    /// <summary>What contradicts what in it; empty where nothing does.</summary>
    public static string Problem(NativeHistogram h)
    {
        var custom = h.Schema == NativeHistogram.CustomBucketsSchema;
        if (!custom && h.Schema is < MinExponentialSchema or > MaxExponentialSchema)
        {
            return $"histogram schema {h.Schema} is neither {MinExponentialSchema} to {MaxExponentialSchema} nor {NativeHistogram.CustomBucketsSchema}";
        }
        if (custom && (h.ZeroCount != 0 || h.NegativeSpans.Length + h.NegativeBuckets.Length > 0))
        {
            return "a histogram with custom buckets has neither a zero bucket nor negative ones";
        }
        if (!custom && h.CustomBounds.Length > 0)
        {
            return "only a histogram with custom buckets has bounds";
        }
        for (var i = 0; i < h.CustomBounds.Length; i++)
        {
            if (!double.IsFinite(h.CustomBounds[i]) || (i > 0 && h.CustomBounds[i] <= h.CustomBounds[i - 1]))
            {
                return $"bound {h.CustomBounds[i]} of a histogram with custom buckets is not above the bound before";
            }
        }
        if (SideProblem("negative", h.NegativeSpans, h.NegativeBuckets) is { Length: > 0 } negative)
        {
            return negative;
        }
        if (SideProblem("positive", h.PositiveSpans, h.PositiveBuckets) is { Length: > 0 } positive)
        {
            return positive;
        }
        if (custom && BucketsSpanned(h.PositiveSpans) > h.CustomBounds.Length + 1)
        {
            return $"{h.CustomBounds.Length} bounds make {h.CustomBounds.Length + 1} buckets, and the spans name more";
        }
        return CountProblem(h);
    }

    /// <summary>Observations of NaN are in the count and in no bucket, so there the count may be larger; floats may be off by rounding.</summary>
    private static string CountProblem(NativeHistogram h)
    {
        if (h.IsStale || h.IsFloat)
        {
            return h.IsFloat && (h.Count < 0 || h.ZeroCount < 0) ? "a count of a histogram is negative" : "";
        }
        var counted = h.ZeroCount + h.PositiveBuckets.Sum() + h.NegativeBuckets.Sum();
        return double.IsNaN(h.Sum) ? counted > h.Count ? Mismatch() : "" : counted != h.Count ? Mismatch() : "";

        string Mismatch() => $"the buckets of a histogram hold {counted} observations and its count is {h.Count}";
    }

    private static string SideProblem(string side, BucketSpan[] spans, double[] buckets)
    {
        ulong spanned = 0;
        for (var i = 0; i < spans.Length; i++)
        {
            if (i > 0 && spans[i].Offset < 0)
            {
                return $"the {side} span {i + 1} of a histogram begins {-(long)spans[i].Offset} before the end of the one before";
            }
            spanned += spans[i].Length;
        }
        if (spanned != (ulong)buckets.Length)
        {
            return $"the {side} spans of a histogram name {spanned} buckets, and {buckets.Length} are there";
        }
        foreach (var bucket in buckets)
        {
            if (bucket < 0)
            {
                return $"a {side} bucket of a histogram holds {bucket} observations";
            }
        }
        return "";
    }

    private static long BucketsSpanned(BucketSpan[] spans)
    {
        long end = 0;
        foreach (var span in spans)
        {
            end += span.Offset + span.Length;
        }
        return end;
    }
}
