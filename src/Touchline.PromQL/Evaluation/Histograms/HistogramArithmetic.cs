using Touchline.Model;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>Why two histograms cannot be combined.</summary>
internal enum HistogramMismatch
{
    None,
    ExponentialWithCustom,
    CustomBounds,
}

/// <summary>Sums, differences and multiples of native histograms. The arguments are never changed.</summary>
internal static class HistogramArithmetic
{
    public static HistogramMismatch Mismatch(NativeHistogram a, NativeHistogram b)
    {
        if (UsesCustomBounds(a) != UsesCustomBounds(b))
        {
            return HistogramMismatch.ExponentialWithCustom;
        }
        return UsesCustomBounds(a) && !a.CustomBounds.AsSpan().SequenceEqual(b.CustomBounds) ? HistogramMismatch.CustomBounds : HistogramMismatch.None;
    }

    public static bool UsesCustomBounds(NativeHistogram h) => h.Schema == NativeHistogram.CustomBucketsSchema;

    /// <summary>a + b; null with the reason where they do not fit.</summary>
    public static NativeHistogram? Add(NativeHistogram a, NativeHistogram b, out HistogramMismatch mismatch) => Combine(a, b, 1, out mismatch);

    /// <summary>a - b; null with the reason where they do not fit.</summary>
    public static NativeHistogram? Subtract(NativeHistogram a, NativeHistogram b, out HistogramMismatch mismatch) => Combine(a, b, -1, out mismatch);

    public static NativeHistogram Multiply(NativeHistogram h, double factor) => h with
    {
        CounterResetHint = factor < 0 ? CounterResetHint.Gauge : h.CounterResetHint,
        IsFloat = true,
        ZeroCount = h.ZeroCount * factor,
        Count = h.Count * factor,
        Sum = h.Sum * factor,
        PositiveBuckets = Array.ConvertAll(h.PositiveBuckets, c => c * factor),
        NegativeBuckets = Array.ConvertAll(h.NegativeBuckets, c => c * factor),
    };

    /// <summary>Dividing by zero leaves no buckets, because they would all be infinite or NaN.</summary>
    public static NativeHistogram Divide(NativeHistogram h, double divisor) => h with
    {
        CounterResetHint = divisor < 0 ? CounterResetHint.Gauge : h.CounterResetHint,
        IsFloat = true,
        ZeroCount = h.ZeroCount / divisor,
        Count = h.Count / divisor,
        Sum = h.Sum / divisor,
        PositiveSpans = divisor == 0 ? [] : h.PositiveSpans,
        NegativeSpans = divisor == 0 ? [] : h.NegativeSpans,
        PositiveBuckets = divisor == 0 ? [] : Array.ConvertAll(h.PositiveBuckets, c => c / divisor),
        NegativeBuckets = divisor == 0 ? [] : Array.ConvertAll(h.NegativeBuckets, c => c / divisor),
    };

    /// <summary>The same histogram without empty buckets.</summary>
    public static NativeHistogram Compact(NativeHistogram h)
    {
        var (positiveSpans, positive) = SparseBuckets.Of(h.PositiveSpans, h.PositiveBuckets).WithoutEmpty().ToSpans();
        var (negativeSpans, negative) = SparseBuckets.Of(h.NegativeSpans, h.NegativeBuckets).WithoutEmpty().ToSpans();
        return h with { PositiveSpans = positiveSpans, PositiveBuckets = positive, NegativeSpans = negativeSpans, NegativeBuckets = negative };
    }

    public static NativeHistogram ReduceTo(NativeHistogram h, int schema)
    {
        if (h.Schema <= schema || UsesCustomBounds(h))
        {
            return h;
        }
        var (positiveSpans, positive) = SparseBuckets.Of(h.PositiveSpans, h.PositiveBuckets).Reduce(h.Schema, schema).ToSpans();
        var (negativeSpans, negative) = SparseBuckets.Of(h.NegativeSpans, h.NegativeBuckets).Reduce(h.Schema, schema).ToSpans();
        return h with
        {
            Schema = schema,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
        };
    }

    /// <summary>Equal in every count and bound, empty buckets aside; the reset hint does not matter.</summary>
    public static bool AreEqual(NativeHistogram a, NativeHistogram b)
    {
        if (a.Schema != b.Schema || !Same(a.Count, b.Count) || !Same(a.Sum, b.Sum) || Mismatch(a, b) != HistogramMismatch.None)
        {
            return false;
        }
        if (a.ZeroThreshold != b.ZeroThreshold || !Same(a.ZeroCount, b.ZeroCount))
        {
            return false;
        }
        return SameBuckets(SparseBuckets.Of(a.PositiveSpans, a.PositiveBuckets), SparseBuckets.Of(b.PositiveSpans, b.PositiveBuckets))
            && SameBuckets(SparseBuckets.Of(a.NegativeSpans, a.NegativeBuckets), SparseBuckets.Of(b.NegativeSpans, b.NegativeBuckets));
    }

    private static bool Same(double x, double y) => BitConverter.DoubleToInt64Bits(x) == BitConverter.DoubleToInt64Bits(y) || x == y;

    private static bool SameBuckets(SparseBuckets a, SparseBuckets b)
    {
        var left = a.WithoutEmpty().All;
        var right = b.WithoutEmpty().All;
        if (left.Length != right.Length)
        {
            return false;
        }
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i].Index != right[i].Index || !Same(left[i].Count, right[i].Count))
            {
                return false;
            }
        }
        return true;
    }

    private static NativeHistogram? Combine(NativeHistogram a, NativeHistogram b, double factor, out HistogramMismatch mismatch)
    {
        mismatch = Mismatch(a, b);
        if (mismatch != HistogramMismatch.None)
        {
            return null;
        }
        if (!UsesCustomBounds(a))
        {
            (a, b) = ZeroBuckets.Reconcile(a, b);
        }
        var schema = UsesCustomBounds(a) ? a.Schema : Math.Min(a.Schema, b.Schema);
        var (positiveSpans, positive) = Combine(a.PositiveSpans, a.PositiveBuckets, a.Schema, b.PositiveSpans, b.PositiveBuckets, b.Schema, schema, factor);
        var (negativeSpans, negative) = Combine(a.NegativeSpans, a.NegativeBuckets, a.Schema, b.NegativeSpans, b.NegativeBuckets, b.Schema, schema, factor);
        return a with
        {
            CounterResetHint = CombinedHint(a.CounterResetHint, b.CounterResetHint),
            IsFloat = true,
            Schema = schema,
            ZeroCount = a.ZeroCount + factor * b.ZeroCount,
            Count = a.Count + factor * b.Count,
            Sum = a.Sum + factor * b.Sum,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positive,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negative,
        };
    }

    private static (BucketSpan[] Spans, double[] Counts) Combine(
        BucketSpan[] spansA, double[] countsA, int schemaA, BucketSpan[] spansB, double[] countsB, int schemaB, int schema, double factor) =>
        SparseBuckets.Of(spansA, countsA).Reduce(schemaA, schema).Combine(SparseBuckets.Of(spansB, countsB).Reduce(schemaB, schema), factor).ToSpans();

    /// <summary>A gauge makes the result one; otherwise what is not known of one side, or contradicts, is not known of the result.</summary>
    private static CounterResetHint CombinedHint(CounterResetHint a, CounterResetHint b)
    {
        if (a == b)
        {
            return a;
        }
        return a == CounterResetHint.Gauge || b == CounterResetHint.Gauge ? CounterResetHint.Gauge : CounterResetHint.Unknown;
    }
}
