using Touchline.Model;
using Touchline.PromQL.Evaluation.Numerics;

namespace Touchline.PromQL.Evaluation.Histograms;

/// <summary>
/// Cuts off what a histogram observed above or below a threshold. The bucket that the threshold lies in is divided by interpolation: exponential in
/// exponential buckets, linear in custom ones and in the zero bucket. Observations in a bucket without a border are infinitely far out, except
/// that a lowest custom bucket with a positive end begins at zero. The sum is estimated anew once anything is cut. Source: Prometheus's operators
/// page, histogram trim operators.
/// </summary>
internal sealed class HistogramTrim
{
    private readonly double _threshold;
    private readonly bool _upper;
    private readonly bool _custom;
    private double _count;
    private double _sum;
    private bool _isCut;

    private HistogramTrim(double threshold, bool upper, bool custom) => (_threshold, _upper, _custom) = (threshold, upper, custom);

    /// <param name="h">Stays as it is.</param>
    /// <param name="threshold">Where to cut.</param>
    /// <param name="upper">Whether what is above goes; below otherwise.</param>
    public static NativeHistogram Apply(NativeHistogram h, double threshold, bool upper) =>
        new HistogramTrim(threshold, upper, HistogramArithmetic.UsesCustomBounds(h)).Of(h);

    private NativeHistogram Of(NativeHistogram h)
    {
        var negative = SparseBuckets.Of(h.NegativeSpans, h.NegativeBuckets).ConvertCounts(
            (index, count) => Keep(count, -BucketBounds.Upper(index, h.Schema, h.CustomBounds), -BucketBounds.Lower(index, h.Schema, h.CustomBounds)));
        var zero = KeepOfZero(h);
        var positive = SparseBuckets.Of(h.PositiveSpans, h.PositiveBuckets).ConvertCounts(
            (index, count) => Keep(count, BucketBounds.Lower(index, h.Schema, h.CustomBounds), BucketBounds.Upper(index, h.Schema, h.CustomBounds)));
        if (!_isCut)
        {
            return HistogramArithmetic.Compact(h);
        }
        var (positiveSpans, positiveCounts) = positive.WithoutEmpty().ToSpans();
        var (negativeSpans, negativeCounts) = negative.WithoutEmpty().ToSpans();
        return h with
        {
            IsFloat = true,
            ZeroCount = zero,
            Count = _count,
            Sum = _sum,
            PositiveSpans = positiveSpans,
            PositiveBuckets = positiveCounts,
            NegativeSpans = negativeSpans,
            NegativeBuckets = negativeCounts,
        };
    }

    private double KeepOfZero(NativeHistogram h)
    {
        if (h.ZeroCount == 0)
        {
            return 0;
        }
        // With observations of one sign only the zero bucket reaches no further than zero on the other side.
        var hasPositive = h.PositiveBuckets.Any(c => c != 0);
        var hasNegative = h.NegativeBuckets.Any(c => c != 0);
        var lower = hasPositive && !hasNegative ? 0 : -h.ZeroThreshold;
        var upper = hasNegative && !hasPositive ? 0 : h.ZeroThreshold;
        if (IsInside(lower, upper))
        {
            var below = (_threshold - lower) / (upper - lower);
            return Take(h.ZeroCount, _upper ? below : 1 - below, _upper ? (lower + _threshold) / 2 : (_threshold + upper) / 2);
        }
        return Take(h.ZeroCount, IsKept(lower, upper) ? 1 : 0, (lower + upper) / 2);
    }

    private double Keep(double count, double lower, double upper)
    {
        if (count == 0)
        {
            return 0;
        }
        if (!IsInside(lower, upper))
        {
            return Take(count, IsKept(lower, upper) ? 1 : 0, Middle(lower, upper));
        }
        if (double.IsNegativeInfinity(lower))
        {
            return KeepOfLowest(count, upper);
        }
        if (double.IsPositiveInfinity(upper))
        {
            return Take(count, _upper ? 0 : 1, _threshold);
        }
        var below = ShareBelow(lower, upper);
        return _upper ? Take(count, below, Middle(lower, _threshold)) : Take(count, 1 - below, Middle(_threshold, upper));
    }

    /// <summary>A bucket that has no lower border, with the threshold in it.</summary>
    private double KeepOfLowest(double count, double upper)
    {
        var beginsAtZero = upper > 0 && double.IsFinite(upper);
        if (_upper)
        {
            return beginsAtZero && _threshold > 0 ? Take(count, _threshold / upper, _threshold / 2) : Take(count, upper <= 0 ? 1 : 0, _threshold);
        }
        return beginsAtZero && _threshold >= 0 ? Take(count, 1 - _threshold / upper, (_threshold + upper) / 2) : Take(count, 0, 0);
    }

    private bool IsInside(double lower, double upper) => lower < _threshold && _threshold < upper;

    private bool IsKept(double lower, double upper) => _upper ? upper <= _threshold : lower >= _threshold;

    private double ShareBelow(double lower, double upper)
    {
        if (_custom)
        {
            return (_threshold - lower) / (upper - lower);
        }
        var (from, to, at) = (GoMath.Log2(Math.Abs(lower)), GoMath.Log2(Math.Abs(upper)), GoMath.Log2(Math.Abs(_threshold)));
        return lower >= 0 ? (at - from) / (to - from) : 1 - (at - to) / (from - to);
    }

    private double Middle(double lower, double upper)
    {
        if (double.IsInfinity(lower) || double.IsInfinity(upper))
        {
            return double.IsFinite(lower) ? lower : double.IsInfinity(upper) ? 0 : upper > 0 ? upper / 2 : upper;
        }
        if (_custom)
        {
            return (lower + upper) / 2;
        }
        var middle = Math.Sqrt(Math.Abs(lower * upper));
        return lower < 0 ? -middle : middle;
    }

    private double Take(double count, double share, double middle)
    {
        var kept = share == 1 ? count : count * share;
        _isCut |= kept != count;
        _count += kept;
        _sum += kept == 0 ? 0 : kept * middle;
        return kept;
    }
}
